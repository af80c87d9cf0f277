package node

import (
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// OnCollection implements the common half of a Fitter. A kind's node embeds it.
type OnCollection struct {
	Rendered
	name   string
	reader *Reader // only for the paths in the document
}

// On returns that half for the collection named in the config. It also renders the config as Template does.
func (r *Reader) On(name string) OnCollection {
	r.NoTemplate("collection", name)
	return OnCollection{Rendered: r.Template(), name: name, reader: r}
}

// Collection returns the name of the collection.
func (o OnCollection) Collection() string { return o.name }

// Misfits collects what does not fit a collection.
type Misfits struct {
	reader   *Reader
	problems []decode.Problem
}

// Misfits returns an empty list.
func (o OnCollection) Misfits() *Misfits { return &Misfits{reader: o.reader} }

// Add adds a violation at a path below the config. A nil violation adds nothing.
func (m *Misfits) Add(path string, broken *collection.Violation) {
	if broken != nil {
		m.problems = append(m.problems, decode.Problem{Path: m.reader.written(path), Message: broken.Message})
	}
}

// Part adds a violation whose Field names the affected field of the config.
func (m *Misfits) Part(broken *collection.Violation) {
	if broken != nil {
		m.Add(broken.Field, broken)
	}
}

// Upsert checks that the fields identify records uniquely.
func (m *Misfits) Upsert(path string, fields []string, c collection.Collection) {
	if len(fields) > 0 {
		_, broken := c.CheckUpsert(fields)
		m.Add(path, broken)
	}
}

// Done returns the problems.
func (m *Misfits) Done() []decode.Problem { return m.problems }

// Filter checks the fields in a filter and the values without templates. For a comparison with a template it checks
// only the field.
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

// Values checks the field names in values, and the values without templates. whole means that values are everything
// a new record gets, so required fields must be among them.
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

// misfit checks one field against the collection.
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
