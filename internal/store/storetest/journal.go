package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// testJournal commits steps in any order, and repeatedly. For each N the last committed row must count.
func testJournal(t *testing.T, d Driver) {
	t.Run("a step stays open while later ones come", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		open := func(n int) flow.Step {
			s := w.step(id, n)
			s.Status, s.Result = flow.Running, value.Value{}
			return s
		}
		w.commit(w.running(id, open(5), open(9)))
		w.commit(w.running(id, w.step(id, 5)))
		w.same("journal", w.load(id).Steps, []flow.Step{w.step(id, 5), open(9)})
		w.commit(w.running(id, w.step(id, 3), w.step(id, 9)))
		w.same("journal", w.load(id).Steps, []flow.Step{w.step(id, 3), w.step(id, 5), w.step(id, 9)})
	})
	t.Run("any order", func(t *testing.T) {
		w := newHarness(t, d)
		rapid.Check(t, func(t *rapid.T) {
			id := w.accepted().Execution.ID
			model := make(map[int]flow.Step)
			for i := range rapid.IntRange(1, 12).Draw(t, "commits") {
				ns := rapid.SliceOfNDistinct(rapid.IntRange(1, 14), 1, 5, rapid.ID[int]).Draw(t, "steps")
				slices.Sort(ns)
				var steps []flow.Step
				for _, n := range ns {
					s := w.step(id, n)
					s.Input = value.String(fmt.Sprintf(`{"n":%d, of commit %d`, n%3, i))
					steps = append(steps, s)
					model[n] = s
				}
				c := w.running(id, steps...)
				for range rapid.IntRange(1, 2).Draw(t, "times") {
					if _, err := w.Commit(c); err != nil {
						t.Fatal(err)
					}
				}
				if rapid.IntRange(0, 15).Draw(t, "restart") == 0 {
					w.reopen()
				}
				l, err := w.Load(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				want := slices.Sorted(maps.Keys(model))
				if len(l.Steps) != len(want) {
					t.Fatalf("%d steps, want %v", len(l.Steps), want)
				}
				for j, n := range want {
					if l.Steps[j].N != n || l.Steps[j].Input.Text() != model[n].Input.Text() {
						t.Fatalf("step %d is %+v", n, l.Steps[j])
					}
				}
			}
		})
	})
}
