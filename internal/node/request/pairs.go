package request

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// pair is a name and a text.
type pair struct{ name, text string }

// maxPairs is the largest number of parameters, header lines or form fields.
const maxPairs = 1000

// pairsShape is how messages describe what pairs accepts.
const pairsShape = "an object of names and values, or a list of {name, value}"

// checkPairs reports a value that pairs refuses whatever its templates give.
func checkPairs(r *node.Reader, field string, v value.Value) {
	if text, ok := v.Str(); ok && !fixed(text) {
		return
	}
	if k := v.Kind(); k != value.KindObject && k != value.KindArray && !v.IsNull() {
		r.Problem(field, "must be "+pairsShape+", not a "+k.String())
		return
	}
	i := 0
	for entry := range v.Elements() {
		at := field + decode.Index(i)
		i++
		text, templated := entry.Str()
		if templated && !fixed(text) {
			continue
		}
		if entry.Kind() != value.KindObject {
			r.Problem(at, "must be {name: …, value: …}")
			continue
		}
		for name := range entry.Members() {
			if name != "name" && name != "value" {
				r.Problem(decode.Join(at, decode.Name(name)), decode.Unknown("field", name, []string{"name", "value"}))
			}
		}
		if name := entry.Get("name"); name.IsNull() && !entry.Get("value").IsNull() {
			r.Problem(decode.Join(at, "name"), "is required")
		}
		checkName(r, at, entry)
	}
}

// checkName reports a name with a secret: messages show names.
func checkName(r *node.Reader, at string, entry value.Value) {
	if name, _ := entry.Get("name").Str(); strings.Contains(name, "$env") {
		r.Problem(decode.Join(at, "name"), "cannot use secrets; only the value can")
	}
}

// pairs reads an object of names and values, or a list of {name, value}. Lists as values repeat the name; null omits
// it. Errors name the field, never a value.
func pairs(field string, v value.Value) ([]pair, error) {
	var out []pair
	var err error
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
	case value.KindObject:
		for name, each := range v.Members() {
			if out, err = appendPair(out, field, name, each); err != nil {
				return nil, err
			}
		}
	case value.KindArray:
		for entry := range v.Elements() {
			name, ok := entry.Get("name").Str()
			if !ok || name == "" {
				if entry.IsNull() || entry.Get("value").IsNull() || entry.Get("value").Text() == `""` {
					continue // an unfilled line of a form
				}
				return nil, wrong(field, "an entry has no name; write {name: …, value: …}")
			}
			if out, err = appendPair(out, field, name, entry.Get("value")); err != nil {
				return nil, err
			}
		}
	default:
		return nil, wrong(field, "must be "+pairsShape+", not a "+v.Kind().String())
	}
	return out, nil
}

// appendPair adds a value, or each of a list.
func appendPair(out []pair, field, name string, v value.Value) ([]pair, error) {
	if name == "" {
		return nil, wrong(field, "a name is empty")
	}
	if v.Kind() == value.KindArray {
		for each := range v.Elements() {
			if each.Kind() == value.KindArray {
				return nil, wrong(field, fmt.Sprintf("%q has a list within a list", name))
			}
			var err error
			if out, err = appendPair(out, field, name, each); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	if v.IsNull() {
		return out, nil
	}
	text, ok := textOf(v)
	if !ok {
		return nil, wrong(field, fmt.Sprintf("%q is an object; it must be a text", name))
	}
	if len(out) == maxPairs {
		return nil, wrong(field, fmt.Sprintf("there are more than %d entries", maxPairs))
	}
	return append(out, pair{name, text}), nil
}

// textOf returns a text, or the exact text of a number or boolean.
func textOf(v value.Value) (string, bool) {
	if text, ok := v.Str(); ok {
		return text, true
	}
	switch v.Kind() {
	case value.KindNumber, value.KindBool:
		return v.Text(), true
	case value.KindMissing, value.KindNull:
		return "", true
	default:
		return "", false
	}
}
