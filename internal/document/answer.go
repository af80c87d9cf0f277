package document

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// The statuses that an answer may have: 1xx is the protocol's own.
const (
	minStatus = 200
	maxStatus = 599
)

// answer checks the trigger's response as far as it holds no templates.
func (r *reader) answer(doc *responseDoc) *flow.Answer {
	if doc == nil {
		return nil
	}
	const at = "trigger.response"
	if message := statusProblem(doc.Status); message != "" {
		r.problem(at+".status", message)
	}
	switch doc.Headers.Kind() {
	case value.KindMissing, value.KindObject:
	default:
		r.problem(at+".headers", "must be an object, such as {Content-Type: text/plain}")
	}
	seen := make(map[string]bool)
	for name, v := range doc.Headers.Members() {
		path := decode.Join(at+".headers", decode.Name(name))
		switch lower := strings.ToLower(name); {
		case seen[lower]:
			r.problem(path, decode.Quote(name)+" stands twice; keep one")
		case headerProblem(name) != "":
			r.problem(path, headerProblem(name))
		default:
			seen[lower] = true
		}
		switch text, isText := v.Str(); {
		case isText && strings.ContainsAny(text, "\r\n\x00"):
			r.problem(path, "a header's value has no line breaks")
		case v.Kind() != value.KindNumber && v.Kind() != value.KindString:
			r.problem(path, "a header's value is a string or a number")
		}
	}
	return &flow.Answer{Status: doc.Status, Headers: doc.Headers, Body: doc.Body}
}

func statusProblem(v value.Value) string {
	if text, ok := v.Str(); ok && strings.Contains(text, "{{") || v.IsMissing() {
		return ""
	}
	if n, ok := v.Int(); ok && minStatus <= n && n <= maxStatus {
		return ""
	}
	return fmt.Sprintf("must be a number from %d to %d or a template, not %s", minStatus, maxStatus, clipped(v.Text()))
}

// headerProblem says why a name cannot be a header of an answer: RFC 9110 section 5.1 (token) and
// section 7.6.1 (headers of one connection, which are the server's own business).
func headerProblem(name string) string {
	if !isToken(name) {
		return decode.Quote(name) + " is no header name"
	}
	switch strings.ToLower(name) {
	case "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
		"transfer-encoding", "upgrade", "content-length":
		return name + " is set by the server alone; leave it out"
	default:
		return ""
	}
}

func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return name != ""
}
