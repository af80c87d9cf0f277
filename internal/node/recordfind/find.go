package recordfind

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
	// Which records, as in [record.update](#recordupdate); also one template that gives the whole filter.
	// Without it, every record. A comparison whose template gives null fails the node.
	Filter value.Value `json:"filter"`
	// The order: `-createdAt,name`, or a list of such names; a dash means largest first. Newest first
	// when nothing is said.
	Sort value.Value `json:"sort"`
	// The fields to read, as a list of names; all when nothing is said. The id is always there.
	Fields value.Value `json:"fields"`
	// Relations whose records stand in place of their ids, as a list of names.
	Expand value.Value `json:"expand"`
	// `true` gives a list of records, `false` the first one or null. No template.
	Many bool `json:"many"`
	// Which page, from 1; only with `many`.
	Page value.Value `json:"page"`
	// How many records at most, 20 when nothing is said, at most 500; only with `many`.
	PageSize value.Value `json:"pageSize"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "where", "query":
		return `write "filter: {...}"`
	case "id":
		return `write "filter: {id: ...}"`
	case "limit":
		return `write "many: true" and "pageSize: ..."`
	case "order", "orderBy":
		return `write "sort: [...]"`
	case "include", "populate", "with":
		return `write "expand: [...]"`
	case "select", "columns":
		return `write "fields: [...]"`
	default:
		return ""
	}
}

type kind struct{ records collection.Reader }

// New returns the kind. Without a reader it can only check documents.
func New(records collection.Reader) node.Kind { return kind{records} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "record.find",
		Aliases: []string{"query"},
		Summary: "Reads a record of a collection, or a page of records.",
		Result:  "the first record that the filter selects, or null; with `many: true` a list of records.",
		Effect:  node.Reads,
	}
}

func (k kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Translated("record.find", raw, &cfg, about)
	f := &find{records: k.records, many: cfg.Many, filter: r.Filter(cfg.Filter, true)}
	f.fixed = query(cfg.fixed(), r.Problem)
	if !cfg.Many && !cfg.Page.IsMissing() {
		r.Problem("page", "is only for many: true")
	}
	if !cfg.Many && !cfg.PageSize.IsMissing() {
		r.Problem("pageSize", "is only for many: true")
	}
	f.OnCollection = r.On(cfg.Collection)
	return r.Done(f)
}

// fixed returns the config without the values that depend on data.
func (c config) fixed() config {
	for _, v := range []*value.Value{&c.Sort, &c.Fields, &c.Expand, &c.Page, &c.PageSize} {
		if !node.Fixed(*v) {
			*v = value.Value{}
		}
	}
	return c
}

// query parses a config, except collection and filter. It calls wrong for each value that it cannot parse.
func query(c config, wrong func(path, message string)) collection.Query {
	var q collection.Query
	note := func(path string, err error) {
		if err != nil {
			wrong(path, err.Error())
		}
	}
	var err error
	q.Sort, err = node.Sort(c.Sort)
	note("sort", err)
	q.Fields, err = node.Names(c.Fields)
	note("fields", err)
	q.Expand, err = node.Names(c.Expand)
	note("expand", err)
	q.Page, err = node.Whole(c.Page)
	note("page", err)
	q.PageSize, err = node.Whole(c.PageSize)
	note("pageSize", err)
	return q
}

type find struct {
	node.OnCollection
	records collection.Reader
	filter  node.Filter
	many    bool
	fixed   collection.Query // the part of the query that does not depend on data, without the filter
}

func (f *find) Run(ctx context.Context, in node.Input) (node.Result, error) {
	var failure *node.Failure
	v := in.Value
	q := query(config{
		Sort: v.Get("sort"), Fields: v.Get("fields"), Expand: v.Get("expand"), Page: v.Get("page"), PageSize: v.Get("pageSize"),
	}, func(path, message string) { failure = &node.Failure{Message: path + ": " + message, Final: true} })
	if failure != nil {
		return node.Result{}, failure
	}
	q.Collection = f.Collection()
	var err error
	if q.Filter, err = f.filter.Of(v); err != nil {
		return node.Result{}, err
	}
	if !f.many {
		q.PageSize = 1
	}
	found, err := f.records.Find(ctx, q)
	if err != nil {
		return node.Result{}, node.ReadFailure(err)
	}
	return node.Result{Value: f.result(found)}, nil
}

func (f *find) result(found collection.Found) value.Value {
	if !f.many {
		if len(found.Records) == 0 {
			return value.Null()
		}
		return found.Records[0].JSON
	}
	var list value.ArrayBuilder
	for _, record := range found.Records {
		list.Add(record.JSON)
	}
	return list.Value()
}

// Fits implements node.Fitter.
func (f *find) Fits(c collection.Collection, others collection.Others) []decode.Problem {
	m := f.Misfits()
	m.Filter(f.filter, c, others)
	_, broken := c.CheckQuery(f.fixed, others)
	m.Part(broken)
	return m.Done()
}
