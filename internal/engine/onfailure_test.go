package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// handler is a workflow for failures. It keeps the data of its calls.
func handler(got *[]value.Value) *document.Compiled {
	keep := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		data, err := in.Scope.Var("context", "data")
		*got = append(*got, data)
		return node.Result{}, err
	}}
	c := flowOf(flow.Options{}, list(1), keep)
	c.Workflow.Key, c.Workflow.Trigger.Type = "handler", flow.TypeCall
	return c
}

// byKey finds the current revisions of several workflows.
type byKey struct{ programs }

func (s *byKey) Current(key string) *document.Compiled {
	i := slices.IndexFunc(s.all, func(c *document.Compiled) bool { return c.Workflow.Key == key })
	if i < 0 {
		return nil
	}
	return s.all[i]
}

func TestAFailureStartsItsWorkflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []value.Value
		var works atomic.Bool
		failing := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			if works.Load() {
				return node.Result{}, nil
			}
			return node.Result{}, &node.Failure{Code: "status", Message: "the shop answered 500", Final: true}
		}}
		c := flowOf(flow.Options{OnFailure: "handler"}, list(1), failing)
		m, s := newMemory(), &byKey{programs{all: []*document.Compiled{c, handler(&got)}}}
		w := openWith(t, m, s, engine.Options{})
		id := w.callWith("test", "order 7")
		first, second := <-w.ended, <-w.ended
		if first.ID != id || first.Status != flow.Failed || second.Workflow != "handler" || second.Status != flow.Succeeded || len(got) != 1 {
			t.Fatalf("%+v, then %+v", first, second)
		}
		for path, want := range map[string]string{
			"execution.workflow": `"test"`, "execution.status": `"failed"`, "error.code": `"status"`, "error.message": `"the shop answered 500"`,
			"error.node": `"n1"`, "call.method": `"POST"`, "call.data": `"order 7"`,
		} {
			v := got[0]
			for name := range strings.SplitSeq(path, ".") {
				v = v.Get(name)
			}
			if v.Text() != want {
				t.Errorf("%s is %s, want %s", path, v.Text(), want)
			}
		}
		works.Store(true)
		w.call()
		if x := <-w.ended; x.Status != flow.Succeeded {
			t.Errorf("%s", x.Status)
		}
		synctest.Wait()
		if len(got) != 1 || len(w.ended) != 0 {
			t.Error("a success started the workflow for failures")
		}
		w.close(t)
	})
}

func TestOnlyFailuresStartTheirWorkflow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []value.Value
		c := flowOf(flow.Options{OnFailure: "handler", Timeout: time.Hour}, list(1), held(nil))
		m, s := newMemory(), &byKey{programs{all: []*document.Compiled{c, handler(&got)}}}
		w := openWith(t, m, s, engine.Options{})
		id := w.call()
		synctest.Wait()
		if _, err := w.Cancel(id); err != nil {
			t.Fatal(err)
		}
		if x := <-w.ended; x.Status != flow.Canceled {
			t.Errorf("%s", x.Status)
		}
		synctest.Wait()
		if len(got) != 0 {
			t.Error("a cancel started the workflow for failures")
		}
		w.call() // runs out of time
		if first, second := <-w.ended, <-w.ended; first.Status != flow.Aborted || second.Workflow != "handler" || len(got) != 1 ||
			got[0].Get("execution").Get("reason").Text() != `"timeout"` {
			t.Errorf("%+v, then %+v", first, second)
		}
		w.close(t)
	})
}

func TestWithoutItsWorkflowAFailureOnlyFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := flowOf(flow.Options{OnFailure: "gone"}, list(1), &fake{run: func(context.Context, node.Input) (node.Result, error) {
			return node.Result{}, &node.Failure{Message: "no", Final: true}
		}})
		w := openWith(t, newMemory(), &byKey{programs{all: []*document.Compiled{c}}}, engine.Options{})
		w.call()
		if x := <-w.ended; x.Status != flow.Failed {
			t.Errorf("%s", x.Status)
		}
		w.close(t)
	})
}
