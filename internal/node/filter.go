package node

import (
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// Filter is the filter of a node that works on records. Its fields and operators are the author's and
// are read when the node is compiled; data only fills in what is compared with. So no sender can turn
// a comparison into another one by sending {"$ne": ""} where a name is expected.
type Filter struct {
	written value.Value        // as the config has it, each comparison with an operator; Missing: none
	shape   *collection.Filter // with templates where data goes; nil: none, or it is whole
	whole   bool               // one template gives the whole filter
}

// filterField is what every kind calls it.
const filterField = "filter"

// Filter reads the config's filter; it comes before Template. whole allows one template in place of
// the filter, for kinds that only read.
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
	f := Filter{written: v}
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

// Narrowed reads the filter of a node that changes records, which must leave something out unless all
// is written instead.
func (r *Reader) Narrowed(v value.Value, all bool) Filter {
	switch {
	case all && !v.IsNull():
		r.Problem("all", "stands beside a filter; keep one of them")
	case !all && v.IsMissing() && r.Clean():
		r.Problem(filterField, "is required: which records? Write all: true for every one")
	}
	f := r.Filter(v, false)
	if !all && !v.IsMissing() && f.shape == nil && r.Clean() {
		r.Problem(filterField, "is empty and would select every record; write all: true when that is meant")
	}
	return f
}

// fixedNames refuses templates in names, however deep.
func (r *Reader) fixedNames(path string, v value.Value) bool {
	fixed := true
	switch v.Kind() {
	case value.KindObject:
		for name, member := range v.Members() {
			at := decode.Join(path, decode.Name(name))
			if strings.Contains(name, "{{") {
				r.Problem(at, "a field's name takes no template")
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

// explicit writes {"$eq": x} for every template x that stands for a value directly below a field.
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

// Of reads the filter of a rendered config. nil without an error selects every record. A comparison
// whose template came to null is an error: it would ask for something else than was meant.
func (f Filter) Of(rendered value.Value) (*collection.Filter, error) {
	v := rendered.Get(filterField)
	if f.whole && v.IsNull() {
		return nil, finally(filterField + ": the template came to null; leave filter out when every record is meant")
	}
	if at := nothing(filterField, f.written, v); at != "" {
		return nil, finally(at + ": the template came to null, and comparing with that is hardly meant; " +
			`give it a value with ?? , or ask with {"$null": true} for records without one`)
	}
	out, problems := collection.ParseFilter(v)
	if len(problems) > 0 {
		return nil, finally(decode.Join(filterField, problems[0].Path) + ": " + problems[0].Message)
	}
	return out, nil
}

// nothing returns the path of the first template in written whose value is null.
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

// Narrow is Of for a node that changes records: a filter that leaves nothing out is an error unless
// all is meant. The empty string and the empty list, when they come from data, leave nothing out of
// some comparisons.
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
	if !Fixed(f.written) {
		if at := wide(out, false); at != nil {
			return nil, finally("filter: " + at.Field + " " + string(at.Op) + " " + at.Value.Text() + " would select every record; look at what the template came to")
		}
	}
	return out, nil
}

// wide returns a comparison that holds for every record, or every record with a value.
func wide(f *collection.Filter, negated bool) *collection.Filter {
	text, isText := f.Value.Str()
	noText := isText && text == ""
	noList := f.Value.Kind() == value.KindArray && f.Value.Len() == 0
	out := false
	switch f.Op {
	case collection.Not:
		negated = !negated
	case collection.NotIn, collection.NotIncludes, collection.NotStartsWith, collection.NotEndsWith:
		out = noList && !negated || noText && negated
	case collection.In, collection.Includes, collection.StartsWith, collection.EndsWith:
		out = noList && negated || noText && !negated
	}
	if out {
		return f
	}
	for i := range f.Parts {
		if at := wide(&f.Parts[i], negated); at != nil {
			return at
		}
	}
	return nil
}

// finally is a failure that a retry cannot help.
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
