package script

import (
	"fmt"
	"sync"
	"time"
)

// logBuffer collects a run's console lines in the worker, within the limits, and sends them on: all at
// the end, and those of a long run from time to time, so that a run that must be killed leaves word
// of what it was doing.
type logBuffer struct {
	worker *worker
	seq    uint64

	mu      sync.Mutex
	pending []Line
	lines   int
	bytes   int
	dropped int
	timer   *time.Timer
}

// add takes a line, or counts it when the limits are reached.
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
		return // closed meanwhile
	}
	j.timer = nil
	_ = j.flush() // a broken pipe is noticed by the reader
}

// close sends what is left.
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
