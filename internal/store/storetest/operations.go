package storetest

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func testOperations(t *testing.T, d Driver) {
	withPeople := func(t *testing.T) *harness {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		return w
	}

	t.Run("a record is the step's result and is there", func(t *testing.T) {
		w := withPeople(t)
		id := w.accepted().Execution.ID
		before := w.step(id, 1)
		c := w.creating(id, 2, `{"email":"a@example.com","age":9007199254740993,"score":0.1,"born":"2001-02-03T04:05:06.789012+01:00","extra":{"b":1.0,"a":"\u003c"},"notes":"line\nline"}`)
		c.Steps = append([]flow.Step{before}, c.Steps...)
		out := w.outcome(c)
		at := `"2026-11-22T08:30:00.124456Z"` // the end of the step
		want := `{"id":1,"createdAt":` + at + `,"updatedAt":` + at + `,"email":"a@example.com","notes":"line\nline","age":9007199254740993,"score":0.1,"active":true,"born":"2001-02-03T03:05:06.789012Z","extra":{"b":1.0,"a":"\u003c"}}`
		w.same("outcome", out.Record.Text(), want)
		rec, err := w.Record(w.Context(), "people", 1)
		w.ok(err)
		w.same("record", rec.JSON.Text(), want)
		l := w.load(id)
		w.same("result", l.Steps[1].Result.Text(), want)
		w.same("status of the step", l.Steps[1].Status, flow.Succeeded)
		w.same("status", l.Execution.Status, flow.Succeeded)
	})

	for name, c := range map[string]struct{ collection, values, code, field, says string }{
		"a value that is taken":    {"people", `{"email":"taken@example.com"}`, collection.CodeUnique, "email", `"taken@example.com"`},
		"a field that is missing":  {"people", `{"age":3}`, collection.CodeRequired, "email", "required"},
		"a field that is unknown":  {"people", `{"email":"x","emial":"y"}`, collection.CodeUnknownField, "emial", "email"},
		"a value of another type":  {"people", `{"email":"x","age":"many"}`, collection.CodeType, "age", `"many"`},
		"an unknown collection":    {"peple", `{"email":"x"}`, collection.CodeUnknownCollection, "", "peple"},
		"values that are a list":   {"people", `[1]`, collection.CodeType, "[0]", "object"},
		"a number that is rounded": {"people", `{"email":"x","score":0.1234567890123456789}`, collection.CodeType, "score", "0.1234567890123456789"},
	} {
		t.Run("a rule broken by "+name+" is a result", func(t *testing.T) {
			w := withPeople(t)
			w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken@example.com"}`))
			id := w.accepted().Execution.ID
			commit := w.creating(id, 2, c.values)
			commit.Ops[0].Op.Collection = c.collection
			commit.Steps = append([]flow.Step{w.step(id, 1)}, commit.Steps...)
			commit.State.Output = value.Trusted(`"must not be written"`)
			v := w.outcome(commit).Violation
			if v == nil || v.Code != c.code || v.Field != c.field || !strings.Contains(v.Message, c.says) {
				t.Fatalf("violation is %+v", v)
			}
			l := w.load(id)
			w.same("the step before", l.Steps[0], w.step(id, 1))
			failed := l.Steps[1]
			w.same("status of the step", failed.Status, flow.Failed)
			w.same("error of the step", failed.Error, &flow.Error{Code: c.code, Message: v.Message, Node: "check"})
			w.same("result of the step", failed.Result.IsMissing(), true)
			w.same("input of the step", failed.Input, commit.Steps[1].Input)
			w.same("status", l.Execution.Status, flow.Running)
			w.same("output", l.Execution.Output.IsMissing(), true)
			w.same("end", l.Execution.FinishedAt.IsZero(), true)
			w.backlog(1)
			w.same("records", len(w.records()), 1)
			w.same("going on", w.commit(w.ending(id, flow.Failed, w.step(id, 3))), store.Committed{})
		})
	}

	t.Run("repeating a commit creates nothing twice", func(t *testing.T) {
		w := withPeople(t)
		id := w.accepted().Execution.ID
		c := w.creating(id, 1, `{"email":"a"}`)
		first := w.commit(c)
		w.same("the same outcome", w.commit(c), first)
		w.reopen()
		w.same("the same outcome after a restart", w.commit(c), first)
		w.same("records", len(w.records()), 1)

		id = w.accepted().Execution.ID
		broken := w.creating(id, 1, `{"email":"a"}`)
		violation := w.outcome(broken)
		if again := w.outcome(broken); !sameOutcome(again, violation) {
			t.Fatalf("repeated, it came to %+v after %+v", again, violation)
		}
		w.status(id, flow.Running)
		w.same("records", len(w.records()), 1)
	})

	t.Run("a step that was begun is ended by its operation", func(t *testing.T) {
		w := withPeople(t)
		id := w.accepted().Execution.ID
		begun := w.step(id, 1)
		begun.Status, begun.Result = flow.Running, value.Value{}
		w.commit(w.running(id, begun))
		out := w.outcome(w.creating(id, 1, `{"email":"a"}`))
		w.same("record", w.records()[0].JSON, out.Record)
		w.same("journal", w.load(id).Steps[0].Result, out.Record)
	})

	t.Run("a claim that is gone creates nothing", func(t *testing.T) {
		w := withPeople(t)
		id := w.queued()
		w.same("outcome", w.commit(w.creating(id, 1, `{"email":"a"}`)), store.Committed{Fenced: true})
		w.same("records", len(w.records()), 0)
	})

	t.Run("operations that make no sense are refused", func(t *testing.T) {
		w := withPeople(t)
		id := w.accepted().Execution.ID
		c := w.creating(id, 1, `{"email":"a"}`)
		c.Steps = nil
		_, err := w.Commit(c)
		w.fails(err, fault.Invalid)
		c = w.creating(id, 1, `{"email":"a"}`)
		c.Broken = store.State{}
		_, err = w.Commit(c)
		w.fails(err, fault.Invalid)
		c = w.creating(id, 1, `{"email":"a"}`)
		c.Ops[0].Op.Kind = "destroy"
		_, err = w.Commit(c)
		w.fails(err, fault.Unsupported)
		w.same("records", len(w.records()), 0)
	})
}
