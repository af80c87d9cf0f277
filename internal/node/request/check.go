package request

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// check reports what is wrong with the parts of a config that do not depend on data.
func (n *request) check(r *node.Reader) {
	c := &n.config
	if fixed(c.Method) && c.Method != "" && !knownMethod(c.Method) {
		r.Problem("method", decode.Choose(c.Method, methods[:]))
	}
	if fixed(c.URL) {
		if u, err := url.Parse(c.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			r.Problem("url", "must be an http or https URL, e.g. https://api.example.com/orders")
		} else if u.User != nil {
			r.Problem("url", "contains a user name; write auth: {basic: {username: …, password: …}}")
		}
	}
	r.NoTemplate("contentType", c.ContentType)
	if n.encoding == unknown && fixed(c.ContentType) {
		r.Problem("contentType", "must be json, form, multipart, text, raw or a media type such as application/xml, not "+decode.Quote(c.ContentType))
	}
	checkPairs(r, "query", c.Query)
	checkPairs(r, "headers", c.Headers)
	checkNames(r, c.Headers)
	n.checkBody(r)
	c.Auth.check(r, headerNames(c.Headers))
	n.signer = c.Sign.compile(r)
}

// checkBody reports a body that its encoding cannot send.
func (n *request) checkBody(r *node.Reader) {
	body := n.config.Body
	switch n.encoding {
	case asForm:
		checkPairs(r, "body", body)
	case asMultipart:
		checkParts(r, body)
	case asText, asRaw, labeled:
		if k := body.Kind(); k == value.KindObject || k == value.KindArray {
			r.Problem("body", "must be a text for this contentType; leave contentType out to send JSON")
		}
	case asJSON, byBody:
		if text, ok := body.Str(); ok && strings.HasPrefix(strings.TrimSpace(text), `{"`) && strings.Contains(text, ":") {
			r.Problem("body", `is JSON in a text, where a value with a quote would break it: write it as an object, e.g. body: {name: "{{$context.data.name}}"}, or set contentType: raw`)
		}
	case unknown:
	}
}

// checkNames reports headers that cannot be sent.
func checkNames(r *node.Reader, headers value.Value) {
	for _, name := range slices.Sorted(maps.Keys(headerNames(headers))) {
		switch {
		case outbound.Sendable(name):
		case http.CanonicalHeaderKey(name) == "Content-Length":
			r.Problem("headers", "Content-Length is set by itself; leave it out")
		default:
			r.Problem("headers", decode.Quote(name)+" cannot be sent: it is not a valid name, or controls the connection")
		}
	}
}

// headerNames returns the fixed names of headers, in canonical form.
func headerNames(headers value.Value) map[string]bool {
	names := make(map[string]bool)
	add := func(name string) {
		if fixed(name) && name != "" {
			names[http.CanonicalHeaderKey(name)] = true
		}
	}
	for name := range headers.Members() {
		add(name)
	}
	for entry := range headers.Elements() {
		name, _ := entry.Get("name").Str()
		add(name)
	}
	return names
}

// methods are the methods that a document may name. A template may give any.
var methods = [...]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func knownMethod(text string) bool {
	for _, m := range methods {
		if strings.EqualFold(m, text) {
			return true
		}
	}
	return false
}

// fixed reports whether a text has no template.
func fixed(text string) bool { return !strings.Contains(text, "{{") }
