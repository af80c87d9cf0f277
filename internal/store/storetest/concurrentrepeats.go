package storetest

import (
	"fmt"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

const (
	keyCallers   = 64   // concurrent calls with the same key
	repeatedKeys = 2100 // number of keys, one after another
)

// testConcurrentRepeats sends calls with the same key concurrently. Exactly one must run, and all others must name it.
func testConcurrentRepeats(t *testing.T, d Driver) {
	t.Run("of many at once exactly one runs", func(t *testing.T) {
		w := newHarness(t, d)
		for round := range repeatedKeys / d.stride() {
			first := w.race(fmt.Sprint("key ", round), func(out store.Accepted) bool { return out.First == nil })
			w.commit(w.ending(first, flow.Succeeded))
		}
		w.backlog(0)
	})

	t.Run("of many at once exactly one has the failed one run again", func(t *testing.T) {
		w := newHarness(t, d)
		for round := range repeatedKeys / 20 / d.stride() {
			key := fmt.Sprint("key ", round)
			first := w.brought(key, flow.Failed)
			retried := w.race(key, func(out store.Accepted) bool {
				if out.First == nil || out.First.ID != first {
					t.Error("one of them ran")
				}
				return out.Retried
			})
			w.same("the one that is retried", retried, first)
			w.same("round", w.load(first).Execution.Round, 1)
			w.claim(1, false)
			w.commit(w.ending(first, flow.Succeeded))
		}
		w.backlog(0)
	})
}

// race accepts calls with one key, of which exactly one must be chosen, and returns the execution that all of them name.
func (w *harness) race(key string, chosen func(store.Accepted) bool) ident.ID {
	w.Helper()
	calls := make([]store.Accept, keyCallers)
	for i := range calls {
		calls[i] = w.keyed(key)
		calls[i].Delivery.Request.Body = nil
	}
	outs, errs := make([]store.Accepted, keyCallers), make([]error, keyCallers)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range calls {
		all.Go(func() {
			<-start
			outs[i], errs[i] = w.Accept(calls[i])
		})
	}
	close(start)
	all.Wait()
	n := 0
	seen := make(map[ident.ID]bool)
	for i, out := range outs {
		w.ok(errs[i])
		if chosen(out) {
			n++
		}
		if out.First == nil {
			seen[calls[i].Execution.ID] = true
		} else {
			seen[out.First.ID] = true
		}
	}
	if n != 1 || len(seen) != 1 {
		w.Fatalf("%d of %d were chosen, and they name %d executions", n, keyCallers, len(seen))
	}
	for id := range seen {
		return id
	}
	return 0
}
