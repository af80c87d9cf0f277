package node

import (
	"strings"

	"hookline.dev/hookline/internal/value"
)

// Fixed reports whether a part of a config has no templates in its strings and names, so that it can be checked at
// publish time.
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
