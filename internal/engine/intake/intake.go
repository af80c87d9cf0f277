package intake

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fairshare"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Table is the part of the store's table of executions that hands out executions; see store.Queue.
type Table interface {
	Claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip ...string) ([]store.Claimed, error)
	NextWake() (time.Time, error)
	Unclaimed() (map[string]int64, error)
	// Backlog is the number of executions that are queued or running.
	Backlog() int64
}

// Limits bound what is in memory. All are required.
type Limits struct {
	Share        float64 // of slots, hand-off and backlog that one workflow gets while no other asks; see package fairshare
	Backlog      int64   // executions that are queued or running
	Slots        int     // executions that run at once
	HandOff      int     // executions in memory, those that callers wait for not counted
	HandOffBytes int64   // of the bodies of executions in memory, running ones included
	Parked       int     // executions that wait for their group and of which only the id is in memory
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

	slots   *fairshare.Queue[*job] // of executions that run; those in memory that wait for one are its queue
	workers workers
	places  places // in the hand-off, reserved ones included

	unclaimed unclaimed
	inTable   inTable
	wakeup    chan struct{} // wakes the refiller
	wakeTime  wakeTime
	counted   time.Time // when the table was counted; of the refiller

	stopping chan struct{}
	working  sync.WaitGroup

	mu          sync.Mutex
	jobs        map[ident.ID]*job     // those in memory, so that they can be canceled
	cancels     map[ident.ID]struct{} // those that are to be canceled and have not ended
	groups      map[string]*group
	parkedWhole int            // executions that wait in a group and are in memory whole
	parkedBytes int64          // of their bodies
	parkedAsID  int            // executions that wait in a group as ids
	parkedOf    map[string]int // of them, by workflow
}

// job is a run.Job with its place.
type job struct {
	*run.Job
	ready  chan struct{} // not nil: it stands for a caller who waits for a slot, and is closed when there is one
	placed bool          // it has a place in the hand-off
	weight int64         // bytes of its body that are counted
	group  *group        // in which it counts as running
}

// New returns an Intake that has not started.
func New(opt Options) *Intake {
	in := &Intake{
		Options: opt, places: newPlaces(opt.Limits),
		wakeup: make(chan struct{}, 1), stopping: make(chan struct{}),
		jobs: make(map[ident.ID]*job), cancels: make(map[ident.ID]struct{}), groups: make(map[string]*group),
		parkedOf: make(map[string]int),
	}
	in.slots = fairshare.NewQueue(opt.Limits.Slots, opt.Limits.Share, in.granted)
	return in
}

// Start begins to claim and run executions for an incarnation.
func (in *Intake) Start(owner flow.Incarnation) {
	in.owner.Store(int64(owner))
	in.unclaimed.announce("")
	in.working.Go(in.refill)
}

// Halt begins nothing new. It returns at once and is called once.
func (in *Intake) Halt() {
	in.workers.halt()
	close(in.stopping)
}

// Stop waits for what runs, after Halt. When ctx ends first it calls kill and waits on.
func (in *Intake) Stop(ctx context.Context, kill func()) {
	idle := make(chan struct{})
	go func() {
		in.working.Wait()
		in.workers.group.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-ctx.Done():
		kill()
		<-idle
	}
}

// Refill says that the table has executions of a workflow that nobody has claimed, or of any workflow with "".
func (in *Intake) Refill(workflow string) {
	in.unclaimed.announce(workflow)
	in.wake()
}

// LeftToTable says that a new execution of a workflow was left to the table.
func (in *Intake) LeftToTable(workflow string) {
	in.inTable.add(workflow, 1)
	in.Refill(workflow)
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
	held, bytes := in.places.total()
	return Stats{Held: held, HeldBytes: bytes, Parked: int64(parked), Running: in.slots.Used()}
}
