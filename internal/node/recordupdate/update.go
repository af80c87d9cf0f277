package recordupdate

import (
	"context"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The name of the collection. No template.
	Collection string `json:"collection" required:"true" max:"64"`
	// Which records: `{email: "{{…}}"}`, `{$and: [{status: {$eq: open}}]}` ([filters](#filters)).
	// Templates give values only. An empty filter, and a comparison whose template gives null, fail the
	// node.
	Filter value.Value `json:"filter"`
	// `true` instead of a filter changes every record.
	All bool `json:"all"`
	// The new values by field name; fields that are not named stay as they are. A number also takes
	// `{$inc: n}` and `{$mul: n}`, which calculate with what is stored.
	Values value.Value `json:"values" required:"true"`
	// The record's `updatedAt` as it was read, in RFC 3339: when it has changed since, nothing is written
	// and the node fails with the code `changed`.
	IfUpdatedAt value.Value `json:"ifUpdatedAt"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "where", "query", "id":
		return `write "filter: {id: ...}"`
	case "set", "data", "fields":
		return `write "values: {...}"`
	default:
		return ""
	}
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "record.update",
		Aliases: []string{"update"},
		Summary: "Changes the records that a filter selects.",
		Result:  "`{count, records}`: how many records there were, and up to 100 of them as they are now (without `records` when there are more).",
		Effect:  node.Records,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Translated("record.update", raw, &cfg, about)
	filter := r.Narrowed(cfg.Filter, cfg.All)
	if text, isText := cfg.Values.Str(); !cfg.Values.IsMissing() && (!isText || !strings.Contains(text, "{{")) {
		if message := checkValues(cfg.Values); message != "" {
			r.Problem("values", message)
		}
	}
	if !cfg.IfUpdatedAt.IsMissing() && node.Fixed(cfg.IfUpdatedAt) {
		r.Problem("ifUpdatedAt", `must be a template that gives the updatedAt of a record that was read, such as "{{$nodes.found.updatedAt}}"`)
	}
	return r.Done(&update{OnCollection: r.On(cfg.Collection), filter: filter, cfg: cfg})
}

type update struct {
	node.OnCollection
	filter node.Filter
	cfg    config
}

func (u *update) Run(_ context.Context, in node.Input) (node.Result, error) {
	op := collection.Op{Kind: collection.Update, Collection: u.Collection(), Values: in.Value.Get("values"), All: u.cfg.All}
	if message := checkValues(op.Values); message != "" {
		return node.Result{}, &node.Failure{Message: "values: " + message, Final: true}
	}
	if at := planted("values", u.cfg.Values, op.Values); at != "" {
		return node.Result{}, &node.Failure{Message: at + " would be calculated as the data says; write {$inc: \"{{…}}\"} or {$mul: \"{{…}}\"} here", Final: true}
	}
	var err error
	if op.Filter, err = u.filter.Narrow(in.Value, u.cfg.All); err != nil {
		return node.Result{}, err
	}
	if !u.cfg.IfUpdatedAt.IsMissing() {
		if op.IfUpdatedAt, err = instant(in.Value.Get("ifUpdatedAt")); err != nil {
			return node.Result{}, err
		}
	}
	return node.Result{Op: &op}, nil
}

// Fits implements node.Fitter.
func (u *update) Fits(c collection.Collection, others collection.Others) []decode.Problem {
	m := u.Misfits()
	m.Filter(u.filter, c, others)
	m.Values("values", u.cfg.Values, c, false)
	return m.Done()
}

func checkValues(v value.Value) string {
	switch {
	case v.Kind() != value.KindObject:
		return "must be an object of field names and values, not " + v.Kind().String()
	case v.Len() == 0:
		return "is empty: name the fields that change"
	default:
		return ""
	}
}

// planted returns the path of an operator that came from data and not from the author, or "". A sender of {"$inc":
// 1000} in place of an amount must not trigger a calculation.
func planted(path string, written, rendered value.Value) string {
	for name, v := range rendered.Members() {
		if v.Kind() != value.KindObject || written.Get(name).Kind() == value.KindObject {
			continue
		}
		for _, op := range []collection.ArithmeticOp{collection.Inc, collection.Mul} {
			if v.Len() == 1 && !v.Get(string(op)).IsMissing() {
				return decode.Join(path, decode.Name(name))
			}
		}
	}
	return ""
}

func instant(v value.Value) (time.Time, error) {
	text, _ := v.Str()
	at, ok := collection.ParseDatetime(text)
	if !ok {
		return time.Time{}, &node.Failure{Final: true, Message: "ifUpdatedAt: must be the updatedAt of a record, such as 2026-03-01T09:00:00.000Z, not " + decode.Quote(v.Text())}
	}
	return at, nil
}
