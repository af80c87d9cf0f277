package app

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/throttle"
)

// The rate of the lines about calls and executions. Senders decide how many there are, so what is more is left out and
// counted.
const (
	eventLines = 10 // per second
	eventBurst = 100
)

// The kinds of lines, each with a rate of its own: a flood of refused calls hides no failed execution.
const (
	refusedCalls     = "refused calls"
	failedCalls      = "failed calls"
	failedExecutions = "failed executions"
)

// eventLog writes one line for each call that was refused or failed, and for each execution that failed. It contains no
// content of the call.
type eventLog struct {
	log        *slog.Logger
	clock      clock.Clock
	rate       *throttle.Limiter
	suppressed atomic.Int64
}

func newEventLog(log *slog.Logger, c clock.Clock) *eventLog {
	limit := throttle.Limit{Rate: eventLines, Per: time.Second, Burst: eventBurst}
	return &eventLog{log: log, clock: c, rate: throttle.NewLimiter(limit, 3, c.Now())}
}

// may reports whether one more line of a kind may be written.
func (l *eventLog) may(kind string) bool {
	if l.rate.Allow(kind, l.clock.Now()).OK {
		return true
	}
	l.suppressed.Add(1)
	return false
}

// delivered logs a call that was refused, or that the server could not serve.
func (l *eventLog) delivered(d *hook.Delivery) {
	failed := d.Status >= 500
	if !failed && d.Outcome != hook.Rejected && d.Outcome != hook.Unmatched {
		return
	}
	kind, level, text := refusedCalls, slog.LevelInfo, "call refused"
	if failed {
		kind, level, text = failedCalls, slog.LevelWarn, "call failed"
	}
	if !l.may(kind) {
		return
	}
	attrs := []any{"delivery", d.ID.Text(ident.Delivery)}
	if d.Execution != 0 {
		attrs = append(attrs, "execution", d.Execution.Text(ident.Execution))
	}
	l.log.Log(context.Background(), level, text, append(attrs, "workflow", d.Workflow, "method", d.Request.Method, "address", d.Request.IP,
		"status", d.Status, "gate", d.Gate, "reason", d.Reason)...)
}

// ended logs an execution that failed or was aborted.
func (l *eventLog) ended(x *flow.Execution, steps int) {
	if x.Status != flow.Failed && x.Status != flow.Aborted || !l.may(failedExecutions) {
		return
	}
	attrs := []any{
		"execution", x.ID.Text(ident.Execution), "delivery", x.Delivery.Text(ident.Delivery), "workflow", x.Workflow,
		"status", string(x.Status), "steps", steps,
	}
	if x.Reason != "" {
		attrs = append(attrs, "reason", x.Reason)
	}
	if x.Error != nil {
		attrs = append(attrs, "node", x.Error.Node, "code", x.Error.Code, "error", x.Error.Message)
	}
	l.log.Warn("execution failed", attrs...)
}
