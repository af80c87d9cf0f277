package app

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/bulk"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/retry"
	"hookline.dev/hookline/internal/store"
)

// bulkBacklog is the part of the queue of executions that bulk actions may fill: one in bulkBacklog. The rest is for calls.
const bulkBacklog = 4

// newBulk creates what carries out bulk actions.
func (a *App) newBulk() *bulk.Runner {
	planner, replays := a.newPlanner(), a.newReplays()
	return bulk.New(bulk.Deps{
		Store: a.store, History: a.store,
		Retry: func(ctx context.Context, r bulk.Retry) error {
			asked := retryOf(r.Execution, r.Options)
			asked.By, asked.Bulk, asked.ChosenAt = r.By, r.Action, r.ChosenAt
			_, err := planner.Retry(ctx, asked)
			return err
		},
		Effects: func(ctx context.Context, id ident.ID, o bulk.Options) (bulk.Effects, error) {
			p, err := planner.Plan(ctx, retryOf(id, o))
			return effectsOf(p), err
		},
		Cancel: a.engine.Cancel,
		Replay: func(ctx context.Context, r bulk.Replay) (err error) {
			as := replayIDs{r.NewDelivery, r.NewExecution}
			if r.Options.Passing {
				_, err = replays.replayPassing(ctx, r.Delivery, as)
			} else {
				_, _, err = replays.replay(r.Delivery, r.Options.Revision != "same", nil, as)
			}
			return err
		},
		Backlog: a.store.Backlog, MaxBacklog: max(1, int64(a.config.Backlog)/bulkBacklog),
		IDs: a.ids, Clock: clock.System(), Log: a.log,
	})
}

func retryOf(id ident.ID, o bulk.Options) retry.Request {
	return retry.Request{Execution: id, From: o.From, Revision: o.Revision}
}

// effectsOf counts the effects of an execution.
func effectsOf(p retry.Plan) bulk.Effects {
	e := bulk.Effects{Refused: p.Refused}
	for _, x := range p.Effects {
		all, again := &e.Sent, &e.SentAgain
		if x.Kind == retry.Written {
			all, again = &e.Written, &e.WrittenAgain
		}
		*all++
		if x.Again {
			*again++
		}
	}
	return e
}

// bulks adapts the runner of bulk actions to the API.
type bulks struct {
	*bulk.Runner
	store.BulkActions
}

// Plan chooses the targets of an action.
func (b bulks) Plan(ctx context.Context, r api.BulkRequest) (api.BulkFound, error) {
	p, err := b.Runner.Plan(ctx, bulk.Request{
		Kind: store.BulkKind(r.Kind), Query: r.Q, Options: bulk.Options{From: r.From, Revision: r.Revision, Force: r.Force, Passing: r.Passing},
		Workflows: r.Workflows, Before: r.Before, By: r.By,
	})
	out := api.BulkFound{Action: p.Action, Next: p.Next, BulkCounts: api.BulkCounts{
		ByWorkflow: []api.WorkflowCount{}, ByState: p.ByState, Complete: p.Complete, Searched: p.Searched, Unsearched: p.Skipped,
	}}
	for _, c := range p.ByWorkflow {
		out.ByWorkflow = append(out.ByWorkflow, api.WorkflowCount(c))
	}
	if e := p.Effects; e != nil {
		out.Effects = &api.BulkEffects{
			Sample: e.Sample, Sent: e.Sent, Written: e.Written, SentAgain: e.SentAgain, WrittenAgain: e.WrittenAgain,
			SendAgain: e.SendAgain, WriteAgain: e.WriteAgain, CannotRun: e.CannotRun, Reason: e.Refused,
		}
	}
	return out, err
}
