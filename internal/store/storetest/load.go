package storetest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
)

// The size of the load: concurrent callers, and rounds of each.
const (
	callers = 24
	rounds  = 12
)

// testLoad has many callers accept and commit concurrently, while others read and some writes fail. Every write
// that succeeded must exist afterwards, and no write that failed may exist.
func testLoad(t *testing.T, d Driver) {
	t.Run("many at once, with failures in between", func(t *testing.T) {
		in := &injector{}
		w := openHarness(t, d, Options{Inject: in.Inject})
		w.ok(w.define([]collection.Collection{people()}))
		faults := []Fault{Full, IOError, NoMemory, Interrupt, Panic}
		var mu sync.Mutex
		var all []*attempt
		var work sync.WaitGroup
		for c := range callers {
			work.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(c)))
				for r := range rounds {
					list := w.accepting(fmt.Sprintf("%d-%d", c, r))
					for _, a := range list {
						if c == 0 && len(d.Places) > 0 {
							in.arm(d.Places[:1], faults[random.IntN(len(faults))], 1+random.IntN(60), false)
						}
						if a.err = a.write(); a.err != nil {
							break // the second write needs the first
						}
					}
					mu.Lock()
					all = append(all, list...)
					mu.Unlock()
				}
			})
		}
		work.Wait()
		in.disarm()
		w.Logf("%d writes", len(all))
		for _, a := range all {
			w.checkResult(a, "after the load")
		}
		w.backlog(int64(w.unfinished()))
		w.reopen()
		for _, a := range all {
			w.checkResult(a, "after a restart")
		}
	})
}

// accepting returns an Accept, the Commit that ends its execution with a record, and a check of both.
func (w *harness) accepting(name string) []*attempt {
	a := w.call(w.owner)
	id := a.Execution.ID
	never := fmt.Errorf("not tried")
	return []*attempt{
		{name: "accept " + name, err: never, write: func() error { return w.accept(a) }, found: func() (bool, error) { return w.holds(a) }},
		{name: "commit " + name, err: never, write: func() error {
			_, err := w.Commit(w.creating(id, 1, `{"email":"`+name+`"}`))
			return err
		}, found: func() (bool, error) {
			l, err := w.Load(w.Context(), id)
			if found, err := presence(err); !found {
				return false, err
			}
			return l.Execution.Status == flow.Succeeded && len(l.Steps) == 1, nil
		}},
	}
}
