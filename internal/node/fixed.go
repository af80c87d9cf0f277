package node

import (
	"strings"

	"hookline.dev/hookline/internal/value"
)

// Fixed reports whether no string and no name in a part of a config is a template, so that what is
// wrong with it can be said at publish.
func Fixed(v value.Value) bool {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		return !strings.Contains(text, "{{")
	case value.KindArray:
		for each := range v.Elements() {
			if !Fixed(each) {
				return false
			}
		}
	case value.KindObject:
		for name, each := range v.Members() {
			if strings.Contains(name, "{{") || !Fixed(each) {
				return false
			}
		}
	}
	return true
}
