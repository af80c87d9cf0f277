package script

import (
	"context"
	"errors"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
)

// failure puts the end of a run without a result into the words of the journal.
func failure(ctx context.Context, err error, log []sandbox.Line) error {
	if ctx.Err() != nil {
		return ctx.Err() // the engine knows whether it was the time or somebody's wish
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
		// Another attempt may meet another moment, another node's result or another worker.
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
