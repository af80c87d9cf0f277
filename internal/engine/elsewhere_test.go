package engine_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/engine/waiters"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// away is the table as one of two machines sees it: it claims nothing there.
type away struct{ *memory }

func (away) TakeOver(time.Time) ([]ident.ID, error) { return nil, nil }
func (away) Unclaimed() (map[string]int64, error)   { return nil, nil }
func (away) Claim(flow.Incarnation, time.Time, int, bool, ...string) ([]store.Claimed, error) {
	return nil, nil
}

// TestACallerWaitsForAnExecutionOfAnotherMachine has one engine take a call whose execution another one runs. The store
// says so, and the row comes a moment later, as from a journal in front of the table.
func TestACallerWaitsForAnExecutionOfAnotherMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c, events := newMemory(), flowOf(flow.Options{}, list(1), method()), &waiters.Local{}
		machine := func(table engine.Table) *harness {
			w := &harness{memory: m, programs: &programs{all: []*document.Compiled{c}, current: c}, ended: make(chan flow.Execution, 10)}
			lease, err := m.Begin(clock.System().Now())
			if err != nil {
				t.Fatal(err)
			}
			w.ids = ident.NewSource(clock.System(), lease.Node)
			w.Engine = engine.New(table, w.programs, noSecrets{}, ends{w.ended}, events, clock.System(), slog.New(slog.DiscardHandler), engine.Options{Lease: lease})
			if err := w.Start(context.Background()); err != nil {
				t.Fatal(err)
			}
			return w
		}
		here, there := machine(away{m}), machine(m)
		defer here.close(t)
		defer there.close(t)
		var accepted store.Accept
		m.answer = func(a store.Accept) (store.Accepted, bool) {
			accepted = a
			return store.Accepted{Elsewhere: true}, false
		}
		id, result := here.submitSync(t)
		other, _ := here.Await(id) // a repeat of a call that is not in the table yet
		endedEmpty(t, other)
		noResult(t, result)
		accepted.Execution.Owner = 0
		m.accept(store.Claimed{Execution: accepted.Execution, Delivery: accepted.Delivery})
		if x := oneResult(t, result); x.ID != id || x.Status != flow.Succeeded {
			t.Errorf("told %s", x.Status)
		}
		if len(there.ended) != 1 || len(here.ended) != 0 {
			t.Errorf("%d ended here, %d there", len(here.ended), len(there.ended))
		}
	})
}
