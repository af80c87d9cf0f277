package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// TestAnOutboundNodeIsRetriedWithTheSameInput has a node whose input is another one each time that it is rendered. All
// attempts under one idempotency key must have the same input, through restarts; an operator's retry has another key.
func TestAnOutboundNodeIsRetriedWithTheSameInput(t *testing.T) {
	for _, effect := range []node.Effect{node.Outbound, node.Pure} {
		for _, restart := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				var rendered int64
				inputs := make(map[string][]string)
				f := &fake{
					info: node.Info{Effect: effect},
					render: func(expr.Scope) (value.Value, error) {
						rendered++
						return value.Int(rendered), nil
					},
					run: func(_ context.Context, in node.Input) (node.Result, error) {
						inputs[in.IdempotencyKey] = append(inputs[in.IdempotencyKey], in.Value.Text())
						return node.Result{}, errors.New("down")
					},
				}
				nodes := list(1)
				nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Minute, Factor: 1}
				m, c := newMemory(), flowOf(flow.Options{}, nodes, f)
				w := open(t, m, c, engine.Options{})
				id := w.call()
				if restart {
					<-time.After(30 * time.Second)
					w.close(t)
					w = open(t, m, c, engine.Options{})
				}
				if x := <-w.ended; x.Status != flow.Failed {
					t.Fatalf("%s %+v", x.Status, x.Error)
				}
				if effect != node.Outbound {
					if rendered != 3 {
						t.Errorf("a node without effects outside was rendered %d times, want each time", rendered)
					}
					w.close(t)
					return
				}
				if err := w.Retry(store.Retry{Execution: id}); err != nil {
					t.Fatal(err)
				}
				<-w.ended
				w.close(t)
				for round, want := range []string{"1", "2"} {
					key := id.Text(ident.Execution) + "/" + nodes[0].Key + "#" + string(rune('0'+round))
					got := inputs[key]
					if len(got) != 3 || got[0] != want || got[1] != want || got[2] != want {
						t.Errorf("restart %v: under %s the inputs are %q, want three times %s", restart, key, got, want)
					}
				}
			})
		}
	}
}
