package script

import (
	"context"
	"errors"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
)

// failure converts the end of a run without a result to a failure for the journal.
func failure(ctx context.Context, err error, log []sandbox.Line) error {
	if ctx.Err() != nil {
		return ctx.Err() // the engine knows whether this was a timeout or a cancellation
	}
	f := &node.Failure{Code: flow.CodeError, Message: fault.Message(err), Log: lines(log)}
	var end *sandbox.Error
	if !errors.As(err, &end) {
		return f
	}
	f.Message = end.Error()
	switch end.Kind {
	case sandbox.Timeout:
		f.Code = flow.CodeTimeout
	case sandbox.TooLarge:
		f.Code, f.Final = flow.CodeTooLarge, true
	case sandbox.Syntax:
		f.Final = true
	case sandbox.Threw, sandbox.Memory, sandbox.Killed, sandbox.Canceled:
		// Another attempt may succeed: at another time, with another result of a node, or in another worker.
	}
	return f
}

func lines(log []sandbox.Line) []flow.LogLine {
	if len(log) == 0 {
		return nil
	}
	out := make([]flow.LogLine, len(log))
	for i, l := range log {
		out[i] = flow.LogLine{Level: l.Level, Text: l.Text}
	}
	return out
}
