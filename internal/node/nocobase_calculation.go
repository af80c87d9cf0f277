package node

import "hookline.dev/hookline/internal/value"

// loopCondition converts the condition of NocoBase's loop to rules. It cannot convert an expression, because
// NocoBase's expression languages differ.
func loopCondition(v value.Value) (value.Value, string) {
	const sentence = `write "while: ..." for it: rules, or an expression as text, asked before each pass`
	if nothing, s := unless(v, sentence); s == "" {
		return nothing, ""
	}
	for _, name := range []string{"expression", "continueOnFalse", "checkpoint"} {
		if given := v.Get(name); given.Text() != "0" {
			if _, s := unless(given, sentence); s != "" {
				return v, s
			}
		}
	}
	if rules, ok := calculation(v.Get("calculation"), 0); ok {
		return rules, ""
	}
	return v, sentence
}

// maxGroups bounds how deep the groups of a calculation nest.
const maxGroups = 16

// calculation converts {group: {type, calculations}} and {calculator, operands} to rules. It returns false if that
// is impossible.
func calculation(v value.Value, depth int) (value.Value, bool) {
	if depth > maxGroups {
		return v, false
	}
	if group := v.Get("group"); !group.IsMissing() {
		join, _ := group.Get("type").Str()
		if join != "and" && join != "or" {
			return v, false
		}
		var parts value.ArrayBuilder
		for each := range group.Get("calculations").Elements() {
			part, ok := calculation(each, depth+1)
			if !ok {
				return v, false
			}
			parts.Add(part)
		}
		if parts.Len() == 0 {
			return v, false
		}
		var b value.ObjectBuilder
		return b.Set(join, parts.Value()).Value(), true
	}
	operator, ok := v.Get("calculator").Str()
	operands := v.Get("operands")
	if !ok || operands.Kind() != value.KindArray {
		return v, false
	}
	var b value.ObjectBuilder
	b.Set("left", some(operands.At(0))).Set("op", value.String(operator))
	if right := operands.At(1); !right.IsMissing() {
		b.Set("right", right)
	}
	return b.Value(), true
}

// some returns v, or null if v is Missing.
func some(v value.Value) value.Value {
	if v.IsMissing() {
		return value.Null()
	}
	return v
}
