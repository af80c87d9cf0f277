package ingress

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/nearest"
)

// whyUnmatched tells the operator what a caller may have meant. Comparing all routes takes time in proportion
// to their number, so only maxNearest unmatched calls a minute are compared.
func (h *Handler) whyUnmatched(t *table, path string, now time.Time) string {
	const plain = "no enabled workflow has this address"
	if !h.suggestions.takeOf(now, maxNearest) {
		return plain
	}
	rest, triggered := strings.CutPrefix(path, triggerPrefix)
	if !triggered {
		var known bool
		if rest, known = strings.CutPrefix(path, hooksPrefix); !known {
			return plain + elsewhere(t, path)
		}
	}
	names := make([]string, 0, 2*len(t.all))
	for _, r := range t.all {
		if why := r.closedAt(rest); why != "" {
			return why
		}
		names = append(names, r.key)
		if r.path != "" {
			names = append(names, r.path[1:])
		}
	}
	if endpoint, _ := t.paths.find(rest, nil); triggered && endpoint != nil {
		return plain + "; the path of the workflow " + endpoint.routes[0].key + " is served below " + hooksPrefix
	}
	if why := t.longer(rest); why != "" {
		return plain + "; " + why
	}
	if near, ok := nearest.Name(rest, names); ok {
		return plain + "; the nearest is " + near
	}
	return plain
}

// closedAt tells why a route with this address takes no calls; "" if the address is not the route's or the
// route is live.
func (r *Route) closedAt(rest string) string {
	if r.closed == "" || r.key != rest && (r.path == "" || !fits(r.path[1:], rest)) {
		return ""
	}
	return "the workflow " + r.key + " has this address, but " + r.closed
}

// IsURL reports whether an escaped path is one of the URLs of a workflow with a key and, unless it is "", a path as in a
// trigger. It does not matter whether there is such a workflow.
func IsURL(key, pattern, escaped string) bool {
	path, refused := canonical(escaped)
	if refused != "" {
		return false
	}
	if named, ok := strings.CutPrefix(path, triggerPrefix); ok {
		return named == key
	}
	rest, ok := strings.CutPrefix(path, hooksPrefix)
	return ok && (rest == key || pattern != "" && fits(strings.TrimPrefix(pattern, "/"), rest))
}

// fits reports whether a path matches a pattern.
func fits(pattern, path string) bool {
	for {
		want, wants, more := strings.Cut(pattern, "/")
		have, rest, further := strings.Cut(path, "/")
		if !isParam(want) && want != have || more != further {
			return false
		}
		if !more {
			return true
		}
		pattern, path = wants, rest
	}
}

// longer looks for a route whose address is the beginning of the path.
func (t *table) longer(rest string) string {
	for at := strings.LastIndexByte(rest, '/'); at > 0; at = strings.LastIndexByte(rest[:at], '/') {
		endpoint := t.keys[rest[:at]]
		if endpoint == nil {
			endpoint, _ = t.paths.find(rest[:at], nil)
		}
		if endpoint != nil {
			return "the workflow " + endpoint.routes[0].key + " has " + hooksPrefix + rest[:at] + ", without " + rest[at:]
		}
	}
	return ""
}

// elsewhere looks for a workflow whose key is the last segment of a path outside the webhook prefix.
func elsewhere(t *table, path string) string {
	key := path[strings.LastIndexByte(path, '/')+1:]
	if t.keys[key] == nil {
		return ""
	}
	return "; the workflow " + key + " is at " + hooksPrefix + key
}
