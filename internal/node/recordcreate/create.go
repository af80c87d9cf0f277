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
	// The record's values by field name: an object, or a template that gives one. A list of records is
	// not yet supported.
	Values value.Value `json:"values" required:"true"`
	// Fields by which an existing record is found and updated instead.
	Upsert decode.Later `json:"upsert"`
}

// Hint knows NocoBase's names.
func (config) Hint(field string) string {
	switch field {
	case "params":
		return `write "values: {...}" directly below config for NocoBase's params.values`
	case "usingAssignFormSchema", "assignFormSchema":
		return `leave NocoBase's ` + field + ` out and write "values: {...}"`
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
		Summary: "Creates a record of a collection.",
		Result:  "the record as stored, with `id`, `createdAt` and `updatedAt`.",
		Effect:  node.Records,
	}
}

func (kind) Compile(raw value.Value, _ node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg)
	if strings.Contains(cfg.Collection, "{{") {
		r.Problem("collection", "takes no template: write the collection's name")
	}
	text, isText := cfg.Values.Str()
	if !cfg.Values.IsMissing() && (!isText || !strings.Contains(text, "{{")) {
		if err := checkValues(cfg.Values); err != nil {
			r.Problem("values", err.Error())
		}
	}
	return r.Done(&create{Rendered: r.Template(), collection: cfg.Collection})
}

type create struct {
	node.Rendered
	collection string
}

func (c *create) Run(_ context.Context, in node.Input) (node.Result, error) {
	values := in.Value.Get("values")
	if err := checkValues(values); err != nil {
		return node.Result{}, &node.Failure{Message: "values: " + err.Error(), Final: true}
	}
	return node.Result{Op: &collection.Op{Kind: collection.Create, Collection: c.collection, Values: values}}, nil
}

func checkValues(v value.Value) error {
	switch v.Kind() {
	case value.KindObject:
		return nil
	case value.KindArray:
		return fmt.Errorf("a list of records is not yet supported; create one record per node")
	default:
		return fmt.Errorf("must be an object of field names and values, not %s", v.Kind())
	}
}
