package document

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// trigger compiles the templates outside the nodes to check them. It returns only the one for the concurrency
// group; package ingress compiles the others itself.
func (c *compiler) trigger(wf flow.Workflow) *expr.Template {
	t := wf.Trigger
	c.gates("trigger.auth", t.Auth.Gates)
	for i, g := range t.Auth.Any {
		c.gates("trigger.auth.any"+decode.Index(i), g)
	}
	if t.RateLimit != nil {
		c.rateKey(t.RateLimit.Key)
	}
	c.filter(t.Filter)
	c.dedupeKey(t.Dedupe.Key)
	call := expr.Options{Roots: []string{"context", "system"}}
	if a := t.Response; a != nil {
		c.value("trigger.response.status", a.Status, call)
		c.value("trigger.response.headers", a.Headers, call)
		c.value("trigger.response.body", a.Body, call)
	}
	return c.text("options.concurrency.group", wf.Options.Concurrency.Group, call)
}

func (c *compiler) gates(at string, g flow.Gates) {
	if b := g.Basic; b != nil {
		c.secret(at+".basic.username", b.Username)
		c.secret(at+".basic.password", b.Password)
	}
	if t := g.Token; t != nil {
		c.secret(at+".token.value", t.Value)
	}
	c.signature(at+".signature", g.Signature)
}

// secret compiles a text that may be a secret or refer to one.
func (c *compiler) secret(path, text string) *expr.Template {
	if text == Masked {
		c.problem(errorcode.SecretNeeded, path, `is a mask and not the secret itself; write "{{$env.NAME}}" and set the variable`)
		return nil
	}
	if name := bareVariable(text); name != "" {
		c.problem(errorcode.Duplicate, path, `is taken as it is written; write "{{$env.%s}}" for the variable`, name)
		return nil
	}
	return c.text(path, text, secretOptions())
}

// bareVariable returns the name in $env.NAME or in the shell's ${NAME}, or "". Neither form is plausible as a
// literal secret.
func bareVariable(text string) string {
	name, isVariable := strings.CutPrefix(text, "$env.")
	if !isVariable {
		name, isVariable = strings.CutPrefix(text, "${")
		name, _ = strings.CutSuffix(name, "}")
	}
	for i := range len(name) {
		if c := name[i]; c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return ""
		}
	}
	if !isVariable {
		return ""
	}
	return name
}

func (c *compiler) text(path, text string, o expr.Options) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.Compile(text, o)
	if err != nil {
		c.problem(errorcode.Template, path, "%s", fault.Message(err))
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
		c.problem(errorcode.Template, decode.Join(path, p.Path), "%s", p.Message)
	}
}
