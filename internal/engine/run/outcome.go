package run

import (
	"errors"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// outcome turns what the node returned into what advance works with, with secrets masked.
func (r *Run) outcome(input value.Value, result node.Result, err error, started time.Time) advance.Outcome {
	o := advance.Outcome{
		Input: input, Value: r.scrub(result.Value), Branch: result.Branch, Ends: result.Ends,
		Error: result.Error, Until: result.Until, Log: r.scrubLog(result.Log), Started: started,
	}
	limit := r.runner.Limits.StepResult
	var failure *node.Failure
	switch {
	case errors.As(err, &failure):
		o.Error, o.Final = &flow.Error{Code: failure.Code, Message: failure.Message}, failure.Final
		o.RetryAfter = failure.RetryAfter
		o.Value = r.scrub(failure.Progress)
		o.Log = append(o.Log, r.scrubLog(failure.Log)...)
	case err != nil:
		o.Error = &flow.Error{Code: flow.CodeError, Message: err.Error()}
	case len(result.Value.Text()) > limit:
		o.Error, o.Final = &flow.Error{Code: flow.CodeTooLarge, Message: fmt.Sprintf(
			"the result has %d bytes; the limit for one step is %d", len(result.Value.Text()), limit)}, true
		o.Value = value.Value{}
	}
	if o.Error != nil {
		masked := *o.Error
		masked.Message = r.runner.Secrets.Scrub(masked.Message)
		if masked.Code == "" {
			masked.Code = flow.CodeError
		}
		o.Error = &masked
	}
	return o
}

// scrub masks secrets in a result.
func (r *Run) scrub(v value.Value) value.Value {
	if v.Kind() != value.KindString && v.Kind() != value.KindArray && v.Kind() != value.KindObject {
		return v
	}
	before := v.Text()
	after := r.runner.Secrets.Scrub(before)
	if len(after) == len(before) && after == before {
		return v
	}
	masked, err := value.Parse(after, value.Limits{})
	if err != nil {
		return value.String("[a result that held a secret]")
	}
	return masked
}

// scrubLog masks secrets in log lines.
func (r *Run) scrubLog(lines []flow.LogLine) []flow.LogLine {
	for i := range lines {
		lines[i].Text = r.runner.Secrets.Scrub(lines[i].Text)
	}
	return lines
}
