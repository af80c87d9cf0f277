package api

import (
	"strings"

	"hookline.dev/hookline/internal/value"
)

// masked stands where a document holds a secret as plain text.
const masked = "********"

// maskAuth hides the passwords and tokens that somebody wrote into trigger.auth instead of referring
// to them by $env. References stay.
func maskAuth(document value.Value) value.Value {
	return within(document, "trigger", func(trigger value.Value) value.Value {
		return within(trigger, "auth", maskSecrets)
	})
}

// within returns the object with one member changed, all else as it was.
func within(object value.Value, name string, change func(value.Value) value.Value) value.Value {
	if object.Kind() != value.KindObject {
		return object
	}
	var b value.ObjectBuilder
	for k, v := range object.Members() {
		if k == name {
			v = change(v)
		}
		b.Set(k, v)
	}
	return b.Value()
}

func maskSecrets(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindObject:
		var b value.ObjectBuilder
		for k, member := range v.Members() {
			if text, ok := member.Str(); ok && secret(k) && !strings.Contains(text, "{{") {
				member = value.String(masked)
			}
			b.Set(k, maskSecrets(member))
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for element := range v.Elements() {
			b.Add(maskSecrets(element))
		}
		return b.Value()
	default:
		return v
	}
}

func secret(name string) bool { return name == "password" || name == "value" }
