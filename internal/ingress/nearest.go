package ingress

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/nearest"
)

// whyUnmatched tells the operator what a caller may have meant. Looking for the nearest route costs
// time in the number of routes, so a flood of strays goes without.
func (h *Handler) whyUnmatched(t *table, path string, now time.Time) string {
	const plain = "no enabled workflow has this address"
	if h.strays.full(now) {
		return plain
	}
	rest, known := strings.CutPrefix(path, triggerPrefix)
	if !known {
		if rest, known = strings.CutPrefix(path, hooksPrefix); !known {
			return plain
		}
	}
	names := make([]string, 0, 2*len(t.all))
	for _, r := range t.all {
		if r.closed != "" && (r.key == rest || r.path == "/"+rest) {
			return "the workflow " + r.key + " has this address, but " + r.closed
		}
		names = append(names, r.key)
		if r.path != "" {
			names = append(names, r.path[1:])
		}
	}
	if near, ok := nearest.Name(rest, names); ok {
		return plain + "; the nearest is " + near
	}
	return plain
}
