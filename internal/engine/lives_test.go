package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// TestALifeEndsInTheMiddleOfALoop kills lives without a word, and stops them in good order, while passes are
// under way.
func TestALifeEndsInTheMiddleOfALoop(t *testing.T) {
	for _, orderly := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			var sent atomic.Int32
			keys := make(chan string, 1000)
			request := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
				keys <- in.IdempotencyKey
				select {
				case <-time.After(time.Second):
				case <-ctx.Done():
					return node.Result{}, ctx.Err()
				}
				sent.Add(1)
				return node.Result{}, nil
			})
			request.info.Effect = node.Outbound
			c := flowOf(flow.Options{}, inLoop(list(3)...), looping(over(10, 4, "fail")), asks(), request, asks())
			w := open(t, m, c, engine.Options{})
			id := w.call()
			lives := []*harness{w}
			for range 2 {
				<-time.After(700 * time.Millisecond)
				synctest.Wait()
				if orderly {
					w.close(t)
				}
				w = open(t, m, c, engine.Options{})
				lives = append(lives, w)
			}
			x := <-w.ended
			got, _ := m.Load(t.Context(), id)
			want := append(numbers(10), numbers(10)...)
			slices.Sort(want)
			if diff := cmp.Diff(want, m.about()); diff != "" || x.Status != flow.Succeeded {
				t.Errorf("%s %+v, journal %v\n%s", x.Status, x.Error, lines(got.Steps), diff)
			}
			distinct := map[string]bool{}
			for len(keys) > 0 {
				distinct[<-keys] = true
			}
			if len(distinct) != 10 || (orderly && sent.Load() != 10) {
				t.Errorf("%d sent, %d keys", sent.Load(), len(distinct))
			}
			for _, w := range lives {
				if !w.stopped {
					w.halt(t)
				}
			}
		})
	}
}

func TestACancelStopsAllPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
			<-ctx.Done()
			return node.Result{}, ctx.Err()
		})
		w := open(t, newMemory(), flowOf(flow.Options{}, inLoop(list(1)...), looping(over(9, 5, "continue")), hang), engine.Options{})
		defer w.close(t)
		id := w.call()
		synctest.Wait()
		if s := w.Stats(); s.ParallelTasks != 5 || s.Running != 1 {
			t.Fatalf("%+v", s)
		}
		if _, err := w.Cancel(id); err != nil {
			t.Fatal(err)
		}
		x := <-w.ended
		synctest.Wait()
		if s := w.Stats(); x.Status != flow.Canceled || s.ParallelTasks != 0 || s.Running != 0 {
			t.Errorf("%s, %+v", x.Status, s)
		}
	})
}

func TestPassesRunOutOfTimeAndPanicForThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
			switch item(in, "item") {
			case "1":
				<-ctx.Done()
				return node.Result{}, ctx.Err()
			case "2":
				panic("index out of range")
			}
			return node.Result{}, nil
		})
		m := newMemory()
		nodes := inLoop(list(1)...)
		nodes[0].Branches[0].Nodes[0].Timeout = time.Second
		w := open(t, m, flowOf(flow.Options{}, nodes, looping(over(4, 4, "continue")), odd), engine.Options{})
		defer w.close(t)
		id := w.call()
		<-w.ended
		got, _ := m.Load(t.Context(), id)
		r := got.Steps[0].Result
		if r.Get("failed").Text() != "2" || !strings.Contains(r.Text(), `"code":"timeout"`) || !strings.Contains(r.Text(), `"code":"panic"`) {
			t.Errorf("has the result %s", r)
		}

		w2 := open(t, newMemory(), flowOf(flow.Options{Timeout: time.Minute}, inLoop(list(1)...), looping(over(4, 4, "continue")), slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
			<-ctx.Done()
			return node.Result{}, ctx.Err()
		})), engine.Options{})
		defer w2.close(t)
		w2.call()
		if x := <-w2.ended; x.Status != flow.Aborted || x.Reason != flow.ReasonTimeout {
			t.Errorf("%s %s", x.Status, x.Reason)
		}
	})
}

func TestAConditionIsAskedBeforeEachPass(t *testing.T) {
	for _, c := range []struct {
		holds func(expr.Scope) (bool, error)
		most  int
		want  flow.Status
		count int
		code  string
	}{
		{func(s expr.Scope) (bool, error) {
			v, err := s.Var("scopes", "each")
			n, _ := v.Get("index").Int()
			return n < 3, err
		}, 10, flow.Succeeded, 3, ""},
		{func(expr.Scope) (bool, error) { return true, nil }, 5, flow.Failed, 5, flow.CodeLimit},
		{func(expr.Scope) (bool, error) { return false, nil }, 5, flow.Succeeded, 0, ""},
		{func(expr.Scope) (bool, error) { return false, errors.New("what?") }, 5, flow.Failed, 0, flow.CodeTemplate},
		{func(expr.Scope) (bool, error) { panic("a defect") }, 5, flow.Failed, 0, flow.CodePanic},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			loop := looping(fmt.Sprintf(`{"while":true,"parallel":1,"maxItems":%d,"onItemError":"continue"}`, c.most))
			loop.holds = c.holds
			w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), loop, asks()), engine.Options{})
			defer w.close(t)
			w.call()
			x := <-w.ended
			if x.Status != c.want || len(m.records) != c.count || (x.Error != nil && x.Error.Code != c.code) {
				t.Errorf("%s %+v after %d passes", x.Status, x.Error, len(m.records))
			}
		})
	}
}

// TestAnOpInSeveralWritesGoesOnWhereItStood has filtered Ops take several writes, alone and in passes at
// once, with commits that fail and lives that end between them.
func TestAnOpInSeveralWritesGoesOnWhereItStood(t *testing.T) {
	update := func() *fake {
		return &fake{
			info: node.Info{Type: "record.update", Effect: node.Records},
			run: func(context.Context, node.Input) (node.Result, error) {
				return node.Result{Op: &collection.Op{Kind: collection.Update, Collection: "things", All: true}}, nil
			},
		}
	}
	for _, c := range []struct {
		name  string
		nodes []flow.Node
		fakes []*fake
		ops   int
	}{
		{"alone", list(2), []*fake{update(), gives(value.Null())}, 1},
		{"last", list(1), []*fake{update()}, 1},
		{"in passes", inLoop(list(2)...), []*fake{looping(over(3, 3, "fail")), update(), asks()}, 3},
	} {
		for _, mode := range []string{"", "before", "after", "dies"} {
			t.Run(c.name+" "+mode, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := newMemory()
					m.chunks = 4
					m.fail = func(n int) string {
						switch {
						case mode == "dies" && n == 3:
							return "after" // its owner does not get to know
						case mode != "dies" && n%2 == 0:
							return mode
						}
						return ""
					}
					flows := flowOf(flow.Options{}, c.nodes, c.fakes...)
					w := open(t, m, flows, engine.Options{})
					lives := []*harness{w}
					id := w.call()
					if mode == "dies" {
						synctest.Wait()
						w = open(t, m, flows, engine.Options{})
						lives = append(lives, w)
					}
					x := <-w.ended
					got, _ := m.Load(t.Context(), id)
					updates := 0
					for _, r := range m.records {
						if r.IsMissing() {
							updates++
						}
					}
					if x.Status != flow.Succeeded || updates != 4*c.ops {
						t.Errorf("%s %+v, %d writes, journal %v", x.Status, x.Error, updates, lines(got.Steps))
					}
					for _, s := range got.Steps {
						if s.Type == "record.update" && s.Result.Text() != `{"count":40}` {
							t.Errorf("%s has the result %s", s.Path, s.Result)
						}
					}
					for _, w := range lives {
						w.halt(t)
					}
				})
			})
		}
	}
}

func TestMorePassesThanTheEngineHasTasksForRunAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			most.Store(max(most.Load(), now.Add(1)))
			<-time.After(time.Second)
			now.Add(-1)
			return node.Result{}, nil
		})
		m := newMemory()
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(20, 10, "fail")), busy), engine.Options{ParallelTasks: 3})
		defer w.close(t)
		for range 4 {
			w.call()
		}
		for range 4 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		if n := most.Load(); n < 4 || n > 3+4 {
			t.Errorf("%d at once", n)
		}
	})
}

func TestALongLoopIsCommittedOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		most := 0
		m.saw = func(c store.Commit) { most = max(most, len(c.Steps)) }
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(3000, 1, "fail")), gives(value.Int(1))), engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Succeeded || most > 300 || m.commits > 3000/200 {
			t.Errorf("%s, %d commits, %d rows in one", x.Status, m.commits, most)
		}
	})
}
