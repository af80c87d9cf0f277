package ingress

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/body"
)

// hidden names what gates check, in every alternative: it is taken out of a call before anything is
// recorded, also when it was wrong or the gate was not asked.
type hidden struct {
	headers []string
	query   []string
}

// hides gathers the names.
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

// header reports whether a header is left out, whatever its spelling.
func (h *hidden) header(name string) bool {
	for _, secret := range h.headers {
		if len(secret) == len(name) && strings.EqualFold(secret, name) {
			return true
		}
	}
	return false
}

// takeFrom returns a query without the secret parameters, and their values.
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

// repeats reports whether a header's value holds one of the secrets: proxies repeat the URL in headers
// of their own.
func repeats(line string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return len(s) >= minScrubbed && strings.Contains(line, s) })
}
