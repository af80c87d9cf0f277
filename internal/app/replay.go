package app

import (
	"strings"

	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// replays replays recorded calls.
type replays struct {
	catalog *catalog.Catalog
	submit  func(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error)
	ids     *ident.Source
	clock   clock.Clock
}

// gateReplay is the gate's name in a delivery that an operator created by a replay.
const gateReplay = "replay"

// Replay records a copy of a delivery and starts an execution of it.
func (r replays) Replay(d hook.Delivery, newest bool) (hook.Delivery, error) {
	const op = "app.Replay"
	if d.Workflow == "" {
		return hook.Delivery{}, fault.New(op, fault.Conflict, "no workflow took this call")
	}
	entry, err := r.catalog.Find(d.Workflow)
	if err != nil {
		return hook.Delivery{}, err
	}
	if !entry.Live() {
		return hook.Delivery{}, fault.New(op, fault.Conflict, "the workflow %s is disabled: hookline workflows enable %s", entry.Key, entry.Key)
	}
	if err := complete(d); err != nil {
		return hook.Delivery{}, err
	}
	revision := entry.Revision
	if !newest && d.Revision != "" {
		revision = d.Revision
	}
	compiled, err := r.catalog.Program(entry.Key, revision)
	if err != nil {
		return hook.Delivery{}, err
	}
	again := hook.Delivery{
		ID: r.ids.Next(), Workflow: entry.Key, Request: d.Request, Outcome: hook.Accepted, Gate: gateReplay,
		Execution: r.ids.Next(), Chain: d.Chain, ReplayOf: d.ID, Revision: revision,
	}
	e := flow.Execution{
		ID: again.Execution, Workflow: entry.Key, Revision: revision, Delivery: again.ID,
		Mode: compiled.Workflow.Trigger.Mode, Status: flow.Queued, CreatedAt: r.clock.Now(),
	}
	var failed []string
	e.Labels, failed = compiled.Labels.OfRequest(d.Request)
	again.Reason = strings.Join(failed, "; ")
	// Heavy: the call is not decoded here; the engine reads it from the table.
	if _, err := r.submit(store.Accept{Delivery: again, Execution: e}, hook.Context{}, true); err != nil {
		return hook.Delivery{}, err
	}
	return again, nil
}

// complete rejects a call that was not stored whole. Rejected calls lose their bodies if they are many or large, and
// the ends of a long URL and of long headers.
func complete(d hook.Delivery) error {
	switch {
	case d.HeadCut():
		return fault.New("app.Replay", fault.Conflict, "the headers or the URL of this call were so long that they were cut when it was recorded; have it sent again")
	case d.BodyGone():
		return fault.New("app.Replay", fault.Conflict, "the body of this call was not kept; have it sent again")
	}
	return nil
}
