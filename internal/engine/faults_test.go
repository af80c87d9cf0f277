package engine_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func TestAPanicFailsTheStepAndTheServerServesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := &fake{run: func(context.Context, node.Input) (node.Result, error) { panic("index out of range") }}
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), broken), engine.Options{})
		defer w.close(t)
		for range 3 {
			w.call()
			if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != flow.CodePanic {
				t.Fatalf("%s %+v", x.Status, x.Error)
			}
		}
	})
}

func TestAnAnswerIsCommittedBeforeItIsTold(t *testing.T) {
	for _, continues := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			reply := &fake{run: func(context.Context, node.Input) (node.Result, error) {
				r := node.Result{Reply: &hook.Reply{Status: 201, Body: []byte("made")}}
				if !continues {
					r.Ends = flow.Succeeded
				}
				return r, nil
			}}
			w := open(t, m, flowOf(flow.Options{}, list(2), reply, create("after")), engine.Options{})
			defer w.close(t)
			id, result, leave := w.submitAndWait(t)
			defer leave()
			got := <-result
			if got.Reply == nil || got.Reply.Status != 201 {
				t.Fatalf("told %+v", got)
			}
			if stored, _ := m.Load(t.Context(), id); stored.Execution.Reply == nil {
				t.Fatal("told before it was stored")
			}
			<-w.ended
			if want := map[bool]int{true: 1, false: 0}[continues]; len(m.records) != want {
				t.Fatalf("%d records, want %d", len(m.records), want)
			}
		})
	}
}

func TestStopCheckpointsAndTheNextLifeGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		began, release := make(chan struct{}), make(chan struct{})
		var times atomic.Int32
		first := &fake{run: func(context.Context, node.Input) (node.Result, error) {
			times.Add(1)
			close(began)
			<-release
			return node.Result{Value: value.Int(7)}, nil
		}}
		c := flowOf(flow.Options{}, list(2), first, create("x"))
		w := open(t, m, c, engine.Options{})
		id := w.call()
		<-began
		stopped := make(chan struct{})
		go func() {
			w.close(t)
			close(stopped)
		}()
		synctest.Wait()
		close(release)
		<-stopped
		got, _ := m.Load(t.Context(), id)
		if got.Execution.Owner != 0 || len(got.Steps) != 1 || len(m.records) != 0 {
			t.Fatalf("%+v", got)
		}
		w = open(t, m, c, engine.Options{})
		defer w.close(t)
		if x := <-w.ended; x.Status != flow.Succeeded || times.Load() != 1 || x.Resumes != 0 {
			t.Fatalf("%s, first node ran %d times, %d resumes", x.Status, times.Load(), x.Resumes)
		}
	})
}

func TestACrashLoopEndsWithTheCulpritOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		hang := &fake{run: func(ctx context.Context, _ node.Input) (node.Result, error) {
			select {} // stands for a process that dies here
		}}
		for life := range 7 {
			aborted := openLife(t, m, hang, life)
			if life == 6 {
				if aborted != 1 {
					t.Fatalf("%d aborted in life %d", aborted, life)
				}
				return
			}
			if aborted != 0 {
				t.Fatalf("%d aborted in life %d", aborted, life)
			}
		}
	})
}

// openLife imitates lives that end by a crash: only the store's side of them is played, since a
// goroutine cannot be killed.
func openLife(t *testing.T, m *memory, _ *fake, life int) int {
	t.Helper()
	now := clock.System().Now()
	lease, err := m.Begin(now)
	if err != nil {
		t.Fatal(err)
	}
	owner := lease.Incarnation
	aborted, err := m.TakeOver(now)
	if err != nil {
		t.Fatal(err)
	}
	if life == 0 {
		m.accept(store.Claimed{Execution: flow.Execution{ID: 1, Workflow: "test", Status: flow.Queued}})
	}
	alone, _ := m.Claim(owner, now, 1, true)
	rest, _ := m.Claim(owner, now, 10, false)
	if life < 6 && len(alone)+len(rest) != 1 {
		t.Fatalf("life %d claimed %d alone and %d", life, len(alone), len(rest))
	}
	return len(aborted)
}

func TestSuspectsRunAloneAndFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var running, most atomic.Int32
		var order []string
		watch := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			most.Store(max(most.Load(), running.Add(1)))
			v, _ := in.Scope.Var("system", "executionId")
			order = append(order, v.Text())
			<-time.After(time.Second)
			running.Add(-1)
			return node.Result{}, nil
		}}
		for i := range 4 {
			m.accept(store.Claimed{Execution: flow.Execution{
				ID: ident.ID(i + 1), Workflow: "test", Revision: "r1", Status: flow.Running, Resumes: store.CrashLoop,
				CreatedAt: clock.System().Now(),
			}, Delivery: hook.Delivery{Request: hook.Request{Method: "POST"}}})
		}
		w := open(t, m, flowOf(flow.Options{}, list(1), watch), engine.Options{})
		defer w.close(t)
		for range 4 {
			if x := <-w.ended; x.Status != flow.Succeeded {
				t.Fatal(x.Status)
			}
		}
		if most.Load() != 1 || len(order) != 4 {
			t.Fatalf("%d at once, order %v", most.Load(), order)
		}
	})
}

func TestAnExecutionThatCannotBeRunFailsAndSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), nil, engine.Options{})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != "revision" {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
	})
}

func TestALongJournalAborts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, newMemory(), flowOf(flow.Options{}, list(3), gives(value.Null()), gives(value.Null()), gives(value.Null())),
			engine.Options{Journal: advance.Limits{Steps: 2}})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Aborted || x.Reason != flow.ReasonLimit {
			t.Fatalf("%s %s", x.Status, x.Reason)
		}
	})
}

func TestAResultOverTheLimitFailsItsStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		big := gives(value.String(string(make([]byte, 300))))
		w := open(t, newMemory(), flowOf(flow.Options{}, list(1), big), engine.Options{StepResult: 100})
		defer w.close(t)
		w.call()
		if x := <-w.ended; x.Status != flow.Failed || x.Error.Code != flow.CodeTooLarge {
			t.Fatalf("%s %+v", x.Status, x.Error)
		}
	})
}

func TestTemplatesRenderWhatTheEngineAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tall, err := expr.Compile(strings.Repeat("x", 100)+"{{$system.now}}", expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		reads := &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
			v, err := tall.Eval(in.Scope)
			return node.Result{Value: v}, err
		}}
		for limit, want := range map[int]flow.Status{10: flow.Failed, 1000: flow.Succeeded, 0: flow.Succeeded} {
			w := open(t, newMemory(), flowOf(flow.Options{}, list(1), reads), engine.Options{TemplateOutput: limit})
			w.call()
			if x := <-w.ended; x.Status != want {
				t.Errorf("%d bytes: %s %+v", limit, x.Status, x.Error)
			}
			w.close(t)
		}
	})
}
