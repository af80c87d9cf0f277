package script

import (
	"fmt"
	"sync"
	"time"
)

// logBuffer collects a run's console lines in the worker, within the limits. It sends all lines at the end, and
// those of a long run periodically, so that a killed run leaves a log.
type logBuffer struct {
	worker *worker
	seq    uint64

	mu      sync.Mutex // guards the fields below, which the timer uses too
	pending []Line
	lines   int
	bytes   int
	dropped int
	timer   *time.Timer
}

// add adds a line, or only counts it if the limits are reached.
func (j *logBuffer) add(level, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.lines >= MaxLogLines || j.bytes+len(text) > MaxLogBytes {
		j.dropped++
		return
	}
	j.lines++
	j.bytes += len(text)
	j.pending = append(j.pending, Line{Level: level, Text: text})
	if j.timer == nil {
		j.timer = time.AfterFunc(logInterval, j.tick)
	}
}

func (j *logBuffer) tick() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.timer == nil {
		return // closed in the meantime
	}
	j.timer = nil
	_ = j.flush() // the reader notices a broken pipe
}

// close sends the remaining lines.
func (j *logBuffer) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.timer != nil {
		j.timer.Stop()
		j.timer = nil
	}
	if j.dropped > 0 {
		j.pending = append(j.pending, Line{Level: "warn", Text: fmt.Sprintf("… %d more lines were not kept", j.dropped)})
	}
	return j.flush()
}

func (j *logBuffer) flush() error {
	if len(j.pending) == 0 {
		return nil
	}
	frame := appendLines(nil, j.seq, j.pending)
	j.pending = nil
	return j.worker.send(frame)
}
