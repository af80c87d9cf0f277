package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func testCommit(t *testing.T, d Driver) {
	t.Run("steps and state are there whole", func(t *testing.T) {
		w := newHarness(t, d)
		a := w.accepted()
		id := a.Execution.ID
		one, two := w.step(id, 1), w.step(id, 2)
		one.Status, one.Error, one.WakeAt = flow.Failed, &flow.Error{Code: "error", Message: "no \"route\"", Node: "check"}, w.now().Add(time.Hour)
		two.Ends, two.Result, two.Log, two.Input = flow.Succeeded, value.Value{}, nil, value.Value{}
		c := w.ending(id, flow.Succeeded, one, two)
		c.State.Output = value.Trusted(`{"z":1.10,"a":[]}`)
		c.State.Reply = &hook.Reply{Status: 201, Headers: []hook.Header{{Name: "X-A", Value: "b"}}, Body: []byte("\x00ok\xff")}
		w.same("outcome", w.commit(c), store.Committed{})
		want := a.Execution
		want.Status, want.StartedAt, want.FinishedAt, want.Output, want.Reply = flow.Succeeded, c.State.StartedAt, c.State.FinishedAt, c.State.Output, c.State.Reply
		l := w.load(id)
		w.same("execution", l.Execution, want)
		w.same("journal", l.Steps, []flow.Step{one, two})
	})

	t.Run("output and reply stay when a state has none", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		c := w.running(id)
		c.State.Output, c.State.Reply = value.Trusted(`1.0`), &hook.Reply{Status: 204}
		w.commit(c)
		w.commit(w.ending(id, flow.Succeeded))
		e := w.load(id).Execution
		w.same("output", e.Output, c.State.Output)
		w.same("reply", e.Reply, c.State.Reply)
	})

	t.Run("an execution goes on with another revision", func(t *testing.T) {
		w := newHarness(t, d)
		const other = "fedcba9876543210fedcba9876543210"
		for _, shape := range []func(*store.State){
			func(*store.State) {},
			func(s *store.State) { s.Output = value.Int(7) },
			func(s *store.State) { s.Reply = &hook.Reply{Status: 201, Body: []byte("made")} },
			func(s *store.State) { s.Release = true },
		} {
			id := w.accepted().Execution.ID
			own := w.load(id).Execution.Revision
			w.commit(w.running(id, w.step(id, 1)))
			w.same("unchanged", w.load(id).Execution.Revision, own)
			c := w.running(id, w.step(id, 2))
			c.State.Revision = other
			shape(&c.State)
			w.commit(c)
			e := w.load(id).Execution
			w.same("moved", e.Revision, other)
			w.same("output", e.Output, c.State.Output)
			w.same("reply", e.Reply, c.State.Reply)
		}
	})

	t.Run("a row of the same N replaces the one before", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		begun := w.step(id, 1)
		begun.Status, begun.Result, begun.FinishedAt = flow.Running, value.Value{}, time.Time{}
		w.commit(w.running(id, begun))
		w.same("begun", w.load(id).Steps, []flow.Step{begun})
		w.commit(w.running(id, w.step(id, 1), w.step(id, 2)))
		w.same("ended", w.load(id).Steps, []flow.Step{w.step(id, 1), w.step(id, 2)})
	})

	t.Run("a claim that is gone writes nothing", func(t *testing.T) {
		w := newHarness(t, d)
		unclaimed := w.queued()
		w.same("unclaimed", w.commit(w.running(unclaimed, w.step(unclaimed, 1))), store.Committed{Fenced: true})

		id := w.accepted().Execution.ID
		old := w.owner
		w.begin()
		late := w.running(id, w.step(id, 1))
		late.Owner = old
		w.same("an earlier incarnation", w.commit(late), store.Committed{Fenced: true})

		w.same("no such execution", w.commit(w.running(w.ids.Next())), store.Committed{Fenced: true})
		for _, x := range []store.Loaded{w.load(unclaimed), w.load(id)} {
			w.same("journal", len(x.Steps), 0)
			w.same("status", x.Execution.Status, flow.Queued)
		}
	})

	t.Run("an execution that has ended takes only the same end again", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		end := w.ending(id, flow.Succeeded, w.step(id, 1))
		w.commit(end)
		w.same("again", w.commit(end), store.Committed{})
		w.backlog(0)
		w.same("another end", w.commit(w.ending(id, flow.Failed, w.step(id, 2))), store.Committed{Fenced: true})
		w.same("going on", w.commit(w.running(id, w.step(id, 2))), store.Committed{Fenced: true})
		w.same("journal", len(w.load(id).Steps), 1)
		w.status(id, flow.Succeeded)
		w.reopen()
		w.same("again after a restart", w.commit(end), store.Committed{})
		w.backlog(0)
	})

	t.Run("a repeated commit that released its claim is fenced once its owner has claimed again and committed", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		lost := w.sleeping(id, w.now())
		lost.Steps = []flow.Step{w.step(id, 1)}
		w.same("first", w.commit(lost), store.Committed{})
		w.same("claimed", idsOf(w.claim(1, false)), []ident.ID{id})
		w.same("next", w.commit(w.running(id, w.step(id, 2))), store.Committed{})
		for _, when := range []string{"while it runs", "when the writer knows it from the table", "when it has ended"} {
			before := w.load(id)
			w.same(when, w.commit(lost), store.Committed{Fenced: true})
			w.same(when+": unchanged", w.load(id), before)
			switch when {
			case "while it runs":
				w.reopen()
			default:
				w.commit(w.ending(id, flow.Succeeded))
			}
		}
	})

	t.Run("a repeated commit that released its claim is recognized, whoever has the execution since", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		c := w.sleeping(id, w.now())
		c.Steps = []flow.Step{w.step(id, 1)}
		w.same("first", w.commit(c), store.Committed{})
		again := func(when string, want store.Committed) {
			t.Helper()
			before, backlog := w.load(id), w.Backlog()
			w.same(when, w.commit(c), want)
			w.same(when+": unchanged", w.load(id), before)
			w.backlog(backlog)
		}
		again("nobody", store.Committed{})
		w.same("claimed", idsOf(w.claim(1, false)), []ident.ID{id})
		again("the same owner", store.Committed{})
		w.reopen()
		again("after a restart", store.Committed{})
		w.begin()
		w.claim(1, false)
		again("another owner", store.Committed{})
		w.commit(w.running(id, w.step(id, 2)))
		again("another owner, who has made a commit", store.Committed{Fenced: true})
	})

	t.Run("a commit that is older than the last one is fenced", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		first, second := w.running(id, w.step(id, 1)), w.running(id, w.step(id, 1), w.step(id, 2))
		w.commit(second)
		w.same("older", w.commit(first), store.Committed{Fenced: true})
		w.reopen()
		w.same("older, after a restart", w.commit(first), store.Committed{Fenced: true})
		w.same("journal", len(w.load(id).Steps), 2)
	})

	t.Run("letting go clears owner, suspicion and resumes", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		for range store.CrashLoop {
			w.begin()
			list, err := w.Claim(w.owner, w.now(), 1, w.load(id).Execution.Resumes >= store.CrashLoop)
			w.ok(err)
			w.same("claimed", len(list), 1)
		}
		w.commit(w.sleeping(id, w.now().Add(time.Minute)))
		e := w.load(id).Execution
		w.same("owner", e.Owner, flow.Incarnation(0))
		w.same("resumes", e.Resumes, 0)
		w.same("wake", e.WakeAt, w.now().Add(time.Minute))
		w.same("killed", len(w.begin()), 0)
	})

	t.Run("commits that make no sense are refused", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		for name, break1 := range map[string]func(*store.Commit){
			"no owner":              func(c *store.Commit) { c.Owner = 0 },
			"no execution":          func(c *store.Commit) { c.Execution = 0 },
			"no number":             func(c *store.Commit) { c.Seq = 0 },
			"queued again":          func(c *store.Commit) { c.State.Status = flow.Queued },
			"a state of steps":      func(c *store.Commit) { c.State.Status = flow.Skipped },
			"steps out of order":    func(c *store.Commit) { c.Steps = []flow.Step{w.step(id, 2), w.step(id, 1)} },
			"a step without number": func(c *store.Commit) { c.Steps = []flow.Step{w.step(id, 0)} },
			"somebody else's step":  func(c *store.Commit) { c.Steps = []flow.Step{w.step(id+1, 1)} },
		} {
			c := w.running(id, w.step(id, 1))
			break1(&c)
			if _, err := w.Commit(c); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		w.same("journal", len(w.load(id).Steps), 0)
	})
}
