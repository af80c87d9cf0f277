package janitor

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
)

// The pace of the janitor.
const (
	// interval is how often the tasks run.
	interval = time.Minute
	// chunk is how many deliveries or keys one write deletes. Calls wait some milliseconds behind a write
	// of this size.
	chunk = 200
	// writePause is the pause between two writes, in which calls are written.
	writePause = 20 * time.Millisecond
	// sweepEvery is how often orphaned blobs are searched for.
	sweepEvery = time.Hour
	// orphanAge is the age at which a blob without a delivery is an orphan. A younger one may belong to a
	// call that is still being received.
	orphanAge = time.Hour
)

// Options say what is kept. A bound of zero keeps everything.
type Options struct {
	Store store.Retention
	Clock clock.Clock
	Log   *slog.Logger

	Retain        time.Duration // accepted deliveries, with their executions
	RetainBytes   int64         // deliveries, executions and blobs together
	RetainRefused time.Duration // calls that started nothing

	// Rules returns the workflows that have an `options.retain` of their own.
	Rules func() map[string]time.Duration
}

// Stats is what the janitor has deleted since it started.
type Stats struct {
	Deliveries, Executions, Keys, Blobs int64
}

// Janitor is a lifecycle.Service.
type Janitor struct {
	opt    Options
	cancel context.CancelFunc
	done   chan struct{}
	swept  time.Time

	deliveries, executions, keys, blobs atomic.Int64
}

// New returns a janitor that has not started.
func New(opt Options) *Janitor { return &Janitor{opt: opt} }

// Start runs the janitor in the background until Stop.
func (j *Janitor) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel, j.done = cancel, make(chan struct{})
	go j.work(ctx) // the context of a start ends with the start
	return nil
}

// Stop ends the janitor after the write that it is making, or when ctx ends.
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

// pause waits; false when ctx ends first.
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
