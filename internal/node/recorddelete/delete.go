package recorddelete

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
	// Which records, as in [record.update](#recordupdate). An empty filter, and a comparison whose
	// template came to null, fail the node.
	Filter value.Value `json:"filter"`
	// `true` instead of a filter deletes every record.
	All bool `json:"all"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "where", "query", "id":
		return `write "filter: {id: ...}"`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "record.delete",
		Aliases: []string{"destroy"},
		Summary: "Deletes the records that a filter selects.",
		Result:  "`{count}`: how many records there were.",
		Effect:  node.Records,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Translated("record.delete", raw, &cfg, about)
	filter := r.Narrowed(cfg.Filter, cfg.All)
	return r.Done(&destroy{OnCollection: r.On(cfg.Collection), filter: filter, all: cfg.All})
}

type destroy struct {
	node.OnCollection
	filter node.Filter
	all    bool
}

func (d *destroy) Run(_ context.Context, in node.Input) (node.Result, error) {
	filter, err := d.filter.Narrow(in.Value, d.all)
	if err != nil {
		return node.Result{}, err
	}
	return node.Result{Op: &collection.Op{Kind: collection.Delete, Collection: d.Collection(), Filter: filter, All: d.all}}, nil
}

// Fits implements node.Fitter.
func (d *destroy) Fits(c collection.Collection, others collection.Others) []decode.Problem {
	m := d.Misfits()
	m.Filter(d.filter, c, others)
	return m.Done()
}
