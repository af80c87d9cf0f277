package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// TestAReleaseWhoseAnswerIsLostEnds puts an execution to sleep with a commit whose answer is lost. Before the
// commit is repeated, the same engine claims the execution again and ends it. The repetition must end too, and change
// nothing.
func TestAReleaseWhoseAnswerIsLostEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.fail = func(n int) string {
			if n == 1 {
				return "after"
			}
			return ""
		}
		naps := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			return node.Result{Until: in.Now.Add(10 * time.Millisecond)}, nil
		}}
		w := open(t, m, flowOf(flow.Options{}, list(2), naps, gives(value.Int(7))), engine.Options{Slots: 2})
		id := w.call()
		<-time.After(15 * time.Millisecond) // it is due, and its first owner pauses for 20 ms
		x := w.execution("test", flow.Async)
		d := hook.Delivery{ID: x.Delivery, Request: hook.Request{Method: "POST"}}
		// A heavy call waits in the table, so the engine looks there, and finds the other one too.
		if _, err := w.Submit(store.Accept{Execution: x, Delivery: d}, hook.Context{Method: "POST"}, true); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Errorf("%d is %s", x.ID, x.Status)
			}
		}
		synctest.Wait()
		<-time.After(time.Minute)
		if s := w.Stats(); s.Running != 0 || s.Held != 0 {
			t.Errorf("%+v", s)
		}
		if got, _ := m.Load(t.Context(), id); len(got.Steps) != 2 || m.result(id).Text() != "7" {
			t.Errorf("journal: %+v", got.Steps)
		}
		w.close(t)
	})
}
