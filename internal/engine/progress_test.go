package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// part is one run of an outbound node that works in parts.
type part struct {
	at       time.Duration // since the execution began
	attempt  int
	progress string
}

// parts returns an outbound node that needs five runs, a minute apart. The third one fails, after it has done its
// part.
func parts(runs *[]part) *fake {
	begun := clock.System().Now()
	return &fake{info: node.Info{Effect: node.Outbound}, run: func(_ context.Context, in node.Input) (node.Result, error) {
		*runs = append(*runs, part{in.Now.Sub(begun), in.Attempt, in.Progress.Text()})
		n, _ := in.Progress.Int()
		switch {
		case n == 2 && in.Attempt == 1:
			return node.Result{}, &node.Failure{Message: "down", Progress: value.Int(3)}
		case n < 4:
			return node.Result{Progress: value.Int(n + 1), Until: in.Now.Add(time.Minute)}, nil
		default:
			return node.Result{Value: value.Int(n + 1)}, nil
		}
	}}
}

func TestAnOutboundStepWorksInParts(t *testing.T) {
	want := []part{
		{0, 1, "null"},
		{time.Minute, 1, "1"},
		{2 * time.Minute, 1, "2"},
		{2*time.Minute + time.Second, 2, "3"}, // the progress of the attempt that failed is kept
		{3*time.Minute + time.Second, 2, "4"},
	}
	for name, where := range map[string]struct {
		flow func(*fake) *document.Compiled
	}{
		"alone": {flow: func(f *fake) *document.Compiled {
			nodes := list(1)
			nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Second}
			return flowOf(flow.Options{}, nodes, f)
		}},
		"in a pass": {flow: func(f *fake) *document.Compiled {
			nodes := list(1)
			nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Second}
			return flowOf(flow.Options{}, inLoop(nodes...), looping(over(1, 2, "fail")), f)
		}},
	} {
		for _, restart := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var runs []part
					m, c := newMemory(), where.flow(parts(&runs))
					w := open(t, m, c, engine.Options{})
					id := w.call()
					if restart {
						<-time.After(90 * time.Second)
						w.close(t)
						w = open(t, m, c, engine.Options{})
					} else {
						<-time.After(30 * time.Second)
						if s := w.Stats(); s.Running != 0 {
							t.Error("a step that waits for its next part holds a slot")
						}
					}
					if x := <-w.ended; x.Status != flow.Succeeded {
						t.Errorf("%s %+v", x.Status, x.Error)
					}
					if len(runs) != len(want) {
						t.Fatalf("runs %v, want %v", runs, want)
					}
					for i := range want {
						if runs[i] != want[i] {
							t.Errorf("run %d: %v, want %v", i, runs[i], want[i])
						}
					}
					got, _ := m.Load(t.Context(), id)
					last := got.Steps[len(got.Steps)-1]
					if name == "alone" && (last.Result.Text() != "5" || last.Attempt != 2 || !last.WakeAt.IsZero()) {
						t.Errorf("%+v", last)
					}
					w.close(t)
				})
			})
		}
	}
}
