package decode

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

func (d *decoder) scalar(path string, v value.Value, target reflect.Value, tag reflect.StructTag) {
	switch target.Kind() {
	case reflect.String:
		d.text(path, v, target, tag)
	case reflect.Bool:
		b, ok := v.AsBool()
		if !ok {
			d.problem(errorcode.WrongType, path, "must be true or false, not %s", describe(v))
			return
		}
		target.SetBool(b)
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, ok := v.Int()
		if !ok || target.OverflowInt(n) {
			d.problem(errorcode.WrongType, path, "must be a whole number, not %s", describe(v))
			return
		}
		target.SetInt(n)
		d.number(path, float64(n), v, tag)
	case reflect.Float64:
		f, _ := v.Float()
		if v.Kind() != value.KindNumber {
			d.problem(errorcode.WrongType, path, "must be a number, not %s", describe(v))
			return
		}
		target.SetFloat(f)
		d.number(path, f, v, tag)
	default:
		panic(fmt.Sprintf("decode: no rule for a field of type %s at %s", target.Type(), path))
	}
}

func (d *decoder) text(path string, v value.Value, target reflect.Value, tag reflect.StructTag) {
	s, ok := v.Str()
	if !ok {
		switch v.Kind() {
		case value.KindNumber, value.KindBool:
			d.problem(errorcode.WrongType, path, "must be a string, not %s; put it in quotes", describe(v))
		default:
			d.problem(errorcode.WrongType, path, "must be a string, not %s", describe(v))
		}
		return
	}
	if list := tag.Get("enum"); list != "" && s != "" {
		names := strings.Split(list, ",")
		if !contains(names, s) {
			d.problem(errorcode.UnknownName, path, "%s", Choose(s, names))
			return
		}
	}
	target.SetString(s)
	d.length(path, utf8.RuneCountInString(s), "characters", tag)
}

// Choose returns the message for a text that is not one of the allowed names.
func Choose(text string, names []string) string {
	message := "must be" + oneOf(" one of ", names) + ", not " + Quote(text)
	if near, ok := nearest.Name(text, names); ok {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	return message
}

func (d *decoder) number(path string, n float64, v value.Value, tag reflect.StructTag) {
	if low, ok := bound(tag, "min"); ok && n < low {
		d.problem(errorcode.Range, path, "must be at least %s, not %s", tag.Get("min"), v.Text())
	}
	if high, ok := bound(tag, "max"); ok && n > high {
		d.problem(errorcode.Range, path, "must be at most %s, not %s", tag.Get("max"), v.Text())
	}
}

// describe returns how messages refer to a value: "empty (null)", "the number 5", "an object".
func describe(v value.Value) string {
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
		return "empty (null)"
	case value.KindNumber:
		return "the number " + clipped(v.Text())
	case value.KindString:
		s, _ := v.Str()
		return "the string " + Quote(s)
	case value.KindBool:
		return v.Text()
	case value.KindArray:
		return "a list"
	default:
		return "an object"
	}
}

func clipped(text string) string {
	if len(text) > quotedBytes {
		return text[:quotedBytes] + "…"
	}
	return text
}

func contains(list []string, s string) bool {
	return slices.Contains(list, s)
}
