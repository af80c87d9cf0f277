package ingress

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// The range of statuses that a response may have. 1xx are not final answers (RFC 9110 section 15.2).
const (
	minStatus = 200
	maxStatus = 599
)

// response is the compiled response of a trigger.
type response struct {
	fixed    answer         // used if template is nil
	recorded *hook.Reply    // fixed, as recorded; nil: the default answer
	template *expr.Template // of an object {status, headers, body}
}

// compileResponse fills in the defaults (200, "ok"). If there is no template in the response, its answer is made here,
// once.
func compileResponse(doc *flow.Answer, wrong *problems) *response {
	if doc == nil {
		return &response{fixed: okay()}
	}
	status, text := doc.Status, doc.Body
	if status.IsMissing() {
		status = value.Int(http.StatusOK)
	}
	if text.IsMissing() {
		text = value.String("ok")
	}
	var whole value.ObjectBuilder
	whole.Set("status", status).Set("headers", doc.Headers).Set("body", text)
	t, found := expr.CompileValue(whole.Value(), ofCall())
	for _, p := range found {
		wrong.add("trigger.response."+p.Path, p.Message)
	}
	if len(found) > 0 {
		return nil
	}
	fixed, ok := t.Constant()
	if !ok {
		return &response{template: t}
	}
	a, err := rendered(fixed)
	if err != nil {
		wrong.add("trigger.response", err.Error())
	}
	return &response{fixed: a, recorded: a.recorded()}
}

// render builds the answer to one call. The error is a sentence for the operator.
func (p *response) render(c *call) (answer, error) {
	if p.template == nil {
		return p.fixed, nil
	}
	v, err := p.template.Eval(c)
	if err != nil {
		return answer{}, fmt.Errorf("%s", fault.Message(err))
	}
	return rendered(v)
}

// rendered builds an answer from a rendered {status, headers, body}.
func rendered(v value.Value) (answer, error) {
	status, err := statusOf(v.Get("status"))
	if err != nil {
		return answer{}, err
	}
	a := answer{status: status}
	for name, each := range v.Get("headers").Members() {
		line, ok := headerLine(each)
		if !ok {
			return answer{}, fmt.Errorf("headers: %s is an %s; write a text", name, each.Kind())
		}
		if why := hook.ReplyHeaderProblem(name, line); why != "" {
			return answer{}, fmt.Errorf("headers: %.60q %s", name, why)
		}
		if !each.IsNull() {
			a.set(name, line)
		}
	}
	if !bodiless(status) {
		a.setBody(v.Get("body"))
	}
	return a, nil
}

func statusOf(v value.Value) (int, error) {
	n, ok := v.Int()
	if text, isText := v.Str(); isText {
		parsed, err := strconv.Atoi(text)
		n, ok = int64(parsed), err == nil
	}
	if !ok || n < minStatus || n > maxStatus {
		return 0, fmt.Errorf("status is %.60s; it must be a number from %d to %d", v.Text(), minStatus, maxStatus)
	}
	return int(n), nil
}

func headerLine(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
		return "", true
	case value.KindString:
		return v.Str()
	case value.KindBool, value.KindNumber:
		return v.Text(), true
	default:
		return "", false
	}
}

// Var returns a variable of templates: a part of the call, or the time.
func (c *call) Var(root, name string) (value.Value, error) {
	if root == "context" {
		return body.Variable(&c.context, name), nil
	}
	if root != "system" {
		return value.Value{}, nil
	}
	switch name {
	case "now":
		return body.Instant(c.now), nil
	case "epoch":
		return value.Int(c.now.Unix()), nil
	case "executionId":
		return value.String(c.execution.ID.Text(ident.Execution)), nil
	case "workflow":
		return value.String(c.route.key), nil
	case "uuid":
		return value.String(uuid()), nil
	default:
		return value.Value{}, nil
	}
}

// uuid returns a random UUID, version 4 (RFC 9562 section 5.4).
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: on failure it ends the process
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
