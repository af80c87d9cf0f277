package rowmatch

import (
	"net/netip"
	"strings"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
)

// holds reports whether one of the alternatives matches, or none if the term is negated.
func holds(t *query.Term, match func(*query.Value) bool) bool {
	for i := range t.Any {
		if match(&t.Any[i]) {
			return !t.Not
		}
	}
	return t.Not
}

// text compares a text. "" is no value.
func text(t *query.Term, have string) bool {
	return holds(t, func(v *query.Value) bool { return is(v, have) })
}

func is(v *query.Value, have string) bool {
	switch v.Op {
	case query.Present:
		return have != ""
	case query.Prefix:
		return strings.HasPrefix(have, v.Text)
	default:
		return v.Op == query.Equal && have == v.Text
	}
}

// number compares a number that exists if known.
func number(t *query.Term, n int64, known bool) bool {
	return holds(t, func(v *query.Value) bool {
		return known && (v.Op == query.Present || v.Op == query.Range && v.Min <= n && n <= v.Max)
	})
}

// id compares an id. 0 is no id.
func id(t *query.Term, have ident.ID) bool { return number(t, int64(have), have != 0) }

// moment compares the time in an id.
func moment(t *query.Term, have ident.ID) bool { return number(t, have.Time().UnixMicro(), true) }

// took compares a duration.
func took(t *query.Term, d time.Duration, known bool) bool { return number(t, int64(d), known) }

// address compares an address.
func address(t *query.Term, have string) bool {
	ip, err := netip.ParseAddr(have)
	return holds(t, func(v *query.Value) bool {
		if v.Op == query.Network {
			return err == nil && v.Net.Contains(ip.Unmap())
		}
		return is(v, have)
	})
}
