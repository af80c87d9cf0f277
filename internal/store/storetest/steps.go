package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// steps reads every page of a journal.
func (w *harness) steps(q store.StepQuery) (list []store.SizedStep) {
	w.Helper()
	for {
		page, err := w.Steps(w.Context(), q)
		w.ok(err)
		list = append(list, page.Steps...)
		if page.Next == 0 {
			return list
		}
		if page.Next <= q.After {
			w.Fatalf("a page after %d ends at %d", q.After, page.Next)
		}
		q.After = page.Next
	}
}

func testSteps(t *testing.T, d Driver) {
	// journal commits steps in rows of several sizes, and some later than their neighbours.
	journal := func(w *harness) (ident.ID, []flow.Step) {
		id := w.accepted().Execution.ID
		step := func(n int) flow.Step {
			s := w.step(id, n)
			s.Node = []string{"a", "b", "c"}[n%3]
			s.Path = fmt.Sprintf("loop[%d]/%s", n/3, s.Node)
			s.Status = []flow.Status{flow.Succeeded, flow.Failed}[n%2]
			s.Branch = map[bool]string{true: "then"}[n%4 == 0]
			return s
		}
		var late []flow.Step
		for n := 1; n <= 300; {
			var row []flow.Step
			for range 1 + n%5 {
				if n%7 == 0 {
					late = append(late, step(n))
				} else {
					row = append(row, step(n))
				}
				n++
			}
			if n%50 < 5 {
				row, late = append(late, row...), nil
				slices.SortFunc(row, func(a, b flow.Step) int { return a.N - b.N })
			}
			if len(row) > 0 {
				w.commit(w.running(id, row...))
			}
		}
		if len(late) > 0 {
			w.commit(w.running(id, late...))
		}
		return id, w.load(id).Steps
	}
	t.Run("a journal is read page by page", func(t *testing.T) {
		w := newHarness(t, d)
		id, all := journal(w)
		size := func(v value.Value) int { // a missing value has none
			if v.IsMissing() {
				return 0
			}
			return len(v.Text())
		}
		for _, q := range []store.StepQuery{
			{}, {Path: "loop[2"}, {Node: "b"}, {Status: flow.Failed}, {Node: "a", Status: flow.Failed, Path: "loop[1"}, {After: 150}, {After: 1000}, {Node: "none"},
		} {
			q.Execution, q.Value = id, 1<<20
			var want []store.SizedStep
			for _, s := range all {
				if s.N > q.After && strings.HasPrefix(s.Path, q.Path) && (q.Node == "" || s.Node == q.Node) && (q.Status == "" || s.Status == q.Status) {
					want = append(want, store.SizedStep{Step: s, InputSize: size(s.Input), ResultSize: size(s.Result)})
				}
			}
			for _, limit := range []int{1, 7, 1000} {
				q.Limit = limit
				w.same(fmt.Sprintf("%+v", q), w.steps(q), want)
			}
		}
	})
	t.Run("one step is found, whatever row has it", func(t *testing.T) {
		w := newHarness(t, d)
		id, all := journal(w)
		for _, want := range all {
			got, err := w.Step(t.Context(), id, want.N)
			w.ok(err)
			w.same("step", got, want)
		}
		for _, n := range []int{-1, 0, 100_000} {
			_, err := w.Step(t.Context(), id, n)
			w.fails(err, fault.NotFound)
		}
	})
	t.Run("long values are left out, and their sizes are stated", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		s := w.step(id, 1)
		s.Input, s.Result = value.String(strings.Repeat("x", 5<<20)), value.String("short")
		w.commit(w.running(id, s))
		got := w.steps(store.StepQuery{Execution: id, Limit: 10, Value: 100})[0]
		w.same("input", got.Input.IsMissing(), true)
		w.same("sizes", []int{got.InputSize, got.ResultSize}, []int{5<<20 + 2, 7})
		w.same("result", got.Result, s.Result)
	})
	t.Run("steps are counted by node", func(t *testing.T) {
		w := newHarness(t, d)
		id, all := journal(w)
		want := map[string]map[flow.Status]int{}
		for _, s := range all {
			if want[s.Node] == nil {
				want[s.Node] = map[flow.Status]int{}
			}
			want[s.Node][s.Status]++
		}
		got := map[string]map[flow.Status]int{}
		list, err := w.StepCounts(t.Context(), id)
		w.ok(err)
		for _, c := range list {
			got[c.Node] = c.Status
		}
		w.same("counts", got, want)
		w.same("first", list[0].Node, all[0].Node)
	})
	t.Run("pages of steps are bounded, and nothing has no steps", func(t *testing.T) {
		w := newHarness(t, d)
		for _, limit := range []int{0, -1, store.MaxSteps + 1} {
			_, err := w.Steps(t.Context(), store.StepQuery{Execution: 1, Limit: limit})
			w.fails(err, fault.Invalid)
		}
		w.same("steps of nothing", len(w.steps(store.StepQuery{Execution: 1, Limit: 1})), 0)
	})
}
