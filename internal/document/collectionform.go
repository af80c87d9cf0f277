package document

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// OfCollections returns a collections document as JSON, which Parse reads back into the same collections. It omits
// properties that are not set.
func OfCollections(list []collection.Collection) value.Value {
	var all value.ArrayBuilder
	for _, c := range list {
		all.Add(collectionDocument(c))
	}
	var doc value.ObjectBuilder
	return doc.Set("collections", all.Value()).Value()
}

func collectionDocument(c collection.Collection) value.Value {
	var fields, unique value.ArrayBuilder
	for _, f := range c.Fields {
		fields.Add(fieldDocument(f))
	}
	var out value.ObjectBuilder
	out.Set("name", value.String(c.Name)).Set("fields", fields.Value())
	for _, set := range c.Unique {
		unique.Add(textArray(set))
	}
	if len(c.Unique) > 0 {
		out.Set("unique", unique.Value())
	}
	return out.Value()
}

func fieldDocument(f collection.Field) value.Value {
	var out value.ObjectBuilder
	text := func(name, text string) {
		if text != "" {
			out.Set(name, value.String(text))
		}
	}
	flag := func(name string, on bool) {
		if on {
			out.Set(name, value.Bool(true))
		}
	}
	text("name", f.Name)
	text("type", string(f.Type))
	text("kind", string(f.Relation))
	text("target", f.Target)
	text("foreignKey", f.ForeignKey)
	text("onDelete", string(f.OnDelete))
	if f.Precision > 0 {
		out.Set("precision", value.Int(int64(f.Precision))).Set("scale", value.Int(int64(f.Scale)))
	}
	if len(f.Options) > 0 {
		out.Set("options", textArray(f.Options))
	}
	flag("multiple", f.Multiple)
	flag("required", f.Required)
	flag("unique", f.Unique)
	flag("index", f.Index)
	out.Set("default", f.Default)
	text("was", f.Was)
	return out.Value()
}

func textArray(texts []string) value.Value {
	var out value.ArrayBuilder
	for _, text := range texts {
		out.Add(value.String(text))
	}
	return out.Value()
}
