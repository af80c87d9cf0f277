package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/value"
)

// What is stored for console: this many days of calls to this many workflows.
const (
	consoleDays      = 28
	consoleWorkflows = 50
	consoleWriters   = 128
)

// consoleWorkflow returns the key of a workflow.
func consoleWorkflow(i int64) string { return fmt.Sprintf("shop-%02d", i%consoleWorkflows) }

// fillConsole makes a store with n executions of the last days, without a server: with its own clock, and small bodies. A
// tenth of them fails, and for each ten there is a refused call. It returns a time in the middle.
func fillConsole(dir string, n int64) (middle time.Time, err error) {
	end := clock.System().Now()
	c := clock.NewManual(end.AddDate(0, 0, -consoleDays))
	step := end.Sub(c.Now()) / time.Duration(n)
	s, err := sqlite.Open(sqlite.Options{Dir: dir, Clock: c})
	if err != nil {
		return middle, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	lease, err := s.Begin(c.Now())
	if err != nil {
		return middle, err
	}
	if _, err := s.TakeOver(c.Now()); err != nil {
		return middle, err
	}
	f := &filler{store: s, clock: c, ids: ident.NewSource(c, lease.Node), owner: lease.Incarnation}
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, consoleWriters)
	for w := range consoleWriters {
		all.Go(func() {
			for i := next.Add(1); i <= n && errs[w] == nil; i = next.Add(1) {
				c.Advance(step)
				errs[w] = f.call(i)
			}
		})
	}
	all.Wait()
	return end.AddDate(0, 0, -consoleDays/2), errors.Join(append(errs, s.Release(f.owner))...)
}

// filler writes calls to a store.
type filler struct {
	store *sqlite.Store
	clock clock.Clock
	ids   *ident.Source
	owner flow.Incarnation
}

// call writes the i-th call with its execution, and sometimes a refused one.
func (f *filler) call(i int64) error {
	now := f.clock.Now()
	d := hook.Delivery{
		ID: f.ids.Next(), Workflow: consoleWorkflow(i * 7), Outcome: hook.Accepted, Gate: "accept", Status: 200, Took: time.Millisecond,
		DedupeKey: fmt.Sprintf("order-%d", i), Revision: "0123456789abcdef0123456789abcdef",
		Request: hook.Request{
			Method: "POST", Path: "/api/webhooks/" + consoleWorkflow(i*7), Host: "hooks.example.com", IP: "192.0.2.1", ContentType: "application/json",
			Headers: []hook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "shop/1.0"}},
			Body:    fmt.Appendf(nil, `{"order":%d,"customer":{"id":%d},"total":"%d.50"}`, i, i%1000, i%300), ReceivedAt: now,
		},
	}
	if i%10 == 0 {
		refused := d
		refused.Outcome, refused.Gate, refused.Reason, refused.Status = hook.Rejected, "signature", "the signature does not match", 401
		if i%30 == 0 {
			refused.Outcome, refused.Gate, refused.Workflow = hook.Unmatched, "match", ""
		}
		f.store.SaveDelivery(refused) // what the queue has no room for is missing
		d.ID = f.ids.Next()
	}
	e := flow.Execution{ID: f.ids.Next(), Workflow: d.Workflow, Revision: d.Revision, Delivery: d.ID, Mode: flow.Async, Status: flow.Queued, Owner: f.owner, CreatedAt: now}
	d.Execution = e.ID
	if _, err := f.store.Accept(store.Accept{Delivery: d, Execution: e}); err != nil {
		return err
	}
	end := store.State{Status: flow.Succeeded, StartedAt: now, FinishedAt: now.Add(time.Duration(i%50+1) * time.Millisecond), Output: value.Trusted(`{"ok":true}`)}
	if i%10 == 3 {
		end.Status, end.Error = flow.Failed, &flow.Error{Code: flow.CodeError, Message: "the shop does not answer", Node: "ask"}
	}
	_, err := f.store.Commit(store.Commit{
		Execution: e.ID, Owner: f.owner, Seq: 1, State: end,
		Steps: []flow.Step{{Execution: e.ID, N: 1, Path: "ask", Node: "ask", Type: "set", Attempt: 1, Status: end.Status, StartedAt: now, FinishedAt: now}},
	})
	return err
}
