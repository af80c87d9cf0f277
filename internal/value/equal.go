package value

import (
	"maps"

	"hookline.dev/hookline/internal/decimal"
)

// Equal compares two values deeply: numbers by exact value (1.0 equals 1), strings by their decoded text, arrays in
// order, and objects in any order, with the last of duplicate keys. Missing equals only Missing. Below MaxDepth
// levels, which only Trusted text can reach, only identical text is equal.
func Equal(a, b Value) bool { return equal(a, b, MaxDepth) }

func equal(a, b Value, depth int) bool {
	if a.kind != b.kind {
		return false
	}
	if a.text == b.text {
		return true
	}
	switch a.kind {
	case KindNumber:
		return decimal.Compare(a.text, b.text) == 0
	case KindString:
		return unquote(a.text) == unquote(b.text)
	case KindArray:
		return depth > 0 && equalArrays(a, b, depth-1)
	case KindObject:
		return depth > 0 && equalObjects(a, b, depth-1)
	default:
		return false
	}
}

func equalArrays(a, b Value, depth int) bool {
	x, y := elements{s: a.text, i: 1}, elements{s: b.text, i: 1}
	for {
		p, q := x.next(), y.next()
		if p != q || !p {
			return p == q
		}
		if !equal(x.value(), y.value(), depth) {
			return false
		}
	}
}

func equalObjects(a, b Value, depth int) bool {
	x, y := lastMembers(a), lastMembers(b)
	if len(x) != len(y) {
		return false
	}
	for name, v := range x {
		w, ok := y[name]
		if !ok || !equal(v, w, depth) {
			return false
		}
	}
	return true
}

func lastMembers(v Value) map[string]Value {
	return maps.Collect(v.Members())
}
