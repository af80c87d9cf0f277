package ingress

import (
	"sync/atomic"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// ofCall returns the variable roots that templates of the front door may use.
func ofCall() expr.Options { return expr.Options{Roots: []string{"context", "system"}} }

// compileFilter compiles the filter. Its comparisons are lenient, so that a field that is missing or has another type
// is no error.
func compileFilter(text string, wrong *problems) *expr.Template {
	if text == "" {
		return nil
	}
	o := ofCall()
	o.Lenient = true
	t, err := expr.CompileExpression(text, o)
	if err != nil {
		wrong.add("trigger.filter", fault.Message(err))
	}
	return t
}

// filterError marks a call on which the filter failed: it is the code of the verdict, and begins the reason.
const filterError = "filter error"

// filter decides whether the call runs the workflow. A call that it rejects gets the answer of an accepted one: its
// sender has done nothing wrong. Null counts as false, as in all conditions. An error counts as no, because the caller
// chooses the data and so could choose the error; it is marked on the delivery and counted on the workflow.
func (c *call) filter() *outcome {
	if c.route.filter == nil {
		return nil
	}
	no, failure := c.filtered()
	if no == "" {
		return nil
	}
	if failure != "" {
		c.verdict(failed(gateFilter, filterError, failure))
		c.route.filterErrors.Add(1)
	}
	c.render()
	return &outcome{outcome: hook.Filtered, status: c.answer.status, said: &c.answer, reason: no}
}

// filtered evaluates the filter. no is why the call is rejected, "" if it is not; failure is the error of a filter that
// failed.
func (c *call) filtered() (no, failure string) {
	switch yes, err := c.route.filter.EvalBool(c); {
	case err != nil:
		return filterError + ": " + fault.Message(err), fault.Message(err)
	case !yes:
		return "the filter rejected the call; nothing ran", ""
	default:
		return "", ""
	}
}

// keepCounts gives each route the counts that its workflow had, so that publishing again resets nothing.
func (t *table) keepCounts(routes []*Route) {
	had := make(map[string]*atomic.Int64, len(t.all))
	for _, r := range t.all {
		had[r.key] = r.filterErrors
	}
	for _, r := range routes {
		if old := had[r.key]; old != nil {
			r.filterErrors = old
		}
	}
}

// FilterErrors returns how many calls each workflow's filter has failed on since the start, by the workflow's key.
func (h *Handler) FilterErrors() map[string]int64 {
	all := make(map[string]int64)
	for _, r := range h.table.Load().all {
		if n := r.filterErrors.Load(); n > 0 {
			all[r.key] = n
		}
	}
	return all
}

// note adds a sentence to the delivery's reason, for the operator.
func (c *call) note(text string) {
	if c.delivery.Reason != "" {
		text = c.delivery.Reason + "; " + text
	}
	c.delivery.Reason = text
}
