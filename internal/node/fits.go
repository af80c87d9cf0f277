package node

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// OnCollection is the half of a Fitter that all of them share. A kind's node embeds it.
type OnCollection struct {
	Rendered
	name   string
	reader *Reader // only for the paths of the document
}

// On returns that half for the collection named in the config; it renders the config as Template does.
func (r *Reader) On(name string) OnCollection {
	r.NoTemplate("collection", name)
	return OnCollection{Rendered: r.Template(), name: name, reader: r}
}

// Collection implements Fitter.
func (o OnCollection) Collection() string { return o.name }

// Misfits gathers what does not fit a collection.
type Misfits struct {
	reader   *Reader
	problems []decode.Problem
}

// Misfits returns a list without problems.
func (o OnCollection) Misfits() *Misfits { return &Misfits{reader: o.reader} }

// Add notes a violation at a path below the config; nil adds nothing.
func (m *Misfits) Add(path string, broken *collection.Violation) {
	if broken != nil {
		m.problems = append(m.problems, decode.Problem{Path: m.reader.written(path), Message: broken.Message})
	}
}

// Part notes a violation that names the part of a query itself, which is a field of the config.
func (m *Misfits) Part(broken *collection.Violation) {
	if broken != nil {
		m.Add(broken.Field, broken)
	}
}

// Upsert checks that records are told apart by the fields.
func (m *Misfits) Upsert(path string, fields []string, c collection.Collection) {
	if len(fields) > 0 {
		_, broken := c.CheckUpsert(fields)
		m.Add(path, broken)
	}
}

// Done returns what was found.
func (m *Misfits) Done() []decode.Problem { return m.problems }

// Filter checks the fields that a filter names, and the values that no data can change. A comparison
// with a template is checked as one that asks for any value.
func (m *Misfits) Filter(f Filter, c collection.Collection, others collection.Others) {
	if f.shape == nil {
		return
	}
	m.comparisons(*f.shape, c, others)
}

func (m *Misfits) comparisons(f collection.Filter, c collection.Collection, others collection.Others) {
	switch f.Op {
	case collection.And, collection.Or, collection.Not:
		for _, part := range f.Parts {
			m.comparisons(part, c, others)
		}
		return
	}
	if !Fixed(f.Value) {
		f = collection.Filter{Op: collection.NotNull, Field: f.Field, Value: value.Bool(true)}
	}
	_, broken := c.CheckFilter(&f, others)
	m.Add(filterField, broken)
}

// Values checks the names of the fields that values give, and those of the values that no data can
// change. whole: values are all that a new record gets, so what is required must be among them.
func (m *Misfits) Values(path string, values value.Value, c collection.Collection, whole bool) {
	switch values.Kind() {
	case value.KindArray:
		i := 0
		for each := range values.Elements() {
			m.Values(decode.Join(path, decode.Index(i)), each, c, whole)
			i++
		}
	case value.KindObject:
		given := make(map[string]bool)
		open := false
		for name, v := range values.Members() {
			open = open || !Fixed(value.String(name))
			given[name] = true
			m.Add(decode.Join(path, decode.Name(name)), misfit(name, v, c, whole))
		}
		for _, f := range c.Fields {
			if whole && !open && f.Required && f.Default.IsNull() && !given[f.Name] {
				m.Add(path, &collection.Violation{Message: "a record of " + c.Name + " needs " + f.Name})
			}
		}
	}
}

// misfit asks the collection about one field.
func misfit(name string, v value.Value, c collection.Collection, whole bool) *collection.Violation {
	if !Fixed(value.String(name)) {
		return nil
	}
	i := slices.IndexFunc(c.Fields, func(f collection.Field) bool { return f.Name == name })
	if i < 0 {
		_, unknown := c.Admit(object(name, value.Null()), time.Time{})
		return unknown
	}
	if !Fixed(v) {
		return nil
	}
	alone := collection.Collection{Name: c.Name, Fields: c.Fields[i : i+1]}
	var broken *collection.Violation
	if whole {
		_, broken = alone.Admit(object(name, v), time.Time{})
	} else {
		_, broken = alone.AdmitUpdate(object(name, v), time.Time{})
	}
	return broken
}

func object(name string, v value.Value) value.Value {
	var b value.ObjectBuilder
	return b.Set(name, v).Value()
}
