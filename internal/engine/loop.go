package engine

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// ask asks the condition of a loop whether one more pass begins.
func (r *run) ask(c advance.Command, now time.Time) bool {
	r.scope.stand(c)
	holds, failure := r.holds(c)
	if failure == nil {
		var next advance.Command
		next, failure = r.state.Asked(c, holds)
		switch {
		case failure != nil:
		case next.Action == advance.Close:
			r.end(next, now)
			return true
		default:
			return r.attempt(next)
		}
	}
	r.settle(c, advance.Outcome{Error: failure, Final: true, Started: now}, now)
	return true
}

// holds evaluates the condition.
func (r *run) holds(c advance.Command) (holds bool, failure *flow.Error) {
	defer r.engine.barrier(r.job.execution.ID, &failure)
	holds, err := r.compiled.Nodes[c.Index].(node.Looper).Holds(&r.scope)
	if err != nil {
		failure = &flow.Error{Code: flow.CodeTemplate, Message: r.engine.secrets.Scrub(err.Error())}
	}
	return holds, failure
}

// end settles a loop or fork that is over, with what lost against its end.
func (r *run) end(c advance.Command, now time.Time) {
	for _, row := range r.state.Losers(c, now) {
		r.apply(row, true)
	}
	row := r.state.Settle(c, advance.Outcome{}, now)
	r.apply(r.trim(row), true)
	r.reap()
}

// trim bounds the result of a fork, which is made of results that may each be as large as one may be.
func (r *run) trim(row flow.Step) flow.Step {
	if size, most := len(row.Result.Text()), r.engine.opt.StepResult; size > most {
		row.Result = value.Null()
		row.Log = append(row.Log, flow.LogLine{Level: "warn", Text: fmt.Sprintf(
			"the results of the branches have %d bytes together; the limit for one step is %d, so they are left out here and stand under their own nodes only", size, most)})
	}
	return row
}
