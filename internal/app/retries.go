package app

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/retry"
)

// newPlanner creates the planner of retries.
func (a *App) newPlanner() *retry.Planner {
	return &retry.Planner{Load: a.store.Load, Programs: a.catalog, Effect: a.effectOf, Put: a.engine.Retry}
}

// effectOf returns what the nodes of a kind do.
func (a *App) effectOf(kind string) node.Effect {
	if k := a.known.Kinds.Find(kind); k != nil {
		return k.Info().Effect
	}
	return node.Pure
}

// retries adapts the planner to the API.
type retries struct{ planner *retry.Planner }

// maxShown is how many effects and steps a plan shows.
const maxShown = 500

// Plan says what a retry would do.
func (r retries) Plan(ctx context.Context, asked api.RetryRequest) (api.RetryPlan, error) {
	p, err := r.planner.Plan(ctx, requestOf(asked))
	if err != nil {
		return api.RetryPlan{}, err
	}
	plan := api.RetryPlan{
		Possible: p.Refused == "", Refused: p.Refused, From: p.From, Status: string(p.Execution.Status), Round: p.Execution.Round,
		Revision: p.Revision, Edited: p.Edited, EffectCount: len(p.Effects), AgainCount: len(p.Again),
		Effects: []api.RetryEffect{}, Again: []api.RetryStep{},
	}
	if p.Answer != nil {
		plan.Answered = p.Answer.Status
	}
	for _, e := range p.Effects[:min(len(p.Effects), maxShown)] {
		plan.Effects = append(plan.Effects, api.RetryEffect(e))
	}
	for _, s := range p.Again[:min(len(p.Again), maxShown)] {
		plan.Again = append(plan.Again, api.RetryStep(s))
	}
	return plan, nil
}

// Retry puts an ended execution back into the queue.
func (r retries) Retry(ctx context.Context, asked api.RetryRequest) error {
	_, err := r.planner.Retry(ctx, requestOf(asked))
	return err
}

func requestOf(asked api.RetryRequest) retry.Request {
	return retry.Request{Execution: asked.Execution, From: asked.From, Revision: asked.Revision, Data: asked.Input, By: asked.By}
}
