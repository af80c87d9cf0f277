package janitor

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
)

// The timing of the janitor.
const (
	// interval is how often the tasks run.
	interval = time.Minute
	// chunk is how many deliveries or keys one write deletes. Calls wait some milliseconds for a write of this
	// size.
	chunk = 200
	// writePause is the pause between two writes, in which calls can be written.
	writePause = 20 * time.Millisecond
	// sweepEvery is the interval between searches for orphaned blobs.
	sweepEvery = time.Hour
	// orphanAge is the age at which a blob without a delivery is an orphan. A younger one may belong to a
	// call that is still being received.
	orphanAge = time.Hour
)

// Options say what is kept. A limit of zero keeps everything.
type Options struct {
	Store store.Retention
	Clock clock.Clock
	Log   *slog.Logger

	Retain        time.Duration // of accepted deliveries with their executions
	RetainBytes   int64         // of deliveries, executions and blobs together
	RetainRefused time.Duration // of calls that ran nothing

	// Audit is the audit log; its entries are kept for RetainAudit. NoteHead is called once a day, and at the start.
	Audit       store.Audit
	RetainAudit time.Duration
	NoteHead    func()

	// Bulks are the bulk actions: plans are kept for KeepPlans, those that have ended for KeepBulks.
	Bulks                store.BulkActions
	KeepPlans, KeepBulks time.Duration

	// Rules returns the workflows that have their own `options.retain`.
	Rules func() map[string]time.Duration
}

// Stats counts what the janitor has deleted since it started.
type Stats struct {
	Deliveries, Executions, Keys, Blobs int64
}

// Janitor deletes old data in the background. It implements lifecycle.Service.
type Janitor struct {
	opt    Options
	cancel context.CancelFunc
	done   chan struct{} // closed when work has ended
	swept  time.Time     // of the last sweep; only work uses it
	noted  time.Time     // of the last NoteHead; only work uses it

	deliveries, executions, keys, blobs atomic.Int64
}

// New returns a janitor that has not started.
func New(opt Options) *Janitor { return &Janitor{opt: opt} }

// Start runs the janitor in the background until Stop.
func (j *Janitor) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel, j.done = cancel, make(chan struct{})
	go j.work(ctx) // Start's context ends when the start does
	return nil
}

// Stop ends the janitor after its current write. It returns earlier if ctx ends.
func (j *Janitor) Stop(ctx context.Context) error {
	if j.cancel == nil {
		return nil
	}
	j.cancel()
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stats returns the counters.
func (j *Janitor) Stats() Stats {
	return Stats{
		Deliveries: j.deliveries.Load(), Executions: j.executions.Load(),
		Keys: j.keys.Load(), Blobs: j.blobs.Load(),
	}
}

func (j *Janitor) work(ctx context.Context) {
	defer close(j.done)
	for {
		if err := j.tidy(ctx); err != nil && ctx.Err() == nil {
			j.opt.Log.Warn("retention failed; it is tried again in a minute", "error", err)
		}
		if !pause(ctx, interval) {
			return
		}
	}
}

// pause waits for d. It returns false if ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
