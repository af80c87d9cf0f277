package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// simulation is one history of an engine over a table in memory: seeded workflows, calls, cancels, retries, restarts
// and failures of the table, in an order that the scheduler decides.
type simulation struct {
	*scheduler
	plan     *rand.Rand // decides what the driver does
	memory   *memory
	flows    []*document.Compiled
	fakes    []*fake // of the workflow that is being made
	ids      *ident.Source
	opt      engine.Options
	accepted []ident.ID
	oldWake  bool // NextWake answers the first question of each life only

	failing    int // operations of the table that fail, in percent
	failsAt    int // the number of an operation that fails
	operations int
	crashes    int
	failed     bool         // an operation of the table has failed
	asked      map[int]bool // lives that have asked for the next wake

	mu     sync.Mutex // guards the fields below
	life   *simTable  // the present one
	engine *engine.Engine
	quiet  time.Time // when the driver had done all that disturbs; zero: not yet

	active     map[string]map[string]int        // by workflow: executions of the present life with attempts, and how many
	final      map[ident.ID]flow.Execution      // as last seen, with a final status
	told       map[ident.ID]map[int]flow.Status // by round
	violations []string
	aborted    chan struct{} // closed when one is found

	idleSince time.Time // since when no execution is in memory; zero: one is
}

// simulate plays a seed and returns the finished simulation.
func simulate(seed uint64, keep, oldWake bool) *simulation {
	s := &simulation{
		scheduler: newScheduler(seed, keep), plan: rand.New(rand.NewPCG(seed, 5)), memory: newMemory(), oldWake: oldWake,
		ids: ident.NewSource(clock.System(), 0), asked: make(map[int]bool), aborted: make(chan struct{}),
		active: make(map[string]map[string]int), final: make(map[ident.ID]flow.Execution), told: make(map[ident.ID]map[int]flow.Status),
	}
	s.memory.chunks = 3
	for i := range 1 + s.plan.IntN(3) {
		s.flows = append(s.flows, s.workflow(fmt.Sprintf("w%d", i+1)))
	}
	s.opt = engine.Options{
		Share: []float64{0.5, 0.5, 0.3, 1}[s.plan.IntN(4)], Slots: 1 + s.plan.IntN(4), HandOff: 1 + s.plan.IntN(8), Parked: 1 + s.plan.IntN(5), ParallelTasks: 1 + s.plan.IntN(6),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.drive()
	}()
	s.watch(done)
	return s
}

// maxTurns bounds a history.
const maxTurns = 100_000

// watch gives turns until the driver is done, or an invariant is broken.
func (s *simulation) watch(done <-chan struct{}) {
	for turns := 0; ; {
		for s.next() {
			if turns++; turns > maxTurns {
				s.violate("there is no end after %d turns", turns)
			}
			if s.broken() {
				s.abort(done)
				return
			}
		}
		select {
		case <-done:
			return
		default:
		}
		s.checkLiveness()
		if s.broken() {
			s.abort(done)
			return
		}
		s.idle(done)
	}
}

// abort ends a history that broke an invariant.
func (s *simulation) abort(done <-chan struct{}) {
	close(s.aborted)
	s.crash()
	<-done
}

// drive does what the plan says, waits until everything has ended, and stops the engine.
func (s *simulation) drive() {
	if !s.open() {
		return
	}
	for range 10 + s.plan.IntN(20) {
		<-time.After(odd(s.plan, 4*time.Second))
		if s.broken() {
			return
		}
		switch s.plan.IntN(12) {
		case 0, 1, 2, 3:
			for range 1 + s.plan.IntN(5) {
				s.call()
			}
		case 4:
			s.cancelOne()
		case 5:
			s.retryOne()
		case 6:
			s.failing = []int{0, 0, 5, 20, 60}[s.plan.IntN(5)]
		case 7:
			s.failsAt = s.operations + 1 + s.plan.IntN(20)
		case 8:
			if !s.restart() {
				return
			}
		}
	}
	s.failing, s.failsAt = 0, 0
	s.mu.Lock()
	s.quiet = clock.System().Now()
	s.mu.Unlock()
	for !s.broken() && !s.allFinal() {
		<-time.After(odd(s.plan, 2*time.Second))
	}
	if s.broken() {
		return
	}
	<-time.After(longestWait + odd(s.plan, longestWait)) // for attempts that lost, and for commits whose outcome was lost
	if s.stop(context.Background()) {
		s.checkEnd()
	}
}

// open begins a life. False: an invariant is broken.
func (s *simulation) open() bool {
	for {
		b := &simTable{memory: s.memory, sim: s, life: s.crashesAndStops() + 1, over: make(chan struct{})}
		opt := s.opt
		lease, err := s.memory.Begin(clock.System().Now())
		if err != nil {
			panic(err)
		}
		opt.Lease = lease
		e := engine.New(b, &simPrograms{b}, noSecrets{}, s, nil, clock.System(), slog.New(slog.DiscardHandler), opt)
		s.mu.Lock()
		s.life, s.engine = b, e
		s.active = make(map[string]map[string]int)
		s.mu.Unlock()
		if err := e.Start(context.Background()); err == nil {
			return true
		}
		if s.broken() {
			return false
		}
		<-time.After(time.Second)
	}
}

func (s *simulation) crashesAndStops() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life == nil {
		return 0
	}
	return s.life.life
}

// restart ends the life, in good order, at once, or by a crash, and begins the next one.
func (s *simulation) restart() bool {
	switch s.plan.IntN(3) {
	case 0:
		s.stop(context.Background())
	case 1:
		hurried, cancel := context.WithTimeout(context.Background(), odd(s.plan, time.Second))
		s.stop(hurried)
		cancel()
	case 2:
		s.crashes++
		s.crash()
		s.stop(context.Background())
	}
	return !s.broken() && s.open()
}

// stop stops the engine, and reports whether it could give up its claims.
func (s *simulation) stop(ctx context.Context) bool { return s.engine.Stop(ctx) == nil }

// crash ends the life: nothing that it does has an effect any more. Its goroutines end by themselves.
func (s *simulation) crash() {
	b := s.now()
	s.note(fmt.Sprintf("%d crashes", b.life))
	close(b.over)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	go s.engine.Stop(ended)
}

// call submits a call. A few callers wait for a while.
func (s *simulation) call() {
	x := flow.Execution{
		ID: s.ids.Next(), Delivery: s.ids.Next(), Workflow: s.flows[s.plan.IntN(len(s.flows))].Workflow.Key, Mode: flow.Async,
		Status: flow.Queued, CreatedAt: clock.System().Now(),
	}
	x.Revision = s.name(x.ID)
	s.turn(s.aborted, false, "call %s", x.Revision) // what the call before has caused comes first
	d := hook.Delivery{ID: x.Delivery, Request: hook.Request{Method: "POST"}}
	if s.plan.IntN(5) == 0 {
		x.Mode = flow.Sync
		e, patience := s.engine, odd(s.plan, 5*time.Second)
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			s.turn(s.aborted, false, "%s waits", s.name(x.ID))
			_, result, leave, err := e.SubmitAndWait(ctx, store.Accept{Execution: x, Delivery: d}, hook.Context{Method: "POST"})
			if err != nil {
				return
			}
			defer leave()
			select {
			case <-result:
			case <-ctx.Done():
			}
		}()
		return
	}
	_, _ = s.engine.Submit(store.Accept{Execution: x, Delivery: d}, hook.Context{Method: "POST"}, s.plan.IntN(5) == 0)
}

// cancelOne cancels one of the accepted executions.
func (s *simulation) cancelOne() {
	if len(s.accepted) > 0 {
		_, _ = s.engine.Cancel(s.accepted[s.plan.IntN(len(s.accepted))])
	}
}

// retryOne retries one of the accepted executions, if it has ended: from its failed step, from a step that has run, or
// from the start.
func (s *simulation) retryOne() {
	if len(s.accepted) == 0 {
		return
	}
	r := store.Retry{Execution: s.accepted[s.plan.IntN(len(s.accepted))]}
	loaded, err := s.memory.Load(context.Background(), r.Execution)
	if n := len(loaded.Steps); err == nil && n > 0 && loaded.Execution.Status.Final() && s.plan.IntN(2) == 0 {
		from := flow.FromStart
		if row := loaded.Steps[s.plan.IntN(n)]; s.plan.IntN(4) > 0 && row.Type != flow.MarkerRetry {
			from = row.Path
		}
		i := slices.IndexFunc(s.flows, func(c *document.Compiled) bool { return c.Workflow.Key == loaded.Execution.Workflow })
		if rerun, err := advance.Rewind(s.flows[i].Program, loaded.Steps, from); err == nil {
			r.Rerun, r.Planned = rerun, loaded.Steps[n-1].N
		}
	}
	_ = s.engine.Retry(r)
}

// name names an execution in the history.
func (*simulation) name(id ident.ID) string { return id.Text(ident.Execution) }

// now is the present life.
func (s *simulation) now() *simTable {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.life
}

// simPrograms finds the workflow of an execution in a turn of its own, as which worker is the first to open one of
// several executions is not decided by the engine.
type simPrograms struct{ life *simTable }

func (p *simPrograms) Program(workflow, revision string) (*document.Compiled, error) {
	s := p.life.sim
	s.turn(p.life.over, false, "%d opens %s", p.life.life, revision)
	i := slices.IndexFunc(s.flows, func(c *document.Compiled) bool { return c.Workflow.Key == workflow })
	return s.flows[i], nil
}

func (*simPrograms) Current(string) *document.Compiled { return nil }
