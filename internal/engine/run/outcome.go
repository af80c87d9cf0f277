package run

import (
	"errors"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// outcome turns what the node returned into what advance works with, with its secrets masked.
func (r *Run) outcome(m *vault.Masker, input value.Value, result node.Result, err error, started time.Time) advance.Outcome {
	o := advance.Outcome{
		Input: input, Value: m.Value(result.Value), Branch: result.Branch, Ends: result.Ends,
		Error: result.Error, Until: result.Until, Log: maskLog(m, result.Log), Started: started,
	}
	limit := r.runner.Limits.StepResult
	var failure *node.Failure
	switch {
	case errors.As(err, &failure):
		o.Error, o.Final = &flow.Error{Code: failure.Code, Message: failure.Message}, failure.Final
		o.RetryAfter = failure.RetryAfter
		o.Value = m.Value(failure.Progress)
		o.Log = append(o.Log, maskLog(m, failure.Log)...)
	case err != nil:
		o.Error = &flow.Error{Code: flow.CodeError, Message: err.Error()}
	case len(result.Value.Text()) > limit:
		o.Error, o.Final = &flow.Error{Code: flow.CodeTooLarge, Message: fmt.Sprintf(
			"the result has %d bytes; the limit for one step is %d", len(result.Value.Text()), limit)}, true
		o.Value = value.Value{}
	}
	if o.Error != nil {
		masked := *o.Error
		masked.Message = m.Text(masked.Message)
		if masked.Code == "" {
			masked.Code = flow.CodeError
		}
		o.Error = &masked
	}
	return o
}

// maskLog masks secrets in log lines.
func maskLog(m *vault.Masker, lines []flow.LogLine) []flow.LogLine {
	for i := range lines {
		lines[i].Text = m.Text(lines[i].Text)
	}
	return lines
}
