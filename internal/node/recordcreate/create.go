package recordcreate

import (
	"context"
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The name of the collection. No template.
	Collection string `json:"collection" required:"true" max:"64"`
	// The record's values by field name: an object, or a template that gives one. A list of such objects
	// creates all of them, or none.
	Values value.Value `json:"values" required:"true"`
	// The unique field, or the fields of a unique set, by which a record that is there already is found
	// and updated with the values instead. No template.
	Upsert []string `json:"upsert" max:"8"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "records", "data", "fields":
		return `write "values: {...}", or a list of such objects`
	case "onConflict", "conflict", "key", "keys":
		return `write "upsert: [...]" with the fields that are unique`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "record.create",
		Aliases: []string{"create"},
		Summary: "Creates a record of a collection, or many at once, or updates those that are there.",
		Result: "the record as stored, with `id`, `createdAt` and `updatedAt`; for a list of values the list of records, or " +
			"`{count, ids}` when they would take more than 1 MiB (without `ids` when even those would).",
		Effect: node.Records,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Translated("record.create", raw, &cfg, about)
	text, isText := cfg.Values.Str()
	if !cfg.Values.IsMissing() && (!isText || !strings.Contains(text, "{{")) {
		if err := checkValues(cfg.Values); err != nil {
			r.Problem("values", err.Error())
		}
	}
	known := cfg.Values.Kind() == value.KindObject && node.Fixed(names(cfg.Values))
	for i, field := range cfg.Upsert {
		at := "upsert" + decode.Index(i)
		r.NoTemplate(at, field)
		if known && node.Fixed(value.String(field)) && cfg.Values.Get(field).IsMissing() {
			r.Problem(at, "values does not give "+decode.Quote(field)+", by which the record would be found")
		}
	}
	return r.Done(&create{OnCollection: r.On(cfg.Collection), values: cfg.Values, upsert: cfg.Upsert})
}

// names lists the names of an object's members.
func names(object value.Value) value.Value {
	var b value.ArrayBuilder
	for name := range object.Members() {
		b.Add(value.String(name))
	}
	return b.Value()
}

type create struct {
	node.OnCollection
	values value.Value // as written
	upsert []string
}

func (c *create) Run(_ context.Context, in node.Input) (node.Result, error) {
	values := in.Value.Get("values")
	if err := checkValues(values); err != nil {
		return node.Result{}, &node.Failure{Message: "values: " + err.Error(), Final: true}
	}
	return node.Result{Op: &collection.Op{
		Kind: collection.Create, Collection: c.Collection(), Values: values, Upsert: c.upsert,
	}}, nil
}

// Fits implements node.Fitter.
func (c *create) Fits(known collection.Collection, _ collection.Others) []decode.Problem {
	m := c.Misfits()
	m.Values("values", c.values, known, true)
	m.Upsert("upsert", c.upsert, known)
	return m.Done()
}

func checkValues(v value.Value) error {
	switch v.Kind() {
	case value.KindObject:
		return nil
	case value.KindArray:
		i := 0
		for each := range v.Elements() {
			if each.Kind() != value.KindObject && !template(each) {
				return fmt.Errorf("element %d must be an object of field names and values, not %s", i, each.Kind())
			}
			i++
		}
		return nil
	default:
		return fmt.Errorf("must be an object of field names and values, or a list of them, not %s", v.Kind())
	}
}

// template reports whether a value is a template, which may still become an object.
func template(v value.Value) bool {
	_, isText := v.Str()
	return isText && !node.Fixed(v)
}
