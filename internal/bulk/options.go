package bulk

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Request asks for a plan.
type Request struct {
	Kind      store.BulkKind
	Query     string // as written; it must not be empty
	Options   Options
	Workflows []string // only targets of these workflows; nil: of all
	Before    ident.ID // only targets older than this id; 0: from the newest
	By        string
}

// Options say how the targets are acted on.
type Options struct {
	// From is the step from which retries run; "": the failed step of each. "start" runs everything again.
	From string
	// Revision is "same" or "newest"; "": the default of a retry or a replay.
	Revision string
	// Force also replays calls that a gate refused.
	Force bool
	// Passing replays refused calls that pass the gates now.
	Passing bool
}

// check returns what is wrong with a request.
func (r *Request) check() error {
	const op = "bulk.Plan"
	o := r.Options
	wrong := func(field, kind string) error {
		return fault.Field(op, field, "only an action of the kind %s has it, not one of the kind %s", kind, r.Kind)
	}
	switch {
	case r.Kind != store.BulkRetry && r.Kind != store.BulkCancel && r.Kind != store.BulkReplay:
		return fault.Field(op, "kind", "%q is not a kind: write retry, cancel or replay", string(r.Kind))
	case r.Query == "":
		return fault.Field(op, "q", "it is empty, so everything would be meant: write a query such as status:failed workflow:orders")
	case o.From != "" && r.Kind != store.BulkRetry:
		return wrong("from", "retry")
	case o.Revision != "" && r.Kind == store.BulkCancel:
		return wrong("revision", "retry or replay")
	case o.Revision != "" && o.Revision != same && o.Revision != newest:
		return fault.Field(op, "revision", "%q is neither same nor newest", o.Revision)
	case o.Force && r.Kind != store.BulkReplay:
		return wrong("force", "replay")
	case o.Passing && r.Kind != store.BulkReplay:
		return wrong("passing", "replay")
	case o.Passing && (o.Force || o.Revision == same):
		return fault.Field(op, "passing", "a call that passes the gates now runs on the newest revision and needs no force")
	}
	return nil
}

// The values of Options.Revision.
const (
	same   = "same"
	newest = "newest"
)

// value returns the form in which the store keeps options; a missing value for none.
func (o Options) value() value.Value {
	var b value.ObjectBuilder
	if o.From != "" {
		b.Set("from", value.String(o.From))
	}
	if o.Revision != "" {
		b.Set("revision", value.String(o.Revision))
	}
	if o.Force {
		b.Set("force", value.Bool(true))
	}
	if o.Passing {
		b.Set("passing", value.Bool(true))
	}
	if v := b.Value(); v.Len() > 0 {
		return v
	}
	return value.Value{}
}

// OptionsOf returns the options of an action.
func OptionsOf(a store.BulkAction) (o Options) {
	o.From, _ = a.Options.Get("from").Str()
	o.Revision, _ = a.Options.Get("revision").Str()
	o.Force, o.Passing = !a.Options.Get("force").IsMissing(), !a.Options.Get("passing").IsMissing()
	return o
}

// prefixOf returns the prefix of the ids of an action's targets.
func prefixOf(kind store.BulkKind) string {
	if kind == store.BulkReplay {
		return ident.Delivery
	}
	return ident.Execution
}
