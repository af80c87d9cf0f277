package engine_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

func TestAShortWorkflowCostsOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(2), gives(value.Bool(true)), create("x")), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		if x.Status != flow.Succeeded || w.memory.commits != 1 || len(w.memory.records) != 1 {
			t.Fatalf("%s after %d commits with %d records", x.Status, w.memory.commits, len(w.memory.records))
		}
		got, _ := w.memory.Load(t.Context(), id)
		if len(got.Steps) != 2 || got.Steps[1].Result.Get("about").Text() != `"x"` || got.Execution.Status != flow.Succeeded {
			t.Fatalf("stored %+v", got)
		}
	})
}

func TestRecordsAreWrittenOnceHoweverCommitsFail(t *testing.T) {
	for _, mode := range []string{"before", "after"} {
		for n := 1; n <= 6; n++ {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				m.fail = func(i int) string {
					if i == n || i == n+2 {
						return mode
					}
					return ""
				}
				c := flowOf(flow.Options{}, list(4), create("a"), gives(value.Null()), create("b"), gives(value.Null()))
				w := open(t, m, c, engine.Options{})
				defer w.close(t)
				id := w.call()
				x := <-w.ended
				got, _ := m.Load(t.Context(), id)
				if x.Status != flow.Succeeded || got.Execution.Status != flow.Succeeded || len(m.records) != 2 || len(got.Steps) != 4 {
					t.Fatalf("%s at %d: %s, %d records, %d steps", mode, n, got.Execution.Status, len(m.records), len(got.Steps))
				}
			})
		}
	}
}

func TestABrokenRuleFailsTheStepAndOnlyIt(t *testing.T) {
	for _, c := range []struct {
		onError flow.OnError
		want    flow.Status
		records int
	}{{flow.OnErrorFail, flow.Failed, 0}, {flow.OnErrorContinue, flow.Succeeded, 1}, {flow.OnErrorBranch, flow.Succeeded, 1}} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.rule = func(op *collection.Op) *collection.Violation {
				if op.Values.Get("about").Text() == `"bad"` {
					return &collection.Violation{Code: "unique", Field: "about", Message: "about: bad is taken"}
				}
				return nil
			}
			nodes := list(2)
			nodes[0].OnError = c.onError
			nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Second}
			w := open(t, m, flowOf(flow.Options{}, nodes, create("bad"), create("good")), engine.Options{})
			defer w.close(t)
			id := w.call()
			x := <-w.ended
			got, _ := m.Load(t.Context(), id)
			if x.Status != c.want || len(m.records) != c.records || got.Steps[0].Status != flow.Failed || got.Steps[0].Error.Code != "unique" {
				t.Fatalf("%s: %s, %d records, %+v", c.onError, x.Status, len(m.records), got.Steps)
			}
		})
	}
}

func TestANextAttemptIsMadeWhenTheFailureSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &fake{info: node.Info{Effect: node.Outbound}, run: func(_ context.Context, in node.Input) (node.Result, error) {
			if in.Attempt == 1 {
				return node.Result{}, &node.Failure{Code: "429", Message: "busy", RetryAfter: 5 * time.Minute}
			}
			return node.Result{}, nil
		}}
		nodes := list(1)
		nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Second, Factor: 1, MaxDelay: time.Hour}
		w := open(t, newMemory(), flowOf(flow.Options{}, nodes, busy), engine.Options{Slots: 1})
		defer w.close(t)
		began := clock.System().Now()
		w.call()
		if x, took := <-w.ended, clock.System().Now().Sub(began); x.Status != flow.Succeeded || took < 5*time.Minute || took > 5*time.Minute+3*time.Second {
			t.Errorf("%s after %s", x.Status, took)
		}
	})
}

func TestAFailedAttemptWaitsInTheTableAndHoldsNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		flaky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			if attempts.Add(1) < 3 {
				return node.Result{}, errors.New("down")
			}
			return node.Result{Value: value.Int(int64(in.Attempt))}, nil
		}}
		nodes := list(1)
		nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Minute, Factor: 2}
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, nodes, flaky), engine.Options{Slots: 1})
		defer w.close(t)
		began := clock.System().Now()
		id := w.call()
		synctest.Wait()
		if got, _ := m.Load(t.Context(), id); got.Execution.Status != flow.Waiting || got.Execution.Owner != 0 || w.Stats().Running != 0 {
			t.Fatalf("%+v, %d slots taken", got.Execution, w.Stats().Running)
		}
		x := <-w.ended
		took := clock.System().Now().Sub(began)
		if x.Status != flow.Succeeded || took < 3*time.Minute || took > 3*time.Minute+10*time.Second {
			t.Fatalf("%s after %s", x.Status, took)
		}
		got, _ := m.Load(t.Context(), id)
		if len(got.Steps) != 3 || got.Steps[2].Attempt != 3 || got.Steps[2].Result.Text() != "3" {
			t.Fatalf("journal %+v", got.Steps)
		}
	})
}

func TestTheOwnerOfAnEarlierLifeWritesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, began := make(chan struct{}), make(chan struct{}, 2)
		var first atomic.Bool
		slow := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			began <- struct{}{}
			if first.CompareAndSwap(false, true) {
				<-release
			}
			return node.Result{}, nil
		}}
		m := newMemory()
		c := flowOf(flow.Options{}, list(2), slow, create("x"))
		old := open(t, m, c, engine.Options{})
		id := old.call()
		<-began
		w := open(t, m, c, engine.Options{}) // a second life takes over
		x := <-w.ended
		close(release)
		synctest.Wait()
		got, _ := m.Load(t.Context(), id)
		if x.Status != flow.Succeeded || len(m.records) != 1 || got.Execution.Resumes != 1 || len(old.ended) != 0 {
			t.Fatalf("%s, %d records, %d resumes, %d ended in the old life", x.Status, len(m.records), got.Execution.Resumes, len(old.ended))
		}
		w.close(t)
		old.close(t)
	})
}
