package engine_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// simTable is the table as one life of the engine sees it. Each operation takes a turn and may fail. After a crash of
// the life every operation fails, and nothing is written.
type simTable struct {
	*memory
	sim  *simulation
	life int
	over chan struct{} // closed by a crash
}

func (b *simTable) dead() bool {
	select {
	case <-b.over:
		return true
	default:
		return false
	}
}

// The ways in which an operation fails.
const (
	simWorks      = ""
	simFails      = "fails"            // before it does anything
	simFailsAfter = "fails afterwards" // its outcome is lost
)

// begin takes a turn and says how the operation fails. lossy operations may also fail after they were done.
func (b *simTable) begin(lossy, routine bool, format string, args ...any) (mode string, err error) {
	what := fmt.Sprintf("%d %s", b.life, fmt.Sprintf(format, args...))
	b.sim.turn(b.over, routine, "%s", what)
	if b.dead() {
		return simFails, errAway
	}
	b.sim.operations++
	switch luck := b.sim.random.IntN(100); {
	case luck >= b.sim.failing && b.sim.operations != b.sim.failsAt:
		return simWorks, nil
	case lossy && luck%2 == 0:
		b.sim.failed = true
		b.sim.note("it fails afterwards")
		return simFailsAfter, nil
	default:
		b.sim.failed = true
		b.sim.note("it fails")
		return simFails, errAway
	}
}

var errAway = fault.New("simulation", fault.Unavailable, "the database is away")

// end returns the error of an operation that was done.
func (b *simTable) end(mode string) error {
	b.sim.check()
	if mode == simFailsAfter {
		return errAway
	}
	return nil
}

func (b *simTable) Accept(a store.Accept) (to store.Accepted, err error) {
	mode, err := b.begin(false, false, "accept %s owner %d", b.sim.name(a.Execution.ID), a.Execution.Owner)
	if err != nil {
		return to, err
	}
	if to, err = b.memory.Accept(a); err != nil {
		return to, err
	}
	b.sim.accepted = append(b.sim.accepted, a.Execution.ID)
	return to, b.end(mode)
}

func (b *simTable) Commit(c store.Commit) (done store.Committed, err error) {
	mode, err := b.begin(true, false, "commit %s %s, %d steps, %d ops", b.sim.name(c.Execution), c.State.Status, len(c.Steps), len(c.Ops))
	if err != nil {
		return done, err
	}
	if done, err = b.memory.Commit(c); err != nil {
		return done, err
	}
	return done, b.end(mode)
}

func (b *simTable) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip ...string) (list []store.Claimed, err error) {
	slices.Sort(skip)
	mode, err := b.begin(false, true, "claim %d, alone %v, not %q", limit, alone, skip)
	if err != nil {
		return nil, err
	}
	if list, err = b.memory.Claim(owner, now, limit, alone, skip...); err != nil {
		return list, err
	}
	for _, c := range list {
		b.sim.note("claimed " + b.sim.name(c.Execution.ID))
		b.sim.last = now
	}
	return list, b.end(mode)
}

func (b *simTable) NextWake() (at time.Time, err error) {
	mode, err := b.begin(false, true, "next wake")
	if err != nil {
		return at, err
	}
	if b.sim.oldWake { // see TestTheSimulationFindsALostWake
		if b.sim.asked[b.life] {
			return at, nil
		}
		b.sim.asked[b.life] = true
	}
	if at, err = b.memory.NextWake(); err != nil {
		return at, err
	}
	return at, b.end(mode)
}

func (b *simTable) Unclaimed() (counts map[string]int64, err error) {
	mode, err := b.begin(false, true, "count")
	if err != nil {
		return nil, err
	}
	if counts, err = b.memory.Unclaimed(); err != nil {
		return nil, err
	}
	return counts, b.end(mode)
}

func (b *simTable) Load(ctx context.Context, id ident.ID) (x store.Loaded, err error) {
	mode, err := b.begin(false, false, "load %s", b.sim.name(id))
	if err != nil {
		return x, err
	}
	if x, err = b.memory.Load(ctx, id); err != nil {
		return x, err
	}
	return x, b.end(mode)
}

func (b *simTable) RequestCancel(id ident.ID, now time.Time) (to flow.Status, err error) {
	mode, err := b.begin(true, false, "request cancel %s", b.sim.name(id))
	if err != nil {
		return to, err
	}
	if to, err = b.memory.RequestCancel(id, now); err != nil {
		return to, err
	}
	return to, b.end(mode)
}

func (b *simTable) Retry(r store.Retry) error {
	mode, err := b.begin(true, false, "retry %s from %q", b.sim.name(r.Execution), r.Rerun.From)
	if err != nil {
		return err
	}
	if err := b.memory.Retry(r); err != nil {
		return err
	}
	return b.end(mode)
}

func (b *simTable) TakeOver(now time.Time) (ended []ident.ID, err error) {
	mode, err := b.begin(true, true, "take over")
	if err != nil {
		return nil, err
	}
	if ended, err = b.memory.TakeOver(now); err != nil {
		return ended, err
	}
	return ended, b.end(mode)
}

func (b *simTable) Renew(l store.Lease, now time.Time) (store.Lease, error) {
	mode, err := b.begin(true, true, "renew")
	if err != nil {
		return l, err
	}
	if l, err = b.memory.Renew(l, now); err != nil {
		return l, err
	}
	return l, b.end(mode)
}

func (b *simTable) Release(owner flow.Incarnation) error {
	mode, err := b.begin(true, false, "release")
	if err != nil {
		return err
	}
	if err := b.memory.Release(owner); err != nil {
		return err
	}
	return b.end(mode)
}
