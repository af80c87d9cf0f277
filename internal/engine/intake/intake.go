package intake

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Table is the part of the store's table of executions that hands out executions; see store.Queue.
type Table interface {
	Claim(owner flow.Incarnation, now time.Time, limit int, alone bool) ([]store.Claimed, error)
	NextWake() (time.Time, error)
	// Backlog is the number of executions that are queued or running.
	Backlog() int64
}

// Limits bound what is in memory. All are required.
type Limits struct {
	Slots        int   // executions that run at once
	HandOff      int   // executions in memory, those that callers wait for not counted
	HandOffBytes int64 // of the bodies of executions in memory, running ones included
	Parked       int   // executions that wait for their group and of which only the id is in memory
}

// Options are what an Intake works with. All fields are required.
type Options struct {
	Table  Table
	Runner *run.Runner
	// Failed is told of an execution that the table has failed instead of handing it out.
	Failed func(x flow.Execution, steps int)
	Clock  clock.Clock
	Log    *slog.Logger
	Limits Limits
}

// Intake decides which executions run now. It is safe for concurrent use.
type Intake struct {
	Options
	owner atomic.Int64 // the incarnation; 0: not started

	slots chan struct{} // one token for each execution that runs
	queue queue

	held atomic.Int64 // places taken in the hand-off, reserved ones included
	load atomic.Int64 // bytes of bodies in memory, and of those reserved

	unclaimed unclaimed
	wakeup    chan struct{} // wakes the refiller
	wakeTime  wakeTime

	stopping chan struct{}
	working  sync.WaitGroup

	mu          sync.Mutex
	halted      bool                  // Stop waits for what works; nothing new begins
	jobs        map[ident.ID]*job     // those in memory, so that they can be canceled
	cancels     map[ident.ID]struct{} // those that are to be canceled and have not ended
	groups      map[string]*group
	parkedWhole int   // executions that wait in a group and are in memory whole
	parkedBytes int64 // of their bodies
	parkedAsID  int   // executions that wait in a group as ids
}

// job is a run.Job with its place.
type job struct {
	*run.Job
	hasSlot bool   // a slot was taken for it, and a worker is about to use it
	placed  bool   // it has a place in the hand-off
	weight  int64  // bytes that it counts in the load
	group   *group // in which it counts as running
}

// New returns an Intake that has not started.
func New(opt Options) *Intake {
	return &Intake{
		Options: opt, slots: make(chan struct{}, opt.Limits.Slots),
		wakeup: make(chan struct{}, 1), stopping: make(chan struct{}),
		jobs: make(map[ident.ID]*job), cancels: make(map[ident.ID]struct{}), groups: make(map[string]*group),
	}
}

// Start begins to claim and run executions for an incarnation.
func (in *Intake) Start(owner flow.Incarnation) {
	in.owner.Store(int64(owner))
	in.unclaimed.announce()
	in.working.Go(in.refill)
}

// Halt begins nothing new. It returns at once and is called once.
func (in *Intake) Halt() { close(in.stopping) }

// Stop waits for what runs, after Halt. When ctx ends first it calls kill and waits on.
func (in *Intake) Stop(ctx context.Context, kill func()) {
	in.mu.Lock()
	in.halted = true
	in.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		in.working.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
		kill()
		<-idle
	}
}

// Refill says that the table has executions that nobody has claimed.
func (in *Intake) Refill() {
	in.unclaimed.announce()
	in.wake()
}

// wake wakes the refiller; one token is enough.
func (in *Intake) wake() {
	select {
	case in.wakeup <- struct{}{}:
	default:
	}
}

// isStopping reports whether Stop was called.
func (in *Intake) isStopping() bool {
	select {
	case <-in.stopping:
		return true
	default:
		return false
	}
}

// Stats is what is in memory now.
type Stats struct {
	Held      int64 // executions in memory, waiting for a slot or running
	HeldBytes int64 // of their bodies
	Parked    int64 // executions of which only the id is held, until their group has a place
	Running   int   // slots taken
}

// Stats returns what is in memory now.
func (in *Intake) Stats() Stats {
	in.mu.Lock()
	parked := in.parkedAsID
	in.mu.Unlock()
	return Stats{Held: in.held.Load(), HeldBytes: in.load.Load(), Parked: int64(parked), Running: len(in.slots)}
}
