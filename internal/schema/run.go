package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/decimal"
	"hookline.dev/hookline/internal/value"
)

// run is one check of one value. It is used once, by one goroutine.
type run struct {
	work  int // remaining
	mute  int // above 0: do not report violations
	found []Violation
}

// spend subtracts the work for one visit to a text of that many bytes. It returns false if no work is left.
func (r *run) spend(text int) bool {
	r.work -= 1 + text/bytesPerWork
	return r.work >= 0
}

// fail reports a violation, unless muted, and returns false.
func (r *run) fail(at *location, format string, args ...any) bool {
	if r.mute == 0 && len(r.found) < MaxViolations {
		r.found = append(r.found, Violation{at.pointer(), fmt.Sprintf(format, args...)})
	}
	return false
}

// done reports whether a check that has failed can stop early.
func (r *run) done() bool { return r.mute > 0 || r.work < 0 || len(r.found) >= MaxViolations }

// check checks a value against a schema. It records what was evaluated in s, which must belong to this check alone.
// The caller uses s only if the value fits.
func (r *run) check(n *node, v value.Value, at *location, s *seen) bool {
	if !r.spend(0) {
		return false
	}
	if n.fixed != nil {
		if *n.fixed {
			return true
		}
		return r.fail(at, "is not allowed")
	}
	if n.types != nil && !isOne(n.types, v) {
		return r.fail(at, "must be %s, not %s", joinTypes(n.types), article(kindOf(v)))
	}
	if s == nil && (n.unevaluatedName != nil || n.unevaluatedItem != nil) {
		s = &seen{}
	}
	ok := r.values(n, v, at)
	if ok || !r.done() {
		ok = r.byKind(n, v, at, s) && ok
	}
	if ok || !r.done() {
		ok = r.inPlace(n, v, at, s) && ok
	}
	if ok || !r.done() {
		ok = r.rest(n, v, at, s) && ok
	}
	return ok
}

// values checks const, enum and format.
func (r *run) values(n *node, v value.Value, at *location) bool {
	if !n.constant.IsMissing() && !(r.spend(len(v.Text())) && value.Equal(v, n.constant)) {
		return r.fail(at, "is not the value that it must be")
	}
	if n.enum != nil && !slices.ContainsFunc(n.enum, func(e value.Value) bool {
		return e.Kind() == v.Kind() && r.spend(len(v.Text())) && value.Equal(v, e)
	}) {
		return r.fail(at, "must be one of the values that are listed%s", listed(n.enum))
	}
	if text, isText := v.Str(); isText && n.format != nil && !(r.spend(16*len(text)) && n.format.Validate(text) == nil) {
		return r.fail(at, "must be of the format %s", n.format.Name)
	}
	return true
}

// byKind checks the keywords for objects, arrays, strings or numbers.
func (r *run) byKind(n *node, v value.Value, at *location, s *seen) bool {
	switch v.Kind() {
	case value.KindObject:
		return n.object == nil || r.object(n.object, v, at, s)
	case value.KindArray:
		return n.array == nil || r.array(n.array, v, at, s)
	case value.KindString:
		return n.text == nil || r.text(n.text, v, at)
	case value.KindNumber:
		return n.number == nil || r.number(n.number, v, at)
	default:
		return true
	}
}

func (r *run) text(t *textRules, v value.Value, at *location) bool {
	text, _ := v.Str()
	if !r.spend(16 * len(text)) {
		return false
	}
	ok := true
	if t.minLength > 0 || t.maxLength >= 0 {
		length := utf8.RuneCountInString(text)
		if length < t.minLength {
			ok = r.fail(at, "must have at least %s", count(t.minLength, "character"))
		} else if t.maxLength >= 0 && length > t.maxLength {
			ok = r.fail(at, "must have at most %s", count(t.maxLength, "character"))
		}
	}
	if t.pattern != nil && !t.pattern.MatchString(text) {
		ok = r.fail(at, "does not match the pattern %s", clip(t.pattern.String()))
	}
	return ok
}

func (r *run) number(b *numberRules, v value.Value, at *location) bool {
	number, _ := v.Num()
	if !r.spend(len(number)) {
		return false
	}
	ok := true
	if b.minimum != nil && b.minimum.compare(number) < 0 {
		ok = r.fail(at, "must be at least %s", clip(b.minimum.text))
	}
	if b.exclusiveMinimum != nil && b.exclusiveMinimum.compare(number) <= 0 {
		ok = r.fail(at, "must be more than %s", clip(b.exclusiveMinimum.text))
	}
	if b.maximum != nil && b.maximum.compare(number) > 0 {
		ok = r.fail(at, "must be at most %s", clip(b.maximum.text))
	}
	if b.exclusiveMaximum != nil && b.exclusiveMaximum.compare(number) >= 0 {
		ok = r.fail(at, "must be less than %s", clip(b.exclusiveMaximum.text))
	}
	if b.multiple != nil {
		r.spend(16 * bytesPerWork)
		if yes, known := b.multiple.divides(number); !known {
			ok = r.fail(at, "has too many digits to be checked")
		} else if !yes {
			ok = r.fail(at, "must be a multiple of %s", clip(b.multiple.text))
		}
	}
	return ok
}

// isOne reports whether a value has one of the types.
func isOne(types []string, v value.Value) bool {
	kind := v.Kind().String()
	for _, t := range types {
		if t == kind || t == "integer" && v.Kind() == value.KindNumber && decimal.IsWhole(v.Text()) {
			return true
		}
	}
	return false
}

func kindOf(v value.Value) string { return v.Kind().String() }

func joinTypes(types []string) string {
	named := make([]string, len(types))
	for i, t := range types {
		named[i] = article(t)
	}
	return strings.Join(named, " or ")
}

func article(kind string) string {
	switch kind {
	case "null":
		return kind
	case "array", "integer", "object":
		return "an " + kind
	default:
		return "a " + kind
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// listed returns the values of an enum for a message, or "" if they are too many or too long.
func listed(enum []value.Value) string {
	var b strings.Builder
	for i, v := range enum {
		if len(v.Text()) > clipped || i >= listedValues {
			return ""
		}
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(v.Text())
	}
	return b.String()
}
