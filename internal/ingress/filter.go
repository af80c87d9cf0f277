package ingress

import (
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// ofCall returns the variable roots that templates of the front door may use.
func ofCall() expr.Options { return expr.Options{Roots: []string{"context", "system"}} }

func compileFilter(text string, wrong *problems) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.CompileExpression(text, ofCall())
	if err != nil {
		wrong.add("trigger.filter", fault.Message(err))
	}
	return t
}

// filter decides whether the call runs the workflow. A call that it rejects gets the answer of an accepted one: its
// sender has done nothing wrong. A filter that fails lets the call pass: an error in it must not lose a call. Null
// counts as false, as in all conditions.
func (c *call) filter() *outcome {
	f := c.route.filter
	if f == nil {
		return nil
	}
	yes, err := f.EvalBool(c)
	if err != nil {
		c.note("the filter failed, so the call passed: " + fault.Message(err))
		return nil
	}
	if yes {
		return nil
	}
	c.render()
	return &outcome{outcome: hook.Filtered, status: c.answer.status, said: &c.answer, reason: "the filter rejected the call; nothing ran"}
}

// note adds a sentence to the delivery's reason, for the operator.
func (c *call) note(text string) {
	if c.delivery.Reason != "" {
		text = c.delivery.Reason + "; " + text
	}
	c.delivery.Reason = text
}
