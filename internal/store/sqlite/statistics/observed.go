package statistics

import (
	"maps"
	"time"

	"hookline.dev/hookline/internal/histogram"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// observation is what was counted outside of transactions.
type observation struct {
	answers histogram.Histogram
	dropped int64
}

// ObserveAnswer counts the time until a call was answered whose transaction is on disk.
func (t *Statistics) ObserveAnswer(workflow string, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.observation(workflow).answers.Add(took)
}

// ObserveDrop counts a call that ran nothing and of which no delivery is recorded.
func (t *Statistics) ObserveDrop(workflow string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.observation(workflow).dropped++
}

func (t *Statistics) observation(workflow string) *observation {
	o := t.observed[workflow]
	if o == nil {
		o = &observation{}
		t.observed[workflow] = o
	}
	return o
}

// take adds what was observed to the transaction.
func (t *Statistics) take() {
	t.mu.Lock()
	t.observed, t.taken = t.taken, t.observed
	t.mu.Unlock()
	if len(t.taken) == 0 {
		return
	}
	now := t.Clock.Now()
	for workflow, o := range t.taken {
		e := t.entry(workflow, now)
		e.Answers.Merge(&o.answers)
		e.Dropped += o.dropped
	}
}

// putBack undoes take.
func (t *Statistics) putBack() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for workflow, o := range t.taken {
		to := t.observation(workflow)
		to.answers.Merge(&o.answers)
		to.dropped += o.dropped
	}
	clear(t.taken)
}

// Unfinished returns the executions that have not ended, by workflow.
func (t *Statistics) Unfinished() map[string]unfinished {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.open)
}

// Flush writes what was observed. It makes a transaction only if there is something.
func (t *Statistics) Flush() error {
	t.mu.Lock()
	empty := len(t.observed) == 0
	t.mu.Unlock()
	if empty {
		return nil
	}
	return t.Writer.Run(func(*writer.Tx) error { return nil })
}
