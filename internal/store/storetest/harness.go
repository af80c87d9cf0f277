package storetest

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// harness is one open store with the helpers that a test needs.
type harness struct {
	*testing.T
	store.Store
	driver Driver
	dir    string
	blobs  store.Blobs
	clock  *clock.Manual
	ids    *ident.Source
	owner  flow.Incarnation
	lease  store.Lease  // zero: the process that held a lease is known to be dead
	seq    atomic.Int64 // Seq of the last commit
}

// start returns the time at which every test begins.
func start() time.Time { return time.Date(2026, 11, 22, 8, 30, 0, 123456000, time.UTC) }

// newHarness opens an empty store and begins an incarnation.
func newHarness(t *testing.T, d Driver) *harness {
	t.Helper()
	return openHarness(t, d, Options{})
}

func openHarness(t *testing.T, d Driver, o Options) *harness {
	t.Helper()
	clk := clock.NewManual(start())
	w := &harness{T: t, driver: d, dir: t.TempDir(), clock: clk, ids: ident.NewSource(clk, 1)}
	o.Clock = clk
	w.open(o)
	w.begin()
	return w
}

func (w *harness) open(o Options) {
	w.Helper()
	w.Store, w.blobs = w.openIn(w.dir, o)
	s := w.Store
	w.Cleanup(func() { _ = s.Close() })
}

// openIn opens the store in a directory.
func (w *harness) openIn(dir string, o Options) (store.Store, store.Blobs) {
	w.Helper()
	if w.driver.Blobs != nil {
		b, err := w.driver.Blobs(filepath.Join(dir, "blobs"))
		w.ok(err)
		o.Blobs = b
	}
	s, err := w.driver.Open(dir, o)
	if err != nil {
		w.Fatalf("open: %v", err)
	}
	return s, o.Blobs
}

// reopen closes the store and opens it again.
func (w *harness) reopen() {
	w.Helper()
	w.ok(w.Close())
	w.open(Options{Clock: w.clock})
	w.lease = store.Lease{}
}

// begin starts the next incarnation, as a process does after the previous one died: its lease has expired, or the
// store was opened again since. It returns the executions that TakeOver ended.
func (w *harness) begin() []ident.ID {
	w.Helper()
	if left := w.lease.Expires.Sub(w.now()); left > 0 {
		w.clock.Advance(left)
	}
	lease, err := w.Begin(w.now())
	w.ok(err)
	if lease.Incarnation <= w.owner {
		w.Fatalf("incarnation %d follows %d", lease.Incarnation, w.owner)
	}
	w.lease, w.owner = lease, lease.Incarnation
	ended, err := w.TakeOver(w.now())
	w.ok(err)
	return ended
}

func (w *harness) now() time.Time { return w.clock.Now() }

// define creates or changes collections without losing data.
func (w *harness) define(wanted []collection.Collection) error {
	_, err := w.Redefine(store.Redefinition{Wanted: wanted})
	return err
}

func (w *harness) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *harness) fails(err error, kind fault.Kind) {
	w.Helper()
	if !fault.Is(err, kind) {
		w.Fatalf("error is %v, want one of kind %v", err, kind)
	}
	if fault.Message(err) == "internal error" {
		w.Fatalf("error %v has no message for people", err)
	}
}

func (w *harness) same(what string, got, want any) {
	w.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(sameValue)); diff != "" {
		w.Fatalf("%s differs (-want +got):\n%s", what, diff)
	}
}

func sameValue(a, b value.Value) bool {
	return a.Text() == b.Text() && a.IsMissing() == b.IsMissing()
}

// callRevision is the revision of what call and delivery return.
const callRevision = "0123456789abcdef0123456789abcdef"

// call returns a delivery with every field set, and its execution.
func (w *harness) call(owner flow.Incarnation) store.Accept {
	d := w.delivery(hook.Accepted)
	d.Workflow, d.Gate, d.Status = "github-push", "accept", 200
	e := flow.Execution{
		ID: w.ids.Next(), Workflow: d.Workflow, Revision: callRevision, Delivery: d.ID,
		Mode: flow.Async, Status: flow.Queued, Owner: owner, CreatedAt: w.now(),
	}
	d.Execution = e.ID
	return store.Accept{Delivery: d, Execution: e}
}

func (w *harness) delivery(o hook.Outcome) hook.Delivery {
	id := w.ids.Next()
	return hook.Delivery{
		ID: id, Outcome: o, Took: 1500 * time.Nanosecond,
		Request: hook.Request{
			Method: "POST", Path: "/api/webhooks/github-push/ключ", Query: "a=1&a=2&b[]=%20", Host: "hooks.example.com:8443",
			IP: "2001:db8::1", ContentType: "application/json; charset=utf-8",
			Headers: []hook.Header{
				{Name: "X-Twice", Value: "one"}, {Name: "x-twice", Value: "two, three"},
				{Name: "X-Empty", Value: ""}, {Name: "X-Quote", Value: `"quoted" \ back` + "\t"}, {Name: "X-Latin", Value: "caf\xe9 \xff"},
			},
			Params:     []hook.Param{{Name: "owner", Value: "octo/cat"}, {Name: "repo", Value: "привет"}},
			Body:       []byte(fmt.Sprintf("{\"id\":%d,\"n\":1.0,\"s\":\"\\u003c\",\"raw\":\"\x00\xff\"}", id)),
			ReceivedAt: w.now(),
			Form:       "payload", As: "application/json",
		},
		Verdicts: []hook.Verdict{
			{Gate: "allowIPs", Passed: true},
			{Gate: "signature", Observed: true, Reason: "mismatch", Detail: "signed with \"another\" secret, ключ"},
		},
		Chain:     []string{"192.0.2.7", "2001:db8::1"},
		DedupeKey: fmt.Sprintf("ключ \xff %d", id),
		Answer:    &hook.Reply{Status: 202, Headers: []hook.Header{{Name: "Content-Type", Value: "text/plain"}}, Body: []byte("taken \xff")},
		ReplayOf:  7,
		Revision:  callRevision,
	}
}

// accepted accepts a call that the test's own incarnation claims immediately.
func (w *harness) accepted() store.Accept {
	w.Helper()
	a := w.call(w.owner)
	w.ok(w.accept(a))
	return a
}

// queued accepts a call that nobody claims.
func (w *harness) queued() ident.ID {
	w.Helper()
	a := w.call(0)
	w.ok(w.accept(a))
	return a.Execution.ID
}

// step returns a finished journal row.
func (w *harness) step(id ident.ID, n int) flow.Step {
	return flow.Step{
		Execution: id, N: n, Path: fmt.Sprintf("each_item[%d]/check", n), Node: "check", Type: "condition", Attempt: 2, Round: 1,
		Status: flow.Succeeded, Input: value.Trusted(`{"b":1.0,"a":"\u003c"}`), Result: value.Bool(true), Branch: "then",
		Log: []flow.LogLine{{Level: "warn", Text: "日本 \"x\""}}, StartedAt: w.now(), FinishedAt: w.now().Add(time.Millisecond),
	}
}

// running returns a commit with these steps that does not end the execution.
func (w *harness) running(id ident.ID, steps ...flow.Step) store.Commit {
	return store.Commit{Execution: id, Owner: w.owner, Seq: w.seq.Add(1), Steps: steps, State: store.State{Status: flow.Running, StartedAt: w.now()}}
}

// ending returns a commit that ends an execution.
func (w *harness) ending(id ident.ID, status flow.Status, steps ...flow.Step) store.Commit {
	c := w.running(id, steps...)
	c.State.Status, c.State.FinishedAt = status, w.now().Add(time.Second)
	if status == flow.Failed {
		c.State.Error = &flow.Error{Code: flow.CodeError, Message: "it broke", Node: "check"}
	}
	return c
}

// sleeping returns a commit that releases an execution and lets it wait until a time.
func (w *harness) sleeping(id ident.ID, until time.Time) store.Commit {
	c := w.running(id)
	c.State.Status, c.State.WakeAt, c.State.Release = flow.Waiting, until, true
	return c
}

func (w *harness) commit(c store.Commit) store.Committed {
	w.Helper()
	out, err := w.Commit(c)
	w.ok(err)
	return out
}

// outcome commits and returns the outcome of the only operation.
func (w *harness) outcome(c store.Commit) collection.Outcome {
	w.Helper()
	out := w.commit(c)
	w.same("number of outcomes", len(out.Ops), 1)
	return out.Ops[0]
}

// end accepts an execution and ends it.
func (w *harness) end(status flow.Status) ident.ID {
	w.Helper()
	id := w.accepted().Execution.ID
	w.commit(w.ending(id, status))
	return id
}

func (w *harness) load(id ident.ID) store.Loaded {
	w.Helper()
	l, err := w.Load(w.Context(), id)
	w.ok(err)
	return l
}

func (w *harness) status(id ident.ID, want flow.Status) {
	w.Helper()
	if got := w.load(id).Execution.Status; got != want {
		w.Fatalf("status is %s, want %s", got, want)
	}
}

func (w *harness) backlog(want int64) {
	w.Helper()
	if got := w.Backlog(); got != want {
		w.Fatalf("backlog is %d, want %d", got, want)
	}
}

// people returns a collection with a field of each type.
func people() collection.Collection {
	return collection.Collection{Name: "people", Fields: []collection.Field{
		{Name: "email", Type: collection.String, Required: true, Unique: true},
		{Name: "notes", Type: collection.Text},
		{Name: "age", Type: collection.Integer, Index: true},
		{Name: "score", Type: collection.Number},
		{Name: "active", Type: collection.Boolean, Default: value.Bool(true)},
		{Name: "born", Type: collection.Datetime},
		{Name: "extra", Type: collection.JSON},
	}}
}

// creating returns a commit whose last step creates a person and ends the execution.
func (w *harness) creating(id ident.ID, n int, values string) store.Commit {
	s := w.step(id, n)
	s.Type, s.Branch, s.Result = "record.create", "", value.Value{}
	c := w.ending(id, flow.Succeeded, s)
	c.Ops = []store.StepOp{{N: n, Op: collection.Op{Kind: collection.Create, Collection: "people", Values: value.Trusted(values)}}}
	c.Broken = store.State{Status: flow.Running, StartedAt: w.now()}
	return c
}

func (w *harness) records() []collection.Record {
	w.Helper()
	found, err := w.Find(w.Context(), collection.Query{Collection: "people", PageSize: collection.MaxPageSize})
	w.ok(err)
	w.same("more pages", found.Next, "")
	return found.Records
}

// accept calls Accept and returns only its error.
func (w *harness) accept(a store.Accept) error {
	_, err := w.Accept(a)
	return err
}

// absent returns the context of a caller who has left.
func (w *harness) absent() context.Context {
	ctx, leave := context.WithCancel(w.Context())
	leave()
	return ctx
}
