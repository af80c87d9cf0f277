package engine_test

import (
	"context"
	"log/slog"
	"testing"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// void is a table that takes everything and keeps nothing.
type void struct{ memory }

func (v *void) Commit(c store.Commit) (store.Committed, error) {
	var done store.Committed
	for range c.Ops {
		done.Ops = append(done.Ops, collection.Outcome{Record: value.Null()})
	}
	return done, nil
}

func (v *void) Accept(store.Accept) (store.Accepted, error) { return store.Accepted{}, nil }

// BenchmarkRuns tells what the engine itself costs: no store, nodes that do nothing. A run of a loop has
// 10,000 passes.
func BenchmarkRuns(b *testing.B) {
	null := func() *fake { return gives(value.Null()) }
	for _, c := range []struct {
		name string
		flow *document.Compiled
	}{
		{"two nodes", flowOf(flow.Options{}, list(2), null(), create("x"))},
		{"a loop of sets, in order", flowOf(flow.Options{}, inLoop(list(1)...), looping(over(10_000, 1, "fail")), null())},
		{"a loop of creates, 64 at once", flowOf(flow.Options{}, inLoop(list(1)...), looping(over(10_000, 64, "fail")), create("x"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			v := &void{*newMemory()}
			over := make(chan flow.Execution, 1)
			programs := &programs{all: []*document.Compiled{c.flow}, current: c.flow}
			e := engine.New(v, programs, noSecrets{}, ends{over}, nil, clock.System(), slog.New(slog.DiscardHandler), engine.Options{Slots: 1, Lease: store.Lease{Incarnation: 1}})
			if err := e.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			ids := ident.NewSource(clock.System(), 0)
			b.ReportAllocs()
			for b.Loop() {
				x := flow.Execution{ID: ids.Next(), Workflow: "test", Revision: "r1", CreatedAt: clock.System().Now()}
				if _, err := e.Submit(store.Accept{Execution: x}, hook.Context{}, false); err != nil {
					b.Fatal(err)
				}
				if x := <-over; x.Status != flow.Succeeded {
					b.Fatal(x.Status)
				}
			}
			if err := e.Stop(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
