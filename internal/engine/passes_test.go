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
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

func TestAnEndInAPassEndsTheExecutionAndWhatRunsBesideIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var stopped atomic.Int32
		half := slow(func(ctx context.Context, in node.Input) (node.Result, error) {
			if item(in, "item") == "1" {
				<-time.After(time.Second)
				return node.Result{Ends: flow.Succeeded}, nil
			}
			<-ctx.Done()
			stopped.Add(1)
			return node.Result{}, ctx.Err()
		})
		half.info.Effect = node.Outbound
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(1)...), looping(over(5, 3, "fail")), half), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		synctest.Wait()
		got, _ := m.Load(t.Context(), id)
		want := []string{"1 each canceled", "2 each[0]/n1 canceled", "3 each[1]/n1 succeeded ends succeeded", "4 each[2]/n1 canceled"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded || stopped.Load() != 2 {
			t.Errorf("%s, %d were stopped (-want +got):\n%s", x.Status, stopped.Load(), diff)
		}
		if s := w.Stats(); s.ParallelTasks != 0 || s.Running != 0 {
			t.Errorf("%+v are left", s)
		}
	})
}

func TestAnAnswerInAPassIsCommittedAndTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		reply := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			if item(in, "item") != "2" {
				return node.Result{}, nil
			}
			return node.Result{Reply: &hook.Reply{Status: 201}, Ends: flow.Succeeded}, nil
		}}
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(5, 1, "fail")), reply, asks()), engine.Options{})
		defer w.close(t)
		id, result := w.submitSync(t)
		if x := oneResult(t, result); x.Reply == nil || x.Reply.Status != 201 || x.Status != flow.Succeeded {
			t.Errorf("told %+v", x)
		}
		got, _ := m.Load(t.Context(), id)
		if diff := cmp.Diff([]string{"0", "1"}, m.about()); diff != "" || lines(got.Steps)[0] != "1 each canceled" {
			t.Errorf("%v\n%s", lines(got.Steps), diff)
		}
	})
}

func TestAnExecutionSleepsWhenAllItsPassesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		later := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			n, _ := value.Trusted(item(in, "item")).Int()
			return node.Result{Until: in.Now.Add(time.Duration(n+1) * time.Hour)}, nil
		}}
		w := open(t, m, flowOf(flow.Options{}, inLoop(list(2)...), looping(over(3, 3, "fail")), later, asks()), engine.Options{})
		defer w.close(t)
		id := w.call()
		for i := range 3 {
			<-time.After(time.Minute)
			synctest.Wait()
			got, _ := m.Load(t.Context(), id)
			if got.Execution.Status != flow.Waiting || got.Execution.Owner != 0 || w.Stats().Running != 0 || len(m.about()) != i {
				t.Fatalf("%s with %d records", got.Execution.Status, len(m.about()))
			}
			<-time.After(time.Hour - time.Minute + 3*time.Second)
		}
		if x := <-w.ended; x.Status != flow.Succeeded || len(m.records) != 3 {
			t.Errorf("%s with %d records", x.Status, len(m.records))
		}
	})
}

func TestAWaitBesideWhatRunsIsWaitedForInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		began := clock.System().Now()
		later := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			return node.Result{Until: in.Now.Add(time.Second)}, nil
		}}
		busy := slow(func(context.Context, node.Input) (node.Result, error) {
			<-time.After(time.Hour)
			return node.Result{}, nil
		})
		var after time.Duration
		nodes := inFork(list(3)[0], list(3)[1])
		nodes[0].Branches[0].Nodes = append(nodes[0].Branches[0].Nodes, list(3)[2])
		w := open(t, m, flowOf(flow.Options{}, nodes, forking("all"), later, &fake{run: func(context.Context, node.Input) (node.Result, error) {
			after = clock.System().Now().Sub(began)
			return node.Result{Value: value.Int(3)}, nil
		}}, busy), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(t.Context(), id)
		if x.Status != flow.Succeeded || after != time.Second || got.Steps[0].Result.Text() != `{"bn1":3,"bn2":null}` {
			t.Errorf("%s, went on after %s, has the result %s", x.Status, after, got.Steps[0].Result)
		}
	})
}

func TestTheFirstOfAnyForkEndsItAndTheOthersAreCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var stopped atomic.Int32
		takes := func(d time.Duration, err error) *fake {
			f := slow(func(ctx context.Context, _ node.Input) (node.Result, error) {
				select {
				case <-time.After(d):
					return node.Result{Value: value.String(d.String())}, err
				case <-ctx.Done():
					stopped.Add(1)
					return node.Result{}, ctx.Err()
				}
			})
			f.info.Effect = node.Outbound
			return f
		}
		nodes := append(inFork(list(3)...), flow.Node{Key: "after", Type: "fake"})
		w := open(t, m, flowOf(flow.Options{}, nodes, forking("any"), takes(time.Minute, nil), takes(time.Second, errors.New("down")),
			takes(2*time.Second, nil), gives(value.Null())), engine.Options{})
		defer w.close(t)
		id := w.call()
		x := <-w.ended
		got, _ := m.Load(t.Context(), id)
		want := []string{"1 fan succeeded", "2 n1 canceled", "3 n2 failed ends failed", "4 n3 succeeded", "5 after succeeded"}
		if diff := cmp.Diff(want, lines(got.Steps)); diff != "" || x.Status != flow.Succeeded || got.Steps[0].Result.Text() != `{"bn3":"2s"}` {
			t.Errorf("%s, %s (-want +got):\n%s", x.Status, got.Steps[0].Result, diff)
		}
		synctest.Wait()
		if stopped.Load() != 1 {
			t.Errorf("%d were stopped", stopped.Load())
		}
	})
}
