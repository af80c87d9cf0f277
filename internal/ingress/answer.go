package ingress

import (
	"net/http"
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// The default content types of answers (SPEC §6).
const (
	contentType = "Content-Type"
	typeText    = "text/plain; charset=utf-8"
	typeJSON    = "application/json"
	typeProblem = "application/problem+json"
)

// answer is what a caller gets. Calls may share its fields, so they are never changed.
type answer struct {
	status int
	fields []field
	body   []byte
}

// field is a header with its lines, under its canonical name.
type field struct {
	name  string
	lines []string
}

// set adds a header line.
func (a *answer) set(name, line string) {
	name = http.CanonicalHeaderKey(name)
	for i := range a.fields {
		if f := &a.fields[i]; f.name == name {
			f.lines = append(slices.Clip(f.lines), line)
			return
		}
	}
	a.fields = append(a.fields, field{name, []string{line}})
}

// with returns a copy of the answer with one more header.
func (a answer) with(name, line string) answer {
	a.fields = slices.Clone(a.fields)
	a.set(name, line)
	return a
}

// recorded returns what the delivery keeps of the answer: nil for the default answer, 200 ok.
func (a answer) recorded() *hook.Reply {
	if a.isOkay() {
		return nil
	}
	r := a.whole()
	r.Body = nil
	if !bodiless(a.status) && len(a.body) > 0 {
		r.Body = slices.Clip(a.body[:min(len(a.body), hook.MaxAnswer)])
	}
	return &r
}

// whole returns the answer as a reply, with its complete body.
func (a answer) whole() hook.Reply {
	r := hook.Reply{Status: a.status, Body: a.body}
	for _, f := range a.fields {
		for _, line := range f.lines {
			r.Headers = append(r.Headers, hook.Header{Name: f.name, Value: line})
		}
	}
	return r
}

// isOkay reports whether it is the default answer.
func (a answer) isOkay() bool {
	return a.status == http.StatusOK && string(a.body) == "ok" && len(a.fields) == 1 && a.fields[0].name == contentType &&
		slices.Equal(a.fields[0].lines, []string{typeText})
}

func (a *answer) has(name string) bool {
	return slices.ContainsFunc(a.fields, func(f field) bool { return f.name == name })
}

// setBody sets the body: text for a string, JSON for everything else. A content type that is already set stays.
func (a *answer) setBody(v value.Value) {
	kind := typeJSON
	if text, ok := v.Str(); ok {
		kind, a.body = typeText, []byte(text)
	} else {
		a.body = v.Append(nil)
	}
	if !a.has(contentType) {
		a.set(contentType, kind)
	}
}

// okay returns the default answer.
func okay() answer {
	return answer{status: http.StatusOK, fields: []field{{contentType, []string{typeText}}}, body: []byte("ok")}
}

// replied turns the stored reply of a Response node into an answer. The node has checked its headers; one that cannot
// be sent, e.g. from an older version, is omitted.
func replied(r *hook.Reply) answer {
	a := answer{status: r.Status, body: r.Body}
	for _, h := range r.Headers {
		if hook.ReplyHeaderProblem(h.Name, h.Value) == "" {
			a.set(h.Name, h.Value)
		}
	}
	if !a.has(contentType) && !bodiless(r.Status) {
		a.fields = append(a.fields, field{contentType, []string{typeText}}) // or net/http guesses one
	}
	return a
}

// output returns the answer of an execution that succeeded without a Response node.
func output(e *flow.Execution) answer {
	switch {
	case !e.Output.IsMissing():
		a := answer{status: http.StatusOK}
		a.setBody(e.Output)
		return a
	default:
		return okay()
	}
}

// bodiless reports whether an answer of a status has no content (RFC 9110 sections 15.3.5, 15.3.6,
// 15.4.5).
func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified
}

// send writes the answer together with the headers that every answer has.
func (c *call) send() {
	answer := c.sealed()
	header := c.w.Header()
	for _, f := range answer.fields {
		header[f.name] = f.lines
	}
	for _, f := range c.extra {
		if f.name == "Vary" && header[f.name] != nil {
			header[f.name] = append(slices.Clip(header[f.name]), f.lines...)
		} else {
			header[f.name] = f.lines
		}
	}
	lines := make([]string, 0, 5) // one allocation for all
	own := func(name, line string) {
		lines = append(lines, line)
		header[name] = lines[len(lines)-1 : len(lines) : len(lines)]
	}
	own("X-Content-Type-Options", "nosniff")
	own("Hookline-Delivery", c.delivery.ID.Text(ident.Delivery))
	if c.delivery.Execution != 0 {
		own("Hookline-Execution", c.delivery.Execution.Text(ident.Execution))
	}
	if c.r.Method != http.MethodOptions {
		own("Hookline-Outcome", string(c.delivery.Outcome))
	}
	if bodiless(answer.status) {
		c.w.WriteHeader(answer.status)
		return
	}
	if len(answer.body) > 1<<10 { // net/http counts short ones itself
		own("Content-Length", strconv.Itoa(len(answer.body)))
	}
	c.w.WriteHeader(answer.status)
	_, _ = c.w.Write(answer.body) // the caller may have disconnected
}
