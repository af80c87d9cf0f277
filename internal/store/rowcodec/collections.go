package rowcodec

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// EncodeSets returns the unique sets of a collection as JSON, missing if there are none.
func EncodeSets(sets [][]string) value.Value {
	if len(sets) == 0 {
		return value.Value{}
	}
	var all value.ArrayBuilder
	for _, set := range sets {
		all.Add(encodeNames(set))
	}
	return all.Value()
}

// DecodeSets reads what EncodeSets wrote.
func DecodeSets(v value.Value) (sets [][]string) {
	for set := range v.Elements() {
		sets = append(sets, readNames(set))
	}
	return sets
}

func encodeNames(names []string) value.Value {
	var all value.ArrayBuilder
	for _, name := range names {
		all.Add(value.String(name))
	}
	return all.Value()
}

func readNames(v value.Value) (names []string) {
	for name := range v.Elements() {
		names = append(names, readText(name))
	}
	return names
}

// EncodeProperties returns the properties of a field that depend on its type, as JSON; missing if there are none.
func EncodeProperties(f *collection.Field) value.Value {
	var dst []byte
	add := func(name string, v value.Value) {
		if len(dst) == 0 {
			dst = append(dst, '{')
		} else {
			dst = append(dst, ',')
		}
		dst = v.Append(append(value.AppendQuoted(dst, name), ':'))
	}
	text := func(name, text string) {
		if text != "" {
			add(name, value.String(text))
		}
	}
	if f.Precision > 0 {
		add("precision", value.Int(int64(f.Precision)))
		add("scale", value.Int(int64(f.Scale)))
	}
	if len(f.Options) > 0 {
		add("options", encodeNames(f.Options))
	}
	if f.Multiple {
		add("multiple", value.Bool(true))
	}
	text("relation", string(f.Relation))
	text("target", f.Target)
	text("onDelete", string(f.OnDelete))
	text("foreignKey", f.ForeignKey)
	if len(dst) == 0 {
		return value.Value{}
	}
	return value.TrustedBytes(append(dst, '}'))
}

// DecodeProperties reads what EncodeProperties wrote.
func DecodeProperties(f *collection.Field, v value.Value) {
	number := func(name string) int {
		n, _ := v.Get(name).Int()
		return int(n)
	}
	if v.IsNull() {
		return
	}
	f.Precision, f.Scale = number("precision"), number("scale")
	f.Options = readNames(v.Get("options"))
	f.Multiple, _ = v.Get("multiple").AsBool()
	f.Relation = collection.Relation(readText(v.Get("relation")))
	f.Target = readText(v.Get("target"))
	f.OnDelete = collection.OnDelete(readText(v.Get("onDelete")))
	f.ForeignKey = readText(v.Get("foreignKey"))
}
