package engine

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/expr"
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
	DefaultHandOffBytes = 64 << 20
	DefaultParked       = 1 << 17
	DefaultSpectators   = 4096
	DefaultLeaves       = 4096
	DefaultStepResult   = 1 << 20
	DefaultJournalSteps = 100_000

	DefaultTemplateOutput = expr.MaxOutput
	DefaultJournalBytes   = 64 << 20
)

// Options are the bounds of the engine. Zero values mean the defaults.
type Options struct {
	// Lease is the right to own executions, as Begin of the table gave it. The engine renews and releases it.
	Lease store.Lease

	Slots   int // executions that run at once
	HandOff int // executions held in memory, those that callers sit for not counted
	// HandOffBytes bounds the bodies of the executions in memory, running ones included. What does not fit
	// is left in the table, and read from it when its turn comes.
	HandOffBytes int64

	Parked     int // executions that wait for a place in their group and of which only the id is held
	Spectators int // callers who wait for executions that they did not start, or that sleep
	Leaves     int // attempts that run at once beside the owners of their executions (loops, parallel branches)
	StepResult int // bytes of one step's result

	TemplateOutput int // bytes that the templates of one step render
	Journal        advance.Limits
}

// Programs finds the compiled form of revisions.
type Programs interface {
	Program(workflow, revision string) (*document.Compiled, error)
	// Current is the published revision of a workflow; nil when it is disabled, cannot be run by this
	// binary, or does not exist.
	Current(workflow string) *document.Compiled
}

// Secrets resolves $env and masks its values in texts.
type Secrets interface {
	Lookup(name string) (string, bool)
	Scrub(text string) string
}

// Observer is told once when an execution ended, and each time it began to wait. It must not block.
type Observer interface {
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
	queue queue

	held atomic.Int64  // places taken in the hand-off, reserved ones included
	load atomic.Int64  // bytes of bodies in memory, and of those reserved
	poke chan struct{} // wakes the refiller
	wake sleepers

	behind    atomic.Bool // the table holds executions that no memory knows
	stopping  chan struct{}
	haltOnce  sync.Once
	leaseLost atomic.Bool
	working   sync.WaitGroup
	ctx       context.Context // ends when Stop gives up waiting
	kill      context.CancelFunc

	gallery gallery

	mu     sync.Mutex
	halted bool                  // Stop waits for what works; nothing new begins
	jobs   map[ident.ID]*job     // those in memory, so that they can be canceled
	asked  map[ident.ID]struct{} // those that are to be canceled and have not ended
	groups map[string]*group
	kept   int   // parked in a group, whole
	bytes  int64 // of their bodies
	parked int   // parked in a group, as ids

	commitRetries atomic.Int64
	leaves        atomic.Int64 // attempts beside their owners, and those about to be
}

// job is an execution in memory.
type job struct {
	execution flow.Execution
	call      *hook.Context // nil: to be restored from the delivery
	request   *hook.Request // as recorded; only when call is nil
	steps     []flow.Step   // the journal so far
	bare      bool          // there is only the id; the rest is to be read from the table
	watch     *spectator    // the caller who sits; nil: none
	seated    bool          // a slot was taken for it, and a worker is about to use it
	placed    bool          // it has a place in the hand-off
	weight    int64         // bytes that it counts in the load
	group     *group        // the group it holds a place in

	canceled atomic.Bool
	cancel   atomic.Pointer[context.CancelFunc] // of the attempts under way
}

// New returns an engine that has not started.
func New(t Table, p Programs, s Secrets, o Observer, c clock.Clock, log *slog.Logger, opt Options) *Engine {
	opt = opt.withDefaults()
	ctx, kill := context.WithCancel(context.Background())
	return &Engine{
		table: t, programs: p, secrets: s, observer: o, clock: c, log: log, opt: opt,
		slots: make(chan struct{}, opt.Slots),
		poke:  make(chan struct{}, 1), stopping: make(chan struct{}),
		ctx: ctx, kill: kill, gallery: gallery{limit: opt.Spectators},
		jobs: make(map[ident.ID]*job), asked: make(map[ident.ID]struct{}), groups: make(map[string]*group),
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
	if o.HandOffBytes <= 0 {
		o.HandOffBytes = DefaultHandOffBytes
	}
	if o.Parked <= 0 {
		o.Parked = DefaultParked
	}
	if o.Spectators <= 0 {
		o.Spectators = DefaultSpectators
	}
	if o.Leaves <= 0 {
		o.Leaves = DefaultLeaves
	}
	if o.StepResult <= 0 {
		o.StepResult = DefaultStepResult
	}
	if o.TemplateOutput <= 0 {
		o.TemplateOutput = DefaultTemplateOutput
	}
	if o.Journal.Steps <= 0 {
		o.Journal.Steps = DefaultJournalSteps
	}
	if o.Journal.Bytes <= 0 {
		o.Journal.Bytes = DefaultJournalBytes
	}
	return o
}

// Start takes over what dead processes left, ends crash loops, and starts the workers.
func (e *Engine) Start(context.Context) error {
	ended, err := e.table.TakeOver(e.clock.Now())
	if err != nil {
		return fault.Wrap("engine.Start", err)
	}
	e.owner = e.opt.Lease.Incarnation
	e.announceEnded(ended)
	e.behind.Store(true)
	e.working.Go(e.refill)
	e.working.Go(e.keepLease)
	return nil
}

// halt ends everything that waits for stopping. It may be called more than once.
func (e *Engine) halt() { e.haltOnce.Do(func() { close(e.stopping) }) }

// Stop refuses new work, lets what runs reach its next step, and gives up every claim. When ctx ends
// first, running attempts are interrupted; what they did is repeated after the next start.
func (e *Engine) Stop(ctx context.Context) error {
	e.halt()
	e.mu.Lock()
	e.halted = true
	e.mu.Unlock()
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
	err := e.table.Release(e.owner)
	if err == nil {
		e.announceEnded(e.toBeCanceled())
	}
	e.dismiss()
	return fault.Wrap("engine.Stop", err)
}

// beginSeated runs a job that has its slot. A worker that waits does it: its stack has grown already.
func (e *Engine) beginSeated(j *job) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.halted {
		return false
	}
	if !e.queue.seat(j) {
		e.working.Go(func() { e.handle(j) })
	}
	return true
}

// begin has f done beside everything else; false when the engine is past waiting for it.
func (e *Engine) begin(f func()) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.halted {
		return false
	}
	e.working.Go(f)
	return true
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

// toBeCanceled lists those that were to be canceled and have not ended; giving up their claims has
// canceled them.
func (e *Engine) toBeCanceled() []ident.ID {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.asked))
}

// dismiss sends all away who still wait.
func (e *Engine) dismiss() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range e.jobs {
		e.sendAway(j.watch)
	}
	for _, g := range e.groups {
		for _, p := range g.waiting {
			e.sendAway(p.watch)
		}
	}
	e.gallery.close()
}

// sendAway ends the wait of a caller who sits, if there is one.
func (e *Engine) sendAway(s *spectator) {
	if s != nil {
		e.gallery.end(s)
	}
}
