package decode

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// Decoder is a type that decodes itself. The paths of its problems are relative to the value.
type Decoder interface {
	DecodeValue(v value.Value) []Problem
}

// Hinter is a struct that recognizes the field names that other products (such as NocoBase) use. Hint returns the
// message for an unknown field, or "" for the usual message.
type Hinter interface {
	Hint(field string) string
}

// Later is the type of a field that SPEC names but that is not implemented. Using the field is a problem.
type Later struct{}

// Map is an object with free member names, in the order written.
type Map[T any] []Member[T]

// Member is one member of a Map.
type Member[T any] struct {
	Name  string
	Value T
}

func (m *Map[T]) add(name string) any {
	*m = append(*m, Member[T]{Name: name})
	return &(*m)[len(*m)-1].Value
}

type orderedMap interface{ add(name string) any }

// MaxProblems bounds how many problems of one value are reported.
const MaxProblems = 1000

// Into decodes v into the struct that into points to, and returns everything that is wrong with it, up to MaxProblems
// problems. They come in the order of the document, and missing fields after the other fields of their object. Fields
// that are absent keep their values. Into panics if into is not a pointer or holds an unsupported type; both are
// programming errors.
func Into(v value.Value, into any) []Problem {
	d := &decoder{}
	d.read("", v, reflect.ValueOf(into).Elem(), "")
	return d.problems
}

type decoder struct{ problems []Problem }

func (d *decoder) problem(code, path, format string, args ...any) {
	if len(d.problems) < MaxProblems {
		d.problems = append(d.problems, Problem{Code: code, Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// read fills target from v. tag is the tag of the struct field that holds target, if any.
func (d *decoder) read(path string, v value.Value, target reflect.Value, tag reflect.StructTag) {
	switch t := target.Addr().Interface().(type) {
	case *value.Value:
		*t = v
		return
	case *Later:
		d.problem(errorcode.Unsupported, path, "%s is not yet supported; leave it out", Quote(lastName(path)))
		return
	case Decoder:
		d.problems = append(d.problems, Under(path, t.DecodeValue(v))...)
		return
	case *time.Duration:
		n, err := DurationOf(v)
		d.unit(path, int64(n), err, target, tag)
		return
	case *Size:
		n, err := SizeOf(v)
		d.unit(path, int64(n), err, target, tag)
		return
	case orderedMap:
		d.members(path, v, t, target, tag)
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		if !v.IsNull() {
			fresh := reflect.New(target.Type().Elem())
			d.read(path, v, fresh.Elem(), tag)
			target.Set(fresh)
		}
	case reflect.Struct:
		d.object(path, v, target)
	case reflect.Slice:
		d.list(path, v, target, tag)
	default:
		d.scalar(path, v, target, tag)
	}
}

func (d *decoder) unit(path string, n int64, err error, target reflect.Value, tag reflect.StructTag) {
	if err != nil {
		d.problem(errorcode.Format, path, "%s", err)
		return
	}
	target.SetInt(n)
	show := func(n int64) string { return FormatDuration(time.Duration(n)) }
	parse := func(s string) int64 { n, err := ParseDuration(s); must(err); return int64(n) }
	if target.Type() == reflect.TypeFor[Size]() {
		show = func(n int64) string { return Size(n).String() }
		parse = func(s string) int64 { n, err := ParseSize(s); must(err); return int64(n) }
	}
	if low := tag.Get("min"); low != "" && n < parse(low) {
		d.problem(errorcode.Range, path, "must be at least %s, not %s", low, show(n))
	}
	if high := tag.Get("max"); high != "" && n > parse(high) {
		d.problem(errorcode.Range, path, "must be at most %s, not %s", high, show(n))
	}
}

func (d *decoder) list(path string, v value.Value, target reflect.Value, tag reflect.StructTag) {
	if v.Kind() != value.KindArray {
		d.problem(errorcode.WrongType, path, "must be a list, not %s", describe(v))
		return
	}
	list := reflect.MakeSlice(target.Type(), v.Len(), v.Len())
	i := 0
	for element := range v.Elements() {
		d.read(Join(path, Index(i)), element, list.Index(i), enumOf(tag))
		i++
	}
	target.Set(list)
	d.length(path, i, "entries", tag)
}

func (d *decoder) members(path string, v value.Value, m orderedMap, target reflect.Value, tag reflect.StructTag) {
	if v.Kind() != value.KindObject {
		d.problem(errorcode.WrongType, path, "must be an object, not %s", describe(v))
		return
	}
	target.SetZero()
	seen := make(map[string]bool)
	for name, member := range v.Members() {
		at := Join(path, Name(name))
		if seen[name] {
			d.problem(errorcode.Duplicate, at, "%s is given twice; keep one", Quote(name))
			continue
		}
		seen[name] = true
		d.read(at, member, reflect.ValueOf(m.add(name)).Elem(), "")
	}
	d.length(path, len(seen), "entries", tag)
}

func (d *decoder) length(path string, n int, what string, tag reflect.StructTag) {
	if low, ok := bound(tag, "min"); ok && n == 0 && low > 0 {
		d.problem(errorcode.Empty, path, "must not be empty")
	} else if ok && float64(n) < low {
		d.problem(errorcode.Range, path, "must have at least %s %s, not %d", tag.Get("min"), what, n)
	}
	if high, ok := bound(tag, "max"); ok && float64(n) > high {
		d.problem(errorcode.Range, path, "must have at most %s %s, not %d", tag.Get("max"), what, n)
	}
}

func bound(tag reflect.StructTag, name string) (float64, bool) {
	text := tag.Get(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	must(err)
	return n, true
}

func must(err error) {
	if err != nil {
		panic("decode: bad tag: " + err.Error())
	}
}

// lastName returns the name of the field at the end of a path.
func lastName(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}

// enumOf keeps the part of a list's tag that applies to its elements.
func enumOf(tag reflect.StructTag) reflect.StructTag {
	if list := tag.Get("enum"); list != "" {
		return reflect.StructTag(`enum:"` + list + `"`)
	}
	return ""
}
