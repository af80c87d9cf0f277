package engine

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine/intake"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/engine/waiters"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Programs finds the compiled form of revisions.
type Programs = run.Programs

// Secrets resolves $env.
type Secrets = run.Secrets

// Events carries answers and ends of executions between processes.
type Events = waiters.Events

// Observer is told what is on disk about executions. It must not block.
type Observer interface {
	// Committed is called after each commit of an execution.
	Committed(id ident.ID)
	// Ended is called once when an execution ended, and each time it began to wait.
	Ended(e flow.Execution, steps int, took time.Duration)
}

// Table is the store's table of executions: journal and queue.
type Table interface {
	store.Journal
	// Accept is the first of the two writes; see store.Door.
	Accept(store.Accept) (store.Accepted, error)
	// Backlog is the number of executions that are queued or running.
	Backlog() int64
}

// Engine runs executions. It is safe for concurrent use.
type Engine struct {
	table    Table
	observer Observer
	clock    clock.Clock
	log      *slog.Logger

	waiters  *waiters.Waiters
	runner   *run.Runner
	intake   *intake.Intake
	liveKeys liveKeys
	tracer   run.Tracer // nil: nothing is traced

	lease     store.Lease
	leaseLost atomic.Bool
	renewing  sync.WaitGroup
	stopping  chan struct{} // closed by halt
	haltOnce  sync.Once
}

// New returns an engine that has not started. With events nil, the executions that callers wait for all run in
// this process.
func New(t Table, p Programs, s Secrets, o Observer, events Events, c clock.Clock, log *slog.Logger, opt Options) *Engine {
	opt = opt.withDefaults()
	if events == nil {
		events = &waiters.Local{}
	}
	e := &Engine{table: t, observer: o, clock: c, log: log, lease: opt.Lease, tracer: opt.Tracer, stopping: make(chan struct{})}
	if opt.IDs == nil {
		opt.IDs = ident.NewSource(c, opt.Lease.Node)
	}
	e.waiters = waiters.New(waiters.Options{Events: events, Load: e.load, Limit: opt.Waiters, Log: log})
	e.runner = run.New(run.Options{
		Journal: t, Programs: p, Secrets: s, Reports: e, IDs: opt.IDs, Clock: c, Log: log,
		Limits: run.Limits{
			ParallelTasks: opt.ParallelTasks, StepResult: opt.StepResult, TemplateOutput: opt.TemplateOutput, Journal: opt.Journal,
		},
		Tracer: opt.Tracer,
	})
	e.intake = intake.New(intake.Options{
		Table: t, Runner: e.runner, Failed: e.announce, Clock: c, Log: log,
		Limits: intake.Limits{Share: opt.Share, Backlog: opt.Backlog, Slots: opt.Slots, HandOff: opt.HandOff, HandOffBytes: opt.HandOffBytes, Parked: opt.Parked},
	})
	return e
}

// Start takes over what dead processes left, ends crash loops, and starts the workers.
func (e *Engine) Start(context.Context) error {
	ended, err := e.table.TakeOver(e.clock.Now())
	if err != nil {
		return fault.Wrap("engine.Start", err)
	}
	e.announceAll(ended)
	e.runner.Begin(e.lease.Incarnation)
	e.intake.Start(e.lease.Incarnation)
	e.renewing.Go(e.keepLease)
	return nil
}

// halt begins nothing new, and has what runs stop at its next step. It may be called more than once.
func (e *Engine) halt() {
	e.haltOnce.Do(func() {
		close(e.stopping)
		e.runner.Stop()
		e.intake.Halt()
	})
}

// Stop refuses new work, lets what runs reach its next step, and gives up every claim. When ctx ends
// first, running attempts are interrupted; what they did is repeated after the next start.
func (e *Engine) Stop(ctx context.Context) error {
	e.halt()
	e.intake.Stop(ctx, e.runner.Kill)
	e.runner.Kill()
	e.renewing.Wait()
	err := e.table.Release(e.lease.Incarnation)
	if err == nil {
		e.announceAll(e.intake.Cancels()) // giving up their claims has canceled them
	}
	e.waiters.Close()
	return fault.Wrap("engine.Stop", err)
}

// Retry puts an ended execution back into the queue. The engine sets At.
func (e *Engine) Retry(r store.Retry) error {
	r.At = e.clock.Now()
	if err := e.table.Retry(r); err != nil {
		return fault.Wrap("engine.Retry", err)
	}
	e.intake.Refill("")
	return nil
}

// Stats is what the engine holds now, and what it counted since it started. How executions ended is
// counted by whoever observes them.
type Stats struct {
	intake.Stats
	CommitRetries int64 // commits that had to be written again
	Waiting       int64 // callers who wait for executions
	ParallelTasks int64 // attempts that run beside the owners of their executions
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	return Stats{
		Stats: e.intake.Stats(), CommitRetries: e.runner.CommitRetries(),
		Waiting: e.waiters.Waiting(), ParallelTasks: e.runner.ParallelTasks(),
	}
}

// load reads an execution for those who wait for it.
func (e *Engine) load(id ident.ID) (flow.Execution, error) {
	loaded, err := e.table.Load(context.Background(), id)
	return loaded.Execution, err
}
