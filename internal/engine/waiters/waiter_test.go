package waiters // the moment between an event and the read of the table cannot be reached from outside

import (
	"log/slog"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// TestTheEndOfAnEarlierRoundIsIgnored publishes the end of a round after the execution was retried: before and after
// the waiter knows how the execution stands.
func TestTheEndOfAnEarlierRoundIsIgnored(t *testing.T) {
	first := flow.Execution{ID: 1, Status: flow.Failed}
	queued := flow.Execution{ID: 1, Status: flow.Queued, Round: 1}
	second := flow.Execution{ID: 1, Status: flow.Succeeded, Round: 1}
	for name, play := range map[string]func(w *waiter){
		"the event comes before the table is read": func(w *waiter) { w.receive(first); w.read(queued); w.receive(second) },
		"the event comes after it":                 func(w *waiter) { w.read(queued); w.receive(first); w.receive(second) },
		"both come before it":                      func(w *waiter) { w.receive(first); w.receive(second); w.read(queued) },
		"the table has the end":                    func(w *waiter) { w.receive(first); w.read(second) },
	} {
		w := newWaiter(1)
		w.unknown = true
		released := 0
		w.release = func() { released++ }
		play(w)
		select {
		case x := <-w.result:
			if x.Round != 1 || x.Status != flow.Succeeded {
				t.Errorf("%s: told %s of round %d", name, x.Status, x.Round)
			}
		default:
			t.Errorf("%s: told nothing", name)
		}
		if released != 1 {
			t.Errorf("%s: released %d times", name, released)
		}
	}
}

// TestEachProcessIsTold has two processes share their Events.
func TestEachProcessIsTold(t *testing.T) {
	var events Local
	load := func(ident.ID) (flow.Execution, error) { return flow.Execution{ID: 1, Status: flow.Running}, nil }
	here := New(Options{Events: &events, Load: load, Limit: 1, Log: slog.New(slog.DiscardHandler)})
	there := New(Options{Events: &events, Load: load, Limit: 1, Log: slog.New(slog.DiscardHandler)})
	result, leave := here.Await(1)
	defer leave()
	there.Tell(flow.Execution{ID: 2, Status: flow.Failed})
	there.Tell(flow.Execution{ID: 1, Status: flow.Succeeded})
	if x := <-result; x.ID != 1 || x.Status != flow.Succeeded {
		t.Errorf("told %s of %d", x.Status, x.ID)
	}
	if n := here.Waiting(); n != 0 || events.count.Load() != 0 || len(events.byID) != 0 {
		t.Errorf("%d wait still, %d are subscribed", n, events.count.Load())
	}
}
