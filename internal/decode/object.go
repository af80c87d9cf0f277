package decode

import (
	"reflect"
	"strings"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// field is one field of a struct, under its name in documents.
type field struct {
	name     string
	index    []int
	tag      reflect.StructTag
	required bool
	seen     bool
}

// fieldsOf lists the fields of a struct, including those of embedded structs.
func fieldsOf(t reflect.Type, index []int) []field {
	var list []field
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int(nil), index...), i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			list = append(list, fieldsOf(f.Type, at)...)
		case name == "" || name == "-":
		default:
			list = append(list, field{name: name, index: at, tag: f.Tag, required: f.Tag.Get("required") == "true"})
		}
	}
	return list
}

func (d *decoder) object(path string, v value.Value, target reflect.Value) {
	if v.Kind() != value.KindObject {
		d.problem(errorcode.WrongType, path, "must be an object, not %s", describe(v))
		return
	}
	fields := fieldsOf(target.Type(), nil)
	for name, member := range v.Members() {
		at := Join(path, Name(name))
		f := find(fields, name)
		switch {
		case f == nil:
			d.problem(errorcode.UnknownName, at, "%s", unknownField(target, name, fields))
		case f.seen:
			d.problem(errorcode.Duplicate, at, "%s is given twice; keep one", Quote(name))
		default:
			f.seen = true
			d.field(at, member, target, f)
		}
	}
	for _, f := range fields {
		if f.required && !f.seen {
			d.problem(errorcode.Required, Join(path, Name(f.name)), "is required")
		}
	}
}

func (d *decoder) field(path string, v value.Value, target reflect.Value, f *field) {
	place := target.FieldByIndex(f.index)
	if place.Type() == reflect.TypeFor[Later]() {
		d.problem(errorcode.Unsupported, path, "%s is not yet supported; leave it out", Quote(f.name))
		return
	}
	before := len(d.problems)
	d.read(path, v, place, f.tag)
	if f.required && len(d.problems) == before && isEmpty(v, place) {
		d.problem(errorcode.Required, path, "is required and must not be empty")
	}
}

// isEmpty reports whether a required field is present but empty. A raw value may be null or "".
func isEmpty(v value.Value, place reflect.Value) bool {
	if place.Type() == reflect.TypeFor[value.Value]() {
		return false
	}
	return v.IsNull() || v.Text() == `""`
}

func find(fields []field, name string) *field {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

func unknownField(target reflect.Value, name string, fields []field) string {
	if h, ok := reflect.TypeAssert[Hinter](target.Addr()); ok {
		if hint := h.Hint(name); hint != "" {
			return hint
		}
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return Unknown("field", name, names)
}
