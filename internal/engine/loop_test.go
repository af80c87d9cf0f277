package engine_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

func TestALoopRunsItsPassesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		says := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			last, _ := in.Scope.Var("nodes", "n2")
			return node.Result{Value: value.String(item(in, "item") + item(in, "index") + item(in, "sequence") + item(in, "length") + last.Text())}, nil
		}}
		input := `{"over":["a","b"],"while":false,"parallel":1,"maxItems":10,"onItemError":"fail"}`
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(input), says, gives(value.Int(7))), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(t.Context(), id)
		want := []string{"1 each succeeded", "2 each[0]/n1 succeeded", "3 each[0]/n2 succeeded", "4 each[1]/n1 succeeded", "5 each[1]/n2 succeeded"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded {
			t.Errorf("%s (-want +got):\n%s", x.Status, diff)
		}
		if text, _ := got.Steps[3].Result.Str(); text != `"b"122null` {
			t.Errorf("the second pass saw %s", text)
		}
		if r := got.Steps[0].Result.Text(); r != `{"count":2,"failed":0,"errors":[]}` {
			t.Errorf("has the result %s", r)
		}
		if m.commits != 1 {
			t.Errorf("%d commits for what only computes", m.commits)
		}
	})
}

func TestPassesRunAtOnceAndNoMoreThanTheyMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Second)
			now.Add(-1)
			return node.Result{}, nil
		})
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(10, 4, "fail")), busy, asks()), engine.Options{Slots: 1})
		defer w.close(t)
		began := clock.System().Now()
		w.call()
		x := <-w.ended
		if took := clock.System().Now().Sub(began); took != 3*time.Second || most.Load() != 4 || x.Status != flow.Succeeded {
			t.Errorf("%s after %s, %d at once", x.Status, took, most.Load())
		}
		if diff := cmp.Diff(numbers(10), m.about()); diff != "" {
			t.Error(diff)
		}
		synctest.Wait()
		if s := w.Stats(); s.ParallelTasks != 0 || s.Running != 0 {
			t.Errorf("%+v are left", s)
		}
	})
}

func TestRecordsOfPassesAtOnceShareCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(1000, 64, "fail")), asks()), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Succeeded {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
		if diff := cmp.Diff(numbers(1000), m.about()); diff != "" || m.most != 64 || m.commits > 1000/64+2 {
			t.Errorf("%d commits, at most %d Ops in one\n%s", m.commits, m.most, diff)
		}
	})
}

func TestRecordsOfALoopAreWrittenOnceHoweverCommitsFail(t *testing.T) {
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
				m.rule = func(op *collection.Op) *collection.Violation {
					if op.Values.Get("about").Text() == "5" {
						return &collection.Violation{Code: "unique", Message: "about: 5 is taken"}
					}
					return nil
				}
				w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(12, 4, "continue")), asks(), gives(value.Null())), engine.Options{})
				defer w.close(t)
				id := w.call()
				x := <-w.ended
				got, _ := m.Load(t.Context(), id)
				if x.Status != flow.Succeeded || len(m.records) != 11 || len(got.Steps) != 1+12+11 {
					t.Fatalf("%s at %d: %s, %d records, %d steps", mode, n, x.Status, len(m.records), len(got.Steps))
				}
				want := `{"count":12,"failed":1,"errors":[{"index":5,"node":"n1","code":"unique","message":"about: 5 is taken"}]}`
				if r := got.Steps[0].Result.Text(); r != want {
					t.Errorf("has the result %s", r)
				}
			})
		}
	}
}

func TestAFailedPassMeansWhatTheLoopSays(t *testing.T) {
	for _, c := range []struct {
		on      string
		onError flow.OnError
		want    flow.Status
		records []string
		loop    string // how its row stands
	}{
		{"fail", flow.OnErrorFail, flow.Failed, []string{"0", "1"}, "1 each running"},
		{"fail", flow.OnErrorContinue, flow.Succeeded, []string{"0", "1"}, "1 each failed"},
		{"break", flow.OnErrorFail, flow.Succeeded, []string{"0", "1"}, "1 each succeeded"},
		{"continue", flow.OnErrorFail, flow.Succeeded, []string{"0", "1", "3"}, "1 each succeeded"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			picky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
				if item(in, "item") == "2" {
					return node.Result{}, errors.New("not 2")
				}
				return node.Result{}, nil
			}}
			nodes := inLoop(list(2)...)
			nodes[0].OnError = c.onError
			w := open(t, m, flowOf(flow.Options{}, nodes, looping(over(4, 1, c.on)), picky, asks()), engine.Options{})
			defer w.close(t)
			id := w.call()
			x := <-w.ended
			got, _ := m.Load(t.Context(), id)
			if diff := cmp.Diff(c.records, m.about()); diff != "" || x.Status != c.want || lines(got.Steps)[0] != c.loop {
				t.Errorf("%s: %s, %s\n%s", c.on, x.Status, lines(got.Steps)[0], diff)
			}
		})
	}
}

// TestARetryGoesOnInTheMiddleOfALoop has a pass fail in the first round.
func TestARetryGoesOnInTheMiddleOfALoop(t *testing.T) {
	for _, parallel := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			var mended atomic.Bool
			picky := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
				if item(in, "item") == "4" && !mended.Load() {
					return node.Result{}, errors.New("not 4")
				}
				return node.Result{}, nil
			}}
			w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(9, parallel, "fail")), asks(), picky), engine.Options{})
			defer w.close(t)
			id := w.call()
			if x := <-w.ended; x.Status != flow.Failed || x.Error.Node != "n2" {
				t.Fatalf("%s %+v", x.Status, x.Error)
			}
			mended.Store(true)
			x := w.retry(t, id)
			got, _ := m.Load(t.Context(), id)
			if diff := cmp.Diff(numbers(9), m.about()); diff != "" || x.Status != flow.Succeeded {
				t.Errorf("%s, journal %v\n%s", x.Status, lines(got.Steps), diff)
			}
		})
	}
}
