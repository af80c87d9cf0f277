package api

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// unmask puts the secrets back that maskAuth has masked: a mask in trigger.auth becomes what another document has at the
// same place, if that is a text. So a document can be read, changed and written without knowing its secrets.
func unmask(doc value.Value, from ...value.Value) value.Value {
	if !strings.Contains(doc.Text(), document.Masked) {
		return doc
	}
	return within(doc, "trigger", func(trigger value.Value) value.Value {
		return within(trigger, "auth", func(auth value.Value) value.Value {
			for _, f := range from {
				auth = uncover(auth, f.Get("trigger").Get("auth"))
			}
			return auth
		})
	})
}

func uncover(v, from value.Value) value.Value {
	switch v.Kind() {
	case value.KindObject:
		var b value.ObjectBuilder
		for name, member := range v.Members() {
			b.Set(name, uncover(member, from.Get(name)))
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		i := 0
		for element := range v.Elements() {
			b.Add(uncover(element, from.At(i)))
			i++
		}
		return b.Value()
	case value.KindString:
		if text, _ := v.Str(); text == document.Masked && from.Kind() == value.KindString {
			return from
		}
	}
	return v
}

// maskOperations masks the secrets in operations that are shown. An operation that sets a part of trigger.auth is masked
// as the whole would be.
func maskOperations(list []edit.Operation, presets *verify.Set) []edit.Operation {
	out := make([]edit.Operation, len(list))
	for i, o := range list {
		switch {
		case o.Op == edit.Replace:
			o.Value = maskAuth(o.Value, presets)
		case o.Op == edit.Set && o.Key == "" && strings.HasPrefix(o.Path+"/", "/trigger/"):
			o.Value = maskAt(strings.Split(o.Path, "/")[1:], o.Value, presets)
		}
		out[i] = o
	}
	return out
}

// maskAt masks a value as if it were at a place in a document.
func maskAt(parts []string, v value.Value, presets *verify.Set) value.Value {
	if v.IsMissing() {
		return v
	}
	doc := v
	for _, part := range slices.Backward(parts) {
		if _, err := strconv.Atoi(part); err == nil {
			var b value.ArrayBuilder
			doc = b.Add(doc).Value()
			continue
		}
		var b value.ObjectBuilder
		doc = b.Set(part, doc).Value()
	}
	doc = maskAuth(doc, presets)
	for _, part := range parts {
		if doc.Kind() == value.KindArray {
			doc = doc.At(0)
		} else {
			doc = doc.Get(part)
		}
	}
	return doc
}
