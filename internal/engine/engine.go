package engine

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// The defaults of Options.
const (
	DefaultSlots        = 512
	DefaultHandOff      = 4096
	DefaultStepResult   = 1 << 20
	DefaultJournalSteps = 100_000
	DefaultJournalBytes = 64 << 20
)

// Options are the bounds of the engine. Zero values mean the defaults.
type Options struct {
	Slots      int // executions that run at once
	HandOff    int // executions held in memory, running ones not counted
	StepResult int // bytes of one step's result
	Journal    advance.Limits
}

// Programs finds the compiled form of a revision.
type Programs interface {
	Program(workflow, revision string) (*document.Compiled, error)
}

// Secrets resolves $env and masks its values in texts.
type Secrets interface {
	Lookup(name string) (string, bool)
	Scrub(text string) string
}

// Observer is told when an execution ended or began to wait. It must not block.
type Observer interface {
	Ended(e flow.Execution, steps int, took time.Duration)
}

// Table is the store's table of executions: journal and queue.
type Table interface {
	store.Journal
	// Backlog is the number of executions that are queued or running.
	Backlog() int64
}

// Engine runs executions.
type Engine struct {
	table    Table
	programs Programs
	secrets  Secrets
	observer Observer
	clock    clock.Clock
	log      *slog.Logger
	opt      Options

	owner flow.Incarnation
	slots chan struct{} // one token for each execution that runs
	queue chan *job     // never full: a place is reserved before a job is sent
	held  atomic.Int64  // places taken in the hand-off
	poke  chan struct{} // wakes the refiller
	wake  sleepers

	behind   atomic.Bool // the table holds executions that no memory knows
	stopping chan struct{}
	working  sync.WaitGroup
	ctx      context.Context // ends when Stop gives up waiting
	kill     context.CancelFunc

	mu     sync.Mutex
	runs   map[ident.ID]*run // those that run and can be canceled
	groups map[string]*group

	commitRetries atomic.Int64
}

// job is an execution in memory.
type job struct {
	execution flow.Execution
	call      *hook.Context // nil: to be restored from the delivery
	delivery  hook.Delivery // only when call is nil
	steps     []flow.Step   // the journal so far
	watch     chan flow.Execution
	seated    bool   // it holds a slot already and no place in the hand-off
	group     *group // the group it holds a place in
}

// New returns an engine that has not started.
func New(t Table, p Programs, s Secrets, o Observer, c clock.Clock, log *slog.Logger, opt Options) *Engine {
	opt = opt.withDefaults()
	ctx, kill := context.WithCancel(context.Background())
	return &Engine{
		table: t, programs: p, secrets: s, observer: o, clock: c, log: log, opt: opt,
		slots: make(chan struct{}, opt.Slots), queue: make(chan *job, opt.HandOff+opt.Slots),
		poke: make(chan struct{}, 1), stopping: make(chan struct{}),
		ctx: ctx, kill: kill,
		runs: make(map[ident.ID]*run), groups: make(map[string]*group),
	}
}

// withDefaults fills what is not set.
func (o Options) withDefaults() Options {
	if o.Slots <= 0 {
		o.Slots = DefaultSlots
	}
	if o.HandOff <= 0 {
		o.HandOff = DefaultHandOff
	}
	if o.StepResult <= 0 {
		o.StepResult = DefaultStepResult
	}
	if o.Journal.Steps <= 0 {
		o.Journal.Steps = DefaultJournalSteps
	}
	if o.Journal.Bytes <= 0 {
		o.Journal.Bytes = DefaultJournalBytes
	}
	return o
}

// Start begins an incarnation, ends crash loops, and starts the workers.
func (e *Engine) Start(context.Context) error {
	owner, aborted, err := e.table.Begin(e.clock.Now())
	if err != nil {
		return fault.Wrap("engine.Start", err)
	}
	e.owner = owner
	for _, id := range aborted {
		e.log.Error("execution aborted: it killed the process again when it ran alone",
			"execution", id.Text(ident.Execution))
	}
	e.behind.Store(true)
	e.working.Go(e.refill)
	return nil
}

// Stop refuses new work, lets what runs reach its next step, and gives up every claim. When ctx ends
// first, running attempts are interrupted; what they did is repeated after the next start.
func (e *Engine) Stop(ctx context.Context) error {
	close(e.stopping)
	idle := make(chan struct{})
	go func() {
		e.working.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
		e.kill()
		<-idle
	}
	e.kill()
	e.dismiss()
	return fault.Wrap("engine.Stop", e.table.Release(e.owner))
}

// stopped reports whether Stop was called.
func (e *Engine) stopped() bool {
	select {
	case <-e.stopping:
		return true
	default:
		return false
	}
}

// dismiss tells the spectators of jobs that never ran.
func (e *Engine) dismiss() {
	for {
		select {
		case j := <-e.queue:
			if j.watch != nil {
				close(j.watch)
			}
		default:
			return
		}
	}
}
