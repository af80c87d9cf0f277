package app

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/store"
)

// replays replays recorded calls.
type replays struct {
	catalog *catalog.Catalog
	submit  func(a store.Accept, call hook.Context, heavy bool) (store.Accepted, error)
	ids     *ident.Source
	clock   clock.Clock
	door    *ingress.Handler
}

func (a *App) newReplays() replays {
	return replays{a.catalog, a.engine.Submit, a.ids, clock.System(), a.door}
}

// gateReplay is the gate's name in a delivery that an operator created by a replay.
const gateReplay = "replay"

// Replay records a copy of a delivery and starts an execution of it.
func (r replays) Replay(d hook.Delivery, newest bool) (hook.Delivery, error) {
	again, _, err := r.replay(d, newest, nil, r.newIDs())
	return again, err
}

// replayIDs are the ids of what a replay writes. A replay that is repeated with the same ids writes nothing twice.
type replayIDs struct{ delivery, execution ident.ID }

func (r replays) newIDs() replayIDs { return replayIDs{r.ids.Next(), r.ids.Next()} }

// ReplayPassing is Replay for a refused call that passes the gates now. It runs on the newest revision and claims the
// call's dedupe key, or one of its own, so that it runs once: not if its sender has repeated it with success since, and not if
// it was replayed in this way before.
func (r replays) ReplayPassing(ctx context.Context, d hook.Delivery) (hook.Delivery, error) {
	return r.replayPassing(ctx, d, r.newIDs())
}

func (r replays) replayPassing(ctx context.Context, d hook.Delivery, as replayIDs) (hook.Delivery, error) {
	const op = "app.ReplayPassing"
	if d.Outcome != hook.Rejected {
		return hook.Delivery{}, fault.New(op, fault.Conflict, "this call was %s, not refused", d.Outcome)
	}
	p := r.door.WouldPass(ctx, d)
	switch {
	case p.Unknown:
		return hook.Delivery{}, fault.New(op, fault.Conflict, "it cannot be told whether this call passes now: %s: %s", p.Gate, p.Reason)
	case !p.Passes:
		return hook.Delivery{}, fault.New(op, fault.Conflict, "this call does not pass now either: %s: %s", p.Gate, p.Reason)
	case p.Workflow != d.Workflow:
		return hook.Delivery{}, fault.New(op, fault.Conflict, "the address of this call belongs to the workflow %s now", p.Workflow)
	}
	if p.Dedupe == nil {
		p.Dedupe = &store.Dedupe{Key: sha256.Sum256([]byte("replay\x00" + d.ID.Text(ident.Delivery))), Expires: r.clock.Now().Add(keepReplayed)}
		p.Key = "replay of " + d.ID.Text(ident.Delivery)
	}
	again, to, err := r.replay(d, true, &p, as)
	if err == nil && to.First != nil && !to.Retried {
		return hook.Delivery{}, fault.New(op, fault.Conflict, "this call has run already, as %s: it was replayed, or its sender repeated it", to.First.ID.Text(ident.Execution))
	}
	return again, err
}

// keepReplayed is how long a refused call that was replayed is not replayed again by ReplayPassing. Refused calls are kept
// for a shorter time.
const keepReplayed = 90 * 24 * time.Hour

// replay writes the copy and its execution. passing says what the gates have found out, or is nil.
func (r replays) replay(d hook.Delivery, newest bool, passing *ingress.Passing, as replayIDs) (hook.Delivery, store.Accepted, error) {
	const op = "app.Replay"
	if d.Workflow == "" {
		return hook.Delivery{}, store.Accepted{}, fault.New(op, fault.Conflict, "no workflow took this call")
	}
	entry, err := r.catalog.Find(d.Workflow)
	if err != nil {
		return hook.Delivery{}, store.Accepted{}, err
	}
	if !entry.Live() {
		return hook.Delivery{}, store.Accepted{}, fault.New(op, fault.Conflict, "the workflow %s is disabled: hookline workflows enable %s", entry.Key, entry.Key)
	}
	if err := complete(d); err != nil {
		return hook.Delivery{}, store.Accepted{}, err
	}
	revision := entry.Revision
	if !newest && d.Revision != "" {
		revision = d.Revision
	}
	compiled, err := r.catalog.Program(entry.Key, revision)
	if err != nil {
		return hook.Delivery{}, store.Accepted{}, err
	}
	again := hook.Delivery{
		ID: as.delivery, Workflow: entry.Key, Request: d.Request, Outcome: hook.Accepted, Gate: gateReplay,
		Execution: as.execution, Chain: d.Chain, ReplayOf: d.ID, Revision: revision,
	}
	a := store.Accept{Execution: flow.Execution{
		ID: again.Execution, Workflow: entry.Key, Revision: revision, Delivery: again.ID,
		Mode: compiled.Workflow.Trigger.Mode, Status: flow.Queued, CreatedAt: r.clock.Now(),
	}}
	if passing != nil {
		again.Request, again.DedupeKey, a.Dedupe = passing.Request, passing.Key, passing.Dedupe
	}
	var failed []string
	a.Execution.Labels, failed = compiled.Labels.OfRequest(again.Request)
	again.Reason = strings.Join(failed, "; ")
	a.Delivery = again
	// Heavy: the call is not decoded here; the engine reads it from the table.
	to, err := r.submit(a, hook.Context{}, true)
	if err != nil {
		return hook.Delivery{}, to, err
	}
	return again, to, nil
}

// passes checks a refused call against today's configuration, for the API.
type passes struct{ door *ingress.Handler }

// WouldPass checks the call again.
func (p passes) WouldPass(ctx context.Context, d hook.Delivery) api.Passing {
	found := p.door.WouldPass(ctx, d)
	return api.Passing{Passes: found.Passes && found.Workflow == d.Workflow, Unknown: found.Unknown, Gate: found.Gate, Reason: found.Reason}
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
