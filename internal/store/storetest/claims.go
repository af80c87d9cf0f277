package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

func (w *harness) claim(limit int, alone bool) []store.Claimed {
	w.Helper()
	list, err := w.Claim(w.owner, w.now(), limit, alone)
	w.ok(err)
	return list
}

func idsOf(list []store.Claimed) []ident.ID {
	ids := []ident.ID{}
	for _, c := range list {
		ids = append(ids, c.Execution.ID)
	}
	return ids
}

func testClaims(t *testing.T, d Driver) {
	t.Run("the oldest come first, each once, up to the limit", func(t *testing.T) {
		w := newHarness(t, d)
		var ids []ident.ID
		for range 5 {
			ids = append(ids, w.queued())
		}
		w.accepted() // claimed when accepted
		w.same("first", idsOf(w.claim(2, false)), ids[:2])
		w.same("rest", idsOf(w.claim(100, false)), ids[2:])
		w.same("none left", len(w.claim(1, false)), 0)
	})

	t.Run("workflows take turns", func(t *testing.T) {
		w := newHarness(t, d)
		queue := func(workflow string, n int) (ids []ident.ID) {
			for range n {
				a := w.call(0)
				a.Delivery.Workflow, a.Execution.Workflow = workflow, workflow
				w.ok(w.accept(a))
				ids = append(ids, a.Execution.ID)
			}
			return ids
		}
		flood := queue("flood", 40)
		one, two, three := queue("one", 3), queue("two", 1), queue("three", 5)
		counts, err := w.Unclaimed()
		w.ok(err)
		w.same("counts", counts, map[string]int64{"flood": 40, "one": 3, "two": 1, "three": 5})
		took := map[string]int{}
		for range 2 {
			for _, c := range w.claim(8, false) {
				took[c.Execution.Workflow]++
			}
		}
		if took["one"] < 2 || took["two"] != 1 || took["three"] < 2 || took["flood"] > 12 {
			t.Errorf("two claims of 8 took %v", took)
		}
		list, err := w.Claim(w.owner, w.now(), 100, false, "flood", "two")
		w.ok(err)
		for _, c := range list {
			took[c.Execution.Workflow]++
			if c.Execution.Workflow == "flood" {
				t.Error("a workflow that was to be skipped was claimed")
			}
		}
		rest := w.claim(100, false)
		w.same("of the others all", []int{took["one"], took["two"], took["three"]}, []int{len(one), len(two), len(three)})
		w.same("the rest, oldest first", idsOf(rest), flood[took["flood"]:])
		counts, err = w.Unclaimed()
		w.ok(err)
		w.same("no more", counts, map[string]int64{})
	})

	t.Run("as many workflows as want it have a claim's turn", func(t *testing.T) {
		w := newHarness(t, d)
		const workflows = 20
		for range 3 {
			for n := range workflows {
				a := w.call(0)
				a.Execution.Workflow = fmt.Sprintf("w%02d", n)
				w.ok(w.accept(a))
			}
		}
		took := map[string]int{}
		for range 4 {
			for _, c := range w.claim(5, false) {
				took[c.Execution.Workflow]++
			}
		}
		w.same("each had one", len(took), workflows)
	})

	t.Run("those that are due and those that are ready do not keep each other away", func(t *testing.T) {
		w := newHarness(t, d)
		var due, ready []ident.ID
		for range 6 {
			id := w.accepted().Execution.ID
			w.commit(w.sleeping(id, w.now()))
			due = append(due, id)
		}
		for range 6 {
			ready = append(ready, w.queued())
		}
		var first []ident.ID
		for range 2 {
			first = append(first, idsOf(w.claim(1, false))...)
		}
		slices.Sort(first)
		w.same("one of each", first, []ident.ID{due[0], ready[0]})
		w.same("half of each", idsOf(w.claim(4, false)), []ident.ID{due[1], due[2], ready[1], ready[2]})
		list, err := w.Claim(w.owner, w.now(), 100, false, "github-push")
		w.ok(err)
		w.same("skipped", len(list), 0)
		w.same("the rest", len(w.claim(100, false)), 6)
	})

	t.Run("what is claimed comes whole", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.call(0)
		w.ok(w.accept(a))
		c := w.claim(1, false)[0]
		a.Execution.Owner = w.owner
		w.same("execution", c.Execution, a.Execution)
		w.same("delivery", c.Delivery, a.Delivery)
		steps := []flow.Step{w.step(a.Execution.ID, 1), w.step(a.Execution.ID, 2)}
		w.commit(w.running(a.Execution.ID, steps...))
		w.begin()
		c = w.claim(1, false)[0]
		w.same("journal", c.Steps, steps)
		w.same("stored", w.load(a.Execution.ID), c)
	})

	t.Run("the claim holds against another owner", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.queued()
		w.claim(1, false)
		w.same("commit", w.commit(w.running(id, w.step(id, 1))), store.Committed{})
		other := w.running(id, w.step(id, 2))
		other.Owner++
		w.same("another's", w.commit(other), store.Committed{Fenced: true})
	})

	t.Run("a sleeper is claimed when it is due", func(t *testing.T) {
		w := newHarness(t, d)
		late, soon := w.accepted().Execution.ID, w.accepted().Execution.ID
		w.commit(w.sleeping(late, w.now().Add(time.Hour)))
		w.commit(w.sleeping(soon, w.now().Add(time.Minute)))
		w.backlog(0)
		w.same("nobody is due", len(w.claim(10, false)), 0)
		next, err := w.NextWake()
		w.ok(err)
		w.same("next", next, w.now().Add(time.Minute))
		w.clock.Advance(time.Minute)
		w.same("due", idsOf(w.claim(10, false)), []ident.ID{soon})
		w.backlog(1)
		next, err = w.NextWake()
		w.ok(err)
		w.same("next", next, w.now().Add(59*time.Minute))
		w.clock.Advance(time.Hour)
		w.same("due", idsOf(w.claim(10, false)), []ident.ID{late})
		next, err = w.NextWake()
		w.ok(err)
		w.same("nobody sleeps", next.IsZero(), true)
		w.same("awake", w.commit(w.ending(soon, flow.Succeeded)), store.Committed{})
	})

	t.Run("sleepers and queued ones are claimed by age", func(t *testing.T) {
		w := newHarness(t, d)
		sleeper := w.accepted().Execution.ID
		current := w.queued()
		w.commit(w.sleeping(sleeper, w.now()))
		w.same("order", idsOf(w.claim(10, false)), []ident.ID{sleeper, current})
	})

	t.Run("one that is found unfinished too often runs alone", func(t *testing.T) {
		w := newHarness(t, d)
		bad, good := w.queued(), w.queued()
		for range store.CrashLoop {
			w.same("with others", idsOf(w.claim(10, false)), []ident.ID{bad, good})
			w.commit(w.sleeping(good, w.now())) // the good one releases its claim each time
			w.begin()
		}
		w.same("with others", idsOf(w.claim(10, false)), []ident.ID{good})
		w.same("alone", idsOf(w.claim(10, true)), []ident.ID{bad})
		w.same("no other alone", len(w.claim(10, true)), 0)
		w.commit(w.ending(bad, flow.Succeeded))
		w.same("nobody was killed", len(w.begin()), 0)
	})

	t.Run("an orderly stop lets go of everything at once", func(t *testing.T) {
		w := newHarness(t, d)
		one, two := w.accepted().Execution.ID, w.queued()
		w.claim(1, false)
		w.commit(w.running(two, w.step(two, 1)))
		ended := w.end(flow.Succeeded)
		w.ok(w.Release(w.owner))
		w.same("late", w.commit(w.running(one)), store.Committed{Fenced: true})
		w.same("killed", len(w.begin()), 0)
		list := w.claim(10, false)
		w.same("again", idsOf(list), []ident.ID{one, two})
		for _, c := range list {
			w.same("resumes", c.Execution.Resumes, 0)
		}
		w.status(ended, flow.Succeeded)
	})

	t.Run("many claim at once and nobody gets the same", func(t *testing.T) {
		w := newHarness(t, d)
		for range 40 {
			w.queued()
		}
		var mu sync.Mutex
		seen := map[ident.ID]int{}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					list, err := w.Claim(w.owner, w.now(), 3, false)
					mu.Lock()
					if err != nil {
						t.Error(err)
					}
					for _, c := range list {
						seen[c.Execution.ID]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		w.same("claimed", len(seen), 40)
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%d was claimed %d times", id, n)
			}
		}
	})

	t.Run("claims that make no sense are refused", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.Claim(0, w.now(), 1, false)
		w.fails(err, fault.Invalid)
		_, err = w.Claim(w.owner, w.now(), 0, false)
		w.fails(err, fault.Invalid)
	})
}

func testBegin(t *testing.T, d Driver) {
	t.Run("each incarnation has a larger number, also after a restart", func(t *testing.T) {
		w := newHarness(t, d)
		w.begin()
		w.reopen()
		w.begin()
	})

	t.Run("what an earlier one had is raised and free", func(t *testing.T) {
		w := newHarness(t, d)
		claimed, running, free := w.accepted().Execution.ID, w.accepted().Execution.ID, w.queued()
		held := w.accepted().Execution.ID // waiting, but its owner kept the claim
		c := w.sleeping(held, w.now().Add(time.Hour))
		c.State.Release = false
		w.commit(c)
		w.commit(w.running(running, w.step(running, 1)))
		ended := w.end(flow.Failed)
		w.reopen()
		w.same("killed", len(w.begin()), 0)
		for id, want := range map[ident.ID]int{claimed: 1, running: 1, free: 0, held: 1, ended: 0} {
			e := w.load(id).Execution
			w.same("resumes", e.Resumes, want)
			if !e.Status.Final() {
				w.same("owner", e.Owner, flow.Incarnation(0))
			}
		}
		w.status(running, flow.Running)
		w.status(held, flow.Waiting)
		w.backlog(3)
	})

	t.Run("one that killed the process too often while alone is aborted", func(t *testing.T) {
		w := newHarness(t, d)
		bad := w.queued()
		for range store.CrashLoop {
			w.claim(1, false)
			w.begin()
		}
		for range store.AloneRuns - 1 {
			w.same("alone", idsOf(w.claim(1, true)), []ident.ID{bad})
			w.same("given another chance", len(w.begin()), 0)
		}
		w.same("alone for the last time", idsOf(w.claim(1, true)), []ident.ID{bad})
		w.reopen()
		w.clock.Advance(time.Minute)
		w.same("killed", w.begin(), []ident.ID{bad})
		e := w.load(bad).Execution
		w.same("status", e.Status, flow.Aborted)
		w.same("reason", e.Reason, flow.ReasonKilled)
		w.same("end", e.FinishedAt, w.now())
		w.backlog(0)
		w.same("only once", len(w.begin()), 0)
		w.ok(w.retry(bad))
		w.same("alone again", idsOf(w.claim(1, true)), []ident.ID{bad})
	})
}
