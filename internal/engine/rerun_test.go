package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// sees notes what $context says in each run, and fails while down is set.
func sees(seen *[]string, down *bool) *fake {
	return &fake{run: func(_ context.Context, in node.Input) (node.Result, error) {
		data, _ := in.Scope.Var("context", "data")
		raw, _ := in.Scope.Var("context", "rawBody")
		text, _ := raw.Str()
		*seen = append(*seen, data.Text()+" "+text)
		if *down {
			return node.Result{}, errors.New("down")
		}
		return node.Result{Value: data}, nil
	}}
}

// TestARetryFromAStepRunsItAgain retries a failed execution of two records and a failing node from each place.
func TestARetryFromAStepRunsItAgain(t *testing.T) {
	for _, c := range []struct {
		name, from, data string
		on               string // the revision of the retry
		want             flow.Status
		records          string
		seen             string // by the last run of the third node
	}{
		{name: "the failed one", want: flow.Succeeded, records: "first second", seen: "null "},
		{name: "one that had succeeded", from: "n2", want: flow.Succeeded, records: "first second second", seen: "null "},
		{name: "the start", from: flow.FromStart, want: flow.Succeeded, records: "first second first second", seen: "null "},
		{name: "the failed one, with another input", data: `{"b":1.0,"a":"\u003c"}`, want: flow.Succeeded, records: "first second",
			seen: `{"b":1.0,"a":"\u003c"} {"b":1.0,"a":"\u003c"}`},
		{name: "the start, on a revision that is not compatible", from: flow.FromStart, on: "r2", want: flow.Succeeded, records: "first second other", seen: "null "},
		{name: "a step, on a revision that is not compatible", from: "n2", on: "r2", want: flow.Failed, records: "first second", seen: "null "},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var seen []string
				down, m := true, newMemory()
				first := flowOf(flow.Options{}, list(3), create("first"), create("second"), sees(&seen, &down))
				nodes := list(3)
				nodes[0].Config = value.String("changed")
				programs := &programs{}
				programs.publish(revision("r2", flowOf(flow.Options{}, nodes, create("other"), gives(value.Null()), sees(&seen, &down))))
				programs.publish(first)
				w := openPrograms(t, m, programs, engine.Options{})
				defer w.close(t)
				id := w.call()
				<-w.ended
				down = false
				loaded, _ := m.Load(t.Context(), id)
				r := store.Retry{Execution: id, Planned: len(loaded.Steps)}
				if c.from != "" {
					rerun, err := advance.Rewind(first.Program, loaded.Steps, c.from)
					if err != nil {
						t.Fatal(err)
					}
					r.Rerun = rerun
				}
				if c.data != "" {
					r.Rerun.Data = value.Trusted(c.data)
				}
				r.Rerun.Revision = c.on
				if err := w.Retry(r); err != nil {
					t.Fatal(err)
				}
				x := <-w.ended
				if x.Status != c.want {
					t.Fatalf("%s: %+v", x.Status, x.Error)
				}
				if got := about(m); got != c.records {
					t.Errorf("records %q, want %q", got, c.records)
				}
				if got := seen[len(seen)-1]; got != c.seen {
					t.Errorf("it saw %q, want %q", got, c.seen)
				}
				if c.want == flow.Failed && !strings.Contains(x.Error.Message, "the step n1, which has run, is not the same there") {
					t.Error(x.Error)
				}
			})
		})
	}
}

// about lists what the records are about, in the order in which they were written.
func about(m *memory) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for _, r := range m.records {
		text, _ := r.Get("about").Str()
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// TestAnEditedInputOutlivesTheNextRetry checks that later rounds see the edit, too, and that the recorded call is as it was.
func TestAnEditedInputOutlivesTheNextRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		down, m := true, newMemory()
		w := open(t, m, flowOf(flow.Options{}, list(1), sees(&seen, &down)), engine.Options{})
		defer w.close(t)
		id := w.call()
		<-w.ended
		before, _ := m.Load(t.Context(), id)
		retry := func(r flow.Rerun) {
			t.Helper()
			if err := w.Retry(store.Retry{Execution: id, Rerun: r}); err != nil {
				t.Fatal(err)
			}
			<-w.ended
		}
		retry(flow.Rerun{Data: value.Trusted(`[1e2]`), By: "ann"})
		retry(flow.Rerun{From: flow.FromStart, Dropped: []flow.Rows{{First: 1, Last: 3}}})
		if got := strings.Join(seen, "|"); got != "null |[1e2] [1e2]|[1e2] [1e2]" {
			t.Errorf("it saw %s", got)
		}
		after, _ := m.Load(t.Context(), id)
		if string(after.Delivery.Request.Body) != string(before.Delivery.Request.Body) || after.Delivery.ID != before.Delivery.ID {
			t.Error("the recorded call has changed")
		}
		if e, ok := flow.EditOf(after.Steps); !ok || e.By != "ann" || e.Row.Round != 1 {
			t.Errorf("the edit is %+v", e)
		}
	})
}
