package ingress

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/body"
)

// hidden names the headers and query parameters that gates check, in every alternative. They are removed from a
// call before it is recorded, even if they were wrong or the gate was not reached.
type hidden struct {
	headers []string
	query   []string
}

// hides collects those names.
func (p *auth) hides() (h hidden) {
	for _, g := range p.sets() {
		if g.basic != nil {
			h.headers = append(h.headers, "Authorization")
		}
		if g.token != nil && g.token.header != "" {
			h.headers = append(h.headers, g.token.header)
		}
		if g.token != nil && g.token.query != "" {
			h.query = append(h.query, g.token.query)
		}
		if g.signature != nil {
			headers, query := g.signature.secretPlaces()
			h.headers, h.query = append(h.headers, headers...), append(h.query, query...)
		}
	}
	return h
}

// header reports whether a header must be left out. It ignores case.
func (h *hidden) header(name string) bool {
	for _, secret := range h.headers {
		if len(secret) == len(name) && strings.EqualFold(secret, name) {
			return true
		}
	}
	return false
}

// takeFrom removes the secret parameters from a query and returns their values.
func (h *hidden) takeFrom(query string) (left string, secrets []string) {
	if len(h.query) == 0 || query == "" {
		return query, nil
	}
	var b strings.Builder
	for pair := range strings.SplitSeq(query, "&") {
		name, val, _ := strings.Cut(pair, "=")
		if slices.Contains(h.query, body.Unescape(name)) {
			secrets = append(secrets, val, body.Unescape(val))
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pair)
	}
	return b.String(), secrets
}

// repeats reports whether a header's value contains one of the secrets, because proxies copy the URL into
// headers of their own.
func repeats(line string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return len(s) >= minScrubbed && strings.Contains(line, s) })
}
