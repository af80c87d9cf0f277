package recordaggregate

import (
	"context"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The name of the collection. No template.
	Collection string `json:"collection" required:"true" max:"64"`
	// What is computed. No template.
	Function string `json:"function" required:"true" enum:"count,sum,avg,min,max"`
	// Of which field; only `count` works without one. No template.
	Field string `json:"field"`
	// Count each value of the field once; only with `count`.
	Distinct bool `json:"distinct"`
	// Of which records, as in [record.find](#recordfind). Without it, of all.
	Filter value.Value `json:"filter"`
	// Fields whose values make groups; the result is then a list. No template.
	GroupBy []string `json:"groupBy" max:"4"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "where", "query":
		return `write "filter: {...}"`
	case "method", "operation", "op":
		return `write "function: count", sum, avg, min or max`
	case "group", "by":
		return `write "groupBy: [...]"`
	default:
		return ""
	}
}

type kind struct{ records collection.Reader }

// New returns the kind. Without a reader it can only check documents.
func New(records collection.Reader) node.Kind { return kind{records} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "record.aggregate",
		Aliases: []string{"aggregate"},
		Summary: "Counts records, or computes sum, average, least or greatest of a field.",
		Result:  "a number (null for no records, but 0 for `count` and `sum`); with `groupBy` a list of `{field…, value}`, largest value first.",
		Effect:  node.Reads,
	}
}

func (k kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Translated("record.aggregate", raw, &cfg, about)
	a := &aggregate{records: k.records, filter: r.Filter(cfg.Filter, true), query: collection.Aggregate{
		Collection: cfg.Collection, Function: cfg.Function, Field: cfg.Field, Distinct: cfg.Distinct, GroupBy: cfg.GroupBy,
	}}
	switch {
	case cfg.Function == "":
	case cfg.Function != collection.FunctionCount && cfg.Distinct:
		r.Problem("distinct", "is only for count")
	case cfg.Field == "" && cfg.Distinct:
		r.Problem("field", "is required: which values are counted once?")
	case cfg.Field == "" && cfg.Function != collection.FunctionCount:
		r.Problem("field", "is required: "+cfg.Function+" of what?")
	}
	r.NoTemplate("field", cfg.Field)
	for i, name := range cfg.GroupBy {
		r.NoTemplate("groupBy"+decode.Index(i), name)
	}
	a.OnCollection = r.On(cfg.Collection)
	return r.Done(a)
}

type aggregate struct {
	node.OnCollection
	records collection.Reader
	filter  node.Filter
	query   collection.Aggregate // without the filter
}

func (a *aggregate) Run(ctx context.Context, in node.Input) (node.Result, error) {
	q := a.query
	var err error
	if q.Filter, err = a.filter.Of(in.Value); err != nil {
		return node.Result{}, err
	}
	v, err := a.records.Aggregate(ctx, q)
	if err != nil {
		return node.Result{}, node.ReadFailure(err)
	}
	return node.Result{Value: v}, nil
}

// Fits implements node.Fitter.
func (a *aggregate) Fits(c collection.Collection, others collection.Others) []decode.Problem {
	m := a.Misfits()
	m.Filter(a.filter, c, others)
	_, broken := c.CheckAggregate(a.query, others)
	m.Part(broken)
	return m.Done()
}
