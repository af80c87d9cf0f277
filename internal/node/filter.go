package node

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// Filter is the filter of a node that works on records. The author writes its fields and operators, and they are
// parsed at compile time. Data only supplies the values to compare with. So a sender cannot change a comparison by
// sending {"$ne": ""} where a name is expected.
type Filter struct {
	written value.Value        // as in the config, with an explicit operator in each comparison; Missing: none
	shape   *collection.Filter // with templates in place of data; nil: none, or whole is set
	whole   bool               // one template supplies the whole filter
	fixed   bool               // the filter contains no template
}

// filterField is the name of the filter in the config of every kind.
const filterField = "filter"

// Filter reads the config's filter. Call it before Template. whole allows one template in place of the filter, for
// kinds that only read.
func (r *Reader) Filter(v value.Value, whole bool) Filter {
	if text, isText := v.Str(); isText && strings.Contains(text, "{{") {
		if !whole {
			r.Problem(filterField, "takes templates only as values: write the fields and operators here, such as {email: \"{{…}}\"}")
		}
		return Filter{written: v, whole: true}
	}
	if !r.fixedNames(filterField, v) {
		return Filter{}
	}
	f := Filter{written: v, fixed: Fixed(v)}
	if v.Kind() == value.KindObject {
		f.written = explicit(v)
		r.config = with(r.config, filterField, f.written)
	}
	shape, problems := collection.ParseFilter(v)
	f.shape = shape
	for _, p := range problems {
		r.Problem(decode.Join(filterField, p.Path), p.Message)
	}
	return f
}

// Narrowed reads the filter of a node that changes records. The filter must exclude something, unless all is set
// instead.
func (r *Reader) Narrowed(v value.Value, all bool) Filter {
	switch {
	case all && !v.IsNull():
		r.Problem("all", "cannot be combined with a filter; keep one of them")
	case !all && v.IsMissing() && r.Clean():
		r.Problem(filterField, "is required: which records? Write all: true for every one")
	}
	f := r.Filter(v, false)
	if !all && !v.IsMissing() && f.shape == nil && r.Clean() {
		r.Problem(filterField, "is empty and would select every record; write all: true when that is meant")
	}
	return f
}

// fixedNames refuses templates in names, at any depth.
func (r *Reader) fixedNames(path string, v value.Value) bool {
	fixed := true
	switch v.Kind() {
	case value.KindObject:
		for name, member := range v.Members() {
			at := decode.Join(path, decode.Name(name))
			if strings.Contains(name, "{{") {
				r.Problem(at, "a field's name cannot contain a template")
				fixed = false
			}
			fixed = r.fixedNames(at, member) && fixed
		}
	case value.KindArray:
		i := 0
		for element := range v.Elements() {
			fixed = r.fixedNames(decode.Join(path, decode.Index(i)), element) && fixed
			i++
		}
	}
	return fixed
}

// explicit writes {"$eq": x} for every template x that is the value of a field without an operator.
func explicit(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindObject:
		var b value.ObjectBuilder
		for name, member := range v.Members() {
			if _, isText := member.Str(); isText && !Fixed(member) && !strings.HasPrefix(name, "$") {
				var is value.ObjectBuilder
				member = is.Set(string(collection.Eq), member).Value()
			}
			b.Set(name, explicit(member))
		}
		return b.Value()
	case value.KindArray:
		var b value.ArrayBuilder
		for element := range v.Elements() {
			b.Add(explicit(element))
		}
		return b.Value()
	default:
		return v
	}
}

// Of reads the filter of a rendered config. A nil filter without an error selects every record. A comparison with a
// template that gives null is an error, because it would select other records than intended. Errors are final
// Failures.
func (f Filter) Of(rendered value.Value) (*collection.Filter, error) {
	if f.fixed {
		return f.shape, nil
	}
	v := rendered.Get(filterField)
	if f.whole && v.IsNull() {
		return nil, finally(filterField + ": the template gave null; leave filter out to select every record")
	}
	if at := nothing(filterField, f.written, v); at != "" {
		return nil, finally(at + ": the template gave null, which is probably not what you want to compare with; " +
			`give it a default with ??, or test with {"$null": true} for records without one`)
	}
	out, problems := collection.ParseFilter(v)
	if len(problems) > 0 {
		return nil, finally(decode.Join(filterField, problems[0].Path) + ": " + problems[0].Message)
	}
	return out, nil
}

// nothing returns the path of the first template in written whose rendered value is null, or "".
func nothing(path string, written, rendered value.Value) string {
	switch written.Kind() {
	case value.KindString:
		if rendered.IsNull() && !Fixed(written) {
			return path
		}
	case value.KindObject:
		for name, member := range written.Members() {
			if at := nothing(decode.Join(path, decode.Name(name)), member, rendered.Get(name)); at != "" {
				return at
			}
		}
	case value.KindArray:
		i := 0
		for element := range written.Elements() {
			if at := nothing(decode.Join(path, decode.Index(i)), element, rendered.At(i)); at != "" {
				return at
			}
			i++
		}
	}
	return ""
}

// Narrow is Of for a node that changes records: a filter that excludes nothing is an error, unless all is set. Some
// comparisons exclude nothing if data supplies an empty list.
func (f Filter) Narrow(rendered value.Value, all bool) (*collection.Filter, error) {
	if all {
		return nil, nil
	}
	out, err := f.Of(rendered)
	if err != nil {
		return nil, err
	}
	if out == nil {
		return nil, finally("filter: it is empty and would select every record; write all: true when that is meant")
	}
	if !f.fixed && selects(out, false) {
		return nil, finally("filter: a template gave an empty list, so this would select every record")
	}
	return out, nil
}

// selects reports whether a filter holds for every record because of empty lists. With none set it reports whether
// it holds for no record.
func selects(f *collection.Filter, none bool) bool {
	emptied := f.Value.Kind() == value.KindArray && f.Value.Len() == 0
	every := func(f collection.Filter) bool { return selects(&f, none) }
	switch f.Op {
	case collection.Not:
		return len(f.Parts) == 1 && selects(&f.Parts[0], !none)
	case collection.In:
		return none && emptied
	case collection.NotIn:
		return !none && emptied
	case collection.And, collection.Or:
		if (f.Op == collection.Or) == none {
			return !slices.ContainsFunc(f.Parts, func(f collection.Filter) bool { return !every(f) })
		}
		return slices.ContainsFunc(f.Parts, every)
	default:
		return false
	}
}

// finally returns a failure that a retry cannot help.
func finally(message string) *Failure { return &Failure{Message: message, Final: true} }

func with(object value.Value, name string, v value.Value) value.Value {
	var b value.ObjectBuilder
	for each, member := range object.Members() {
		if each == name {
			member = v
		}
		b.Set(each, member)
	}
	return b.Value()
}
