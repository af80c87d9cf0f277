package ingress

import (
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// ofCall are the roots of what is computed at the door.
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

// filter asks whether anything is to be done. A call that it turns down gets the answer that it would
// have got otherwise: its sender has done nothing wrong. A filter that cannot tell lets the call pass,
// since a mistake in it must not lose what a sender has to say. Null is no, as in all conditions.
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

// note adds to what the operator may know.
func (c *call) note(text string) {
	if c.delivery.Reason != "" {
		text = c.delivery.Reason + "; " + text
	}
	c.delivery.Reason = text
}
