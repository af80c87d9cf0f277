package document

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// trigger compiles the templates outside the nodes to check them; only the group is kept here, as
// ingress compiles its own.
func (c *compiler) trigger(wf flow.Workflow) *expr.Template {
	secret := expr.Options{Secrets: true, Roots: []string{"env"}}
	if b := wf.Trigger.Auth.Basic; b != nil {
		c.text("trigger.auth.basic.username", b.Username, secret)
		c.text("trigger.auth.basic.password", b.Password, secret)
	}
	if t := wf.Trigger.Auth.Token; t != nil {
		c.text("trigger.auth.token.value", t.Value, secret)
	}
	call := expr.Options{Roots: []string{"context", "system"}}
	if a := wf.Trigger.Response; a != nil {
		c.value("trigger.response.status", a.Status, call)
		c.value("trigger.response.headers", a.Headers, call)
		c.value("trigger.response.body", a.Body, call)
	}
	return c.text("options.concurrency.group", wf.Options.Concurrency.Group, call)
}

func (c *compiler) text(path, text string, o expr.Options) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.Compile(text, o)
	if err != nil {
		c.problem(path, "%s", fault.Message(err))
		return nil
	}
	return t
}

func (c *compiler) value(path string, v value.Value, o expr.Options) {
	if v.IsMissing() {
		return
	}
	_, problems := expr.CompileValue(v, o)
	for _, p := range problems {
		c.problem(decode.Join(path, p.Path), "%s", p.Message)
	}
}
