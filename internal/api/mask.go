package api

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// maskAuth masks passwords, tokens and keys that are written into trigger.auth instead of referenced by $env.
// References stay. presets tell which keys of a signature are public; an unknown preset has no public keys.
func maskAuth(doc value.Value, presets *verify.Set) value.Value {
	return within(doc, "trigger", func(trigger value.Value) value.Value {
		return within(trigger, "auth", func(auth value.Value) value.Value {
			return maskSecrets(auth, presets)
		})
	})
}

// within returns a copy of the object with one member changed.
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

// maskSecrets masks gates at any depth.
func maskSecrets(v value.Value, presets *verify.Set) value.Value {
	switch v.Kind() {
	case value.KindObject:
		var b value.ObjectBuilder
		for k, member := range v.Members() {
			switch k {
			case "password", "value":
				b.Set(k, maskText(member))
			case "secrets":
				b.Set(k, maskTexts(member))
			case "keys":
				b.Set(k, maskKeys(member, publicKeys(v.Get("preset"), presets)))
			default:
				b.Set(k, maskSecrets(member, presets))
			}
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for element := range v.Elements() {
			b.Add(maskSecrets(element, presets))
		}
		return b.Value()
	default:
		return v
	}
}

// maskText masks a text without a reference. Objects stay, because no secret is an object.
func maskText(v value.Value) value.Value {
	if text, ok := v.Str(); ok && !strings.Contains(text, "{{") {
		return value.String(document.Masked)
	}
	return v
}

func maskTexts(list value.Value) value.Value {
	if list.Kind() != value.KindArray {
		return maskText(list)
	}
	var b value.ArrayBuilder
	for element := range list.Elements() {
		b.Add(maskText(element))
	}
	return b.Value()
}

func maskKeys(keys value.Value, public []string) value.Value {
	if keys.Kind() != value.KindObject {
		return maskText(keys)
	}
	var b value.ObjectBuilder
	for name, v := range keys.Members() {
		if !slices.Contains(public, name) {
			v = maskText(v)
		}
		b.Set(name, v)
	}
	return b.Value()
}

// publicKeys lists the names under keys whose values are not secret.
func publicKeys(name value.Value, presets *verify.Set) []string {
	text, _ := name.Str()
	if presets == nil || presets.Find(text) == nil {
		return nil
	}
	var names []string
	for _, k := range presets.Find(text).Info().Keys {
		if !k.Secret {
			names = append(names, k.Name)
		}
	}
	return names
}
