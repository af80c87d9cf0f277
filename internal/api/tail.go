package api

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
)

// Live is the live view of events. Each of its methods returns fault.Unavailable, before it calls anything, if too many
// use it or the server stops. Each returns nil when ctx ends or the server stops, and the error of what it calls.
type Live interface {
	// Follow sends "open" and then every event that matches, as an id, a name and a value that marshals to JSON. A query
	// that is nil matches nothing. after is the id of the last event that the follower has seen; then it gets those
	// that have happened since, or "gap". Follow returns fault.Invalid, before it sends anything, if a query asks for
	// something that an event does not know.
	Follow(ctx context.Context, deliveries, executions *query.Query, after string, send func(id, name string, data any) error) error
	// Watch calls look at once, and again when an execution has made progress, until look returns false.
	Watch(ctx context.Context, id ident.ID, look func() (more bool, err error)) error
	// Listen returns the next call to a workflow, also one that is refused, or to the workflow's URLs or path if none takes
	// it. It calls ready when no later call can be missed. heard is false if no call came.
	Listen(ctx context.Context, workflow, path string, ready func() error) (d hook.Delivery, heard bool, err error)
}

// The kinds of events.
const (
	kindDelivery  = "delivery"
	kindExecution = "execution"
)

type tailQuery struct {
	Kind     []string `query:"kind,explode" enum:"delivery,execution" doc:"only events of calls, or of executions that end or wait; may be repeated"`
	Workflow []string `query:"workflow,explode" maxItems:"100" doc:"only of these workflows; may be repeated"`
	Outcome  []string `query:"outcome,explode" enum:"accepted,repeat,filtered,handshake,rejected,unmatched" doc:"only calls with this outcome; may be repeated. Without kind and status: no executions"`
	Status   []string `query:"status,explode" enum:"waiting,succeeded,failed,canceled,aborted" doc:"only executions with this state; may be repeated. Without kind and outcome: no calls"`
	Q        string   `query:"q" maxLength:"8192" doc:"a query as in the list of that kind; needs exactly one kind. What is in the call itself (data, headers, query, texts) cannot be asked for"`
	LastID   string   `header:"Last-Event-ID" maxLength:"100" doc:"the id of the last event that was seen: continue behind it"`
}

func (r routes) tail() {
	streams(r, readsHistory("/api/tail", "tail", "Live events as server-sent events"), "open, delivery, execution, dropped, gap",
		func(ctx context.Context, in *tailQuery, send sendEvent) error {
			deliveries, executions, err := in.queries(ctx, r)
			if err != nil {
				return err
			}
			return r.Live.Follow(ctx, deliveries, executions, in.LastID, send)
		})
	r.liveExecution()
	r.listen()
}

// queries returns what the caller wants and may see; nil for no event of that kind.
func (in *tailQuery) queries(ctx context.Context, r routes) (deliveries, executions *query.Query, err error) {
	const op = "api.tail"
	kinds := in.Kind
	if len(kinds) == 0 {
		if len(in.Status) == 0 || len(in.Outcome) > 0 {
			kinds = append(kinds, kindDelivery)
		}
		if len(in.Outcome) == 0 || len(in.Status) > 0 {
			kinds = append(kinds, kindExecution)
		}
	}
	wants := func(kind string) bool { return slices.Contains(kinds, kind) }
	if in.Q != "" && wants(kindDelivery) && wants(kindExecution) {
		return nil, nil, fault.Field(op, "q", "needs kind=delivery or kind=execution: a field such as status: means something else in each")
	}
	var both []query.Term
	if len(in.Workflow) > 0 {
		both = append(both, query.Is("workflow", in.Workflow...))
	}
	if own := bound(ctx); own != nil {
		both = append(both, query.Is("workflow", own...))
	}
	of := func(kind string, resource query.Resource, field string, values []string) (*query.Query, error) {
		if !wants(kind) {
			return nil, nil
		}
		q, err := query.Parse(resource, in.Q, r.Clock.Now())
		q = q.And(both...)
		if len(values) > 0 {
			q = q.And(query.Is(field, values...))
		}
		return &q, err
	}
	if deliveries, err = of(kindDelivery, query.Deliveries, "outcome", in.Outcome); err == nil {
		executions, err = of(kindExecution, query.Executions, "status", in.Status)
	}
	return deliveries, executions, err
}
