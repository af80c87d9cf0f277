package run

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// askCondition asks the condition of a loop whether one more pass begins.
func (r *Run) askCondition(c advance.Command, now time.Time) bool {
	r.scope.moveTo(c)
	holds, failure := r.holds(c)
	if failure == nil {
		var next advance.Command
		next, failure = r.state.Asked(c, holds)
		switch {
		case failure != nil:
		case next.Action == advance.Close:
			r.closeBlock(next, now)
			return true
		default:
			return r.attempt(next)
		}
	}
	r.settle(c, advance.Outcome{Error: failure, Final: true, Started: now}, now)
	return true
}

// holds evaluates the condition.
func (r *Run) holds(c advance.Command) (holds bool, failure *flow.Error) {
	defer r.scope.recoverPanic(&failure)
	holds, err := r.compiled.Nodes[c.Index].(node.Looper).Holds(&r.scope)
	if err != nil {
		failure = &flow.Error{Code: flow.CodeTemplate, Message: r.scope.masker().Text(err.Error())}
	}
	return holds, failure
}

// closeBlock settles a loop or fork that is over, with what lost against its end.
func (r *Run) closeBlock(c advance.Command, now time.Time) {
	for _, row := range r.state.Losers(c, now) {
		r.apply(row, true)
	}
	row := r.state.Settle(c, advance.Outcome{}, now)
	r.apply(r.limitResult(row), true)
	r.cancelLosers()
}

// limitResult bounds the result of a fork, which is made of results that may each be as large as one may be.
func (r *Run) limitResult(row flow.Step) flow.Step {
	if size, limit := len(row.Result.Text()), r.runner.Limits.StepResult; size > limit {
		row.Result = value.Null()
		row.Log = append(row.Log, flow.LogLine{Level: "warn", Text: fmt.Sprintf(
			"the results of the branches have %d bytes together; the limit for one step is %d, so they are left out here; each is still the result of its own node", size, limit)})
	}
	return row
}
