package retry

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// The values of Request.Revision.
const (
	Same   = "same"   // the execution's own
	Newest = "newest" // the published one; it is an error if what counts has changed there
)

// Start as Request.From runs the whole execution again. It is also how flow.FromStart is shown.
const Start = "start"

// MaxData is the size of the largest edited input, in bytes.
const MaxData = 10 << 20

// Request is a retry that somebody asks for.
type Request struct {
	Execution ident.ID
	From      string      // "": the failed step; Start; a step's path, or its node's key if it ran only once
	Revision  string      // "": the newest if what counts is unchanged there, else the own one; Same; Newest
	Data      value.Value // the new input; missing: unchanged
	By        string
	// ChosenAt is when somebody chose the execution among others. The retry is refused if the execution ended later. Zero:
	// it may have ended whenever.
	ChosenAt time.Time
	// Bulk is the bulk action that the retry is part of; 0: none. One action retries an execution once: to ask again, after
	// a crash, does nothing and is no error.
	Bulk ident.ID
}

// Plan says what a retry does.
type Plan struct {
	Execution flow.Execution
	From      string
	Revision  string // on which it continues
	Effects   []Effect
	Again     []Again // the steps that run again, by their paths; steps that have not run yet are not in it
	Edited    bool    // the input is edited, by this retry or an earlier one
	Answer    *hook.Reply
	// Refused is why the retry is not possible; "" if it is. The effects are complete nevertheless.
	Refused string
	err     error
	done    bool // the bulk action has retried the execution already
	write   store.Retry
}

// Programs finds the compiled form of revisions.
type Programs interface {
	Program(workflow, revision string) (*document.Compiled, error)
	// Current is the published revision of a workflow; nil if it is disabled or cannot be run.
	Current(workflow string) *document.Compiled
}

// Planner plans retries and carries them out. All fields are required. It is safe for concurrent use.
type Planner struct {
	Load     func(context.Context, ident.ID) (store.Loaded, error)
	Programs Programs
	Effect   func(kind string) node.Effect // of a kind of nodes; node.Pure if there is none
	Put      func(store.Retry) error       // puts an execution back into the queue
}

// Plan says what a retry would do. The error is about the execution itself: fault.NotFound, or that it cannot be read.
func (p *Planner) Plan(ctx context.Context, r Request) (Plan, error) {
	loaded, err := p.Load(ctx, r.Execution)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{done: retried(loaded.Steps, r.Bulk), Execution: loaded.Execution, From: r.From, Revision: loaded.Execution.Revision, Answer: loaded.Execution.Reply}
	_, before := flow.EditOf(loaded.Steps)
	plan.Edited = before || !r.Data.IsMissing()
	own, err := p.Programs.Program(loaded.Execution.Workflow, loaded.Execution.Revision)
	if err != nil {
		return Plan{}, err
	}
	marker, err := p.marker(r, loaded, own, &plan)
	if err != nil {
		plan.err, plan.Refused = err, fault.Message(err)
		plan.Effects = p.effects(loaded.Steps, nil)
		return plan, nil
	}
	plan.Again = again(own.Program, loaded.Steps, marker)
	plan.Effects = p.effects(loaded.Steps, plan.Again)
	return plan, nil
}

// Retry puts the execution back into the queue. The error is of kind fault.Conflict if that is not possible, or if the
// execution has gone on meanwhile.
func (p *Planner) Retry(ctx context.Context, r Request) (Plan, error) {
	plan, err := p.Plan(ctx, r)
	if err != nil || plan.done {
		return plan, err
	}
	if err = plan.err; err == nil && !r.ChosenAt.IsZero() && plan.Execution.FinishedAt.After(r.ChosenAt) {
		err = fault.New("retry.Retry", fault.Conflict, "it has run and ended again since it was chosen")
	}
	if err == nil {
		err = p.Put(plan.write)
	}
	return plan, err
}

// retried reports whether a bulk action has retried an execution with this journal.
func retried(steps []flow.Step, action ident.ID) bool {
	return action != 0 && slices.ContainsFunc(steps, func(s flow.Step) bool {
		return s.Type == flow.MarkerRetry && flow.RerunOf(s.Input).Bulk == action
	})
}

// marker works out the marker row and the write that appends it.
func (p *Planner) marker(r Request, x store.Loaded, own *document.Compiled, plan *Plan) (flow.Step, error) {
	const op = "retry.Plan"
	e := &x.Execution
	if !flow.CanMove(e.Status, flow.Queued) {
		why := "cancel it first"
		if e.Status == flow.Succeeded {
			why = "replay its delivery to run the workflow on the call again"
		}
		return flow.Step{}, fault.New(op, fault.Conflict, "the execution is %s; only a failed, aborted or canceled one can be retried: %s", e.Status, why)
	}
	if len(r.Data.Text()) > MaxData {
		return flow.Step{}, fault.New(op, fault.TooLarge, "the edited input has %d bytes; the limit is %d", len(r.Data.Text()), MaxData)
	}
	rerun := flow.Rerun{}
	if r.From != "" {
		from := r.From
		if from == Start {
			from = flow.FromStart
		}
		var err error
		if rerun, err = advance.Rewind(own.Program, x.Steps, from); err != nil {
			return flow.Step{}, err
		}
	}
	rerun.Data, rerun.By, rerun.Bulk = r.Data, r.By, r.Bulk
	last := 0
	if n := len(x.Steps); n > 0 {
		last = x.Steps[n-1].N
	}
	marker := flow.Step{N: last + 1, Type: flow.MarkerRetry, Round: e.Round + 1, Input: rerun.Value()}
	to, err := p.revision(r.Revision, e, own, append(slices.Clip(x.Steps), marker))
	if err != nil {
		return flow.Step{}, err
	}
	if r.Revision != "" {
		rerun.Revision = to
		marker.Input = rerun.Value()
	}
	plan.Revision = to
	plan.write = store.Retry{Execution: e.ID, Rerun: rerun, EndedBy: r.ChosenAt}
	if rerun.From != "" {
		plan.write.Planned = last
	}
	return marker, nil
}

// revision returns the revision on which the execution continues.
func (p *Planner) revision(which string, e *flow.Execution, own *document.Compiled, steps []flow.Step) (string, error) {
	const op = "retry.Plan"
	current := p.Programs.Current(e.Workflow)
	switch {
	case which != "" && which != Same && which != Newest:
		return "", fault.Field(op, "revision", "%q is neither %s nor %s", which, Same, Newest)
	case which == Same, which == "" && current == nil:
		return e.Revision, nil
	case current == nil:
		return "", fault.New(op, fault.Conflict, "the workflow %s is disabled, so it has no newest revision to run on: hookline workflows enable %s", e.Workflow, e.Workflow)
	case current.Workflow.Revision == e.Revision:
		return e.Revision, nil
	}
	reason := advance.Difference(own.Program, current.Program, steps)
	switch {
	case reason == "":
		return current.Workflow.Revision, nil
	case which == "":
		return e.Revision, nil
	default:
		return "", fault.New(op, fault.Conflict, "the execution cannot continue on the newest revision: %s; retry it from the start, or on the same revision", reason)
	}
}
