package watch

import (
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store/rowmatch"
)

// filter selects events. It compares what an event knows with the matchers that the lists use.
type filter struct {
	deliveries *rowmatch.Deliveries // nil: none
	executions *rowmatch.Executions // nil: none
}

func newFilter(deliveries, executions *query.Query) (f filter, err error) {
	if deliveries != nil {
		m := rowmatch.ForDeliveries(*deliveries)
		f.deliveries = &m
		err = answerable(query.Deliveries, *deliveries)
	}
	if executions != nil && err == nil {
		m := rowmatch.ForExecutions(*executions)
		f.executions = &m
		err = answerable(query.Executions, *executions)
	}
	return f, err
}

// unknown lists the fields of a resource that its events do not know, beside those that look into calls.
func unknown(r query.Resource) []string {
	if r == query.Executions {
		return []string{"key", "version"}
	}
	return []string{"version"}
}

// answerable returns fault.Invalid if a query has a field that an event does not know.
func answerable(r query.Resource, q query.Query) error {
	isUnknown := func(field string, content bool) bool { return content || slices.Contains(unknown(r), field) }
	for _, t := range q.Terms {
		if !isUnknown(t.Field, t.Content()) {
			continue
		}
		var names []string
		for _, field := range query.Fields() {
			if field.In(r) && !isUnknown(field.Name, field.Content) {
				names = append(names, field.Name)
			}
		}
		what := t.Field + ":"
		if t.Field == query.FreeText {
			what = "a free text"
		}
		return fault.Field("watch.Follow", "q", "%s cannot be answered from a live event of %s: use %s, or ask the list", what, r, strings.Join(names, ", "))
	}
	return nil
}

// match reports whether a follower wants an event.
func (f *filter) match(e *Event) bool {
	switch {
	case e.Kind == OfDelivery && f.deliveries != nil:
		d := deliveryOf(e)
		return f.deliveries.Row(&d)
	case e.Kind == OfExecution && f.executions != nil:
		x := executionOf(e)
		return f.executions.Row(&x) && (!f.executions.NeedsLabels() || f.executions.Labels(&x))
	default:
		return false
	}
}

func deliveryOf(e *Event) hook.Delivery {
	return hook.Delivery{
		ID: ident.ID(e.Delivery), Execution: ident.ID(e.Execution), Workflow: e.Workflow, Revision: e.Revision, DedupeKey: e.Key,
		Outcome: e.Outcome, Gate: e.Gate, Reason: e.Reason, Status: e.Answer, Took: time.Duration(e.Took),
		Request: hook.Request{Method: e.Method, Path: e.Path, IP: e.IP},
	}
}

func executionOf(e *Event) flow.Execution {
	x := flow.Execution{
		ID: ident.ID(e.Execution), Delivery: ident.ID(e.Delivery), Workflow: e.Workflow, Revision: e.Revision, Mode: e.Mode, Status: e.Status,
	}
	if e.Status != flow.Failed { // that of a failed one is the message of its error
		x.Reason = e.Reason
	}
	if e.Error != "" {
		x.Error = &flow.Error{Code: e.Error, Node: e.Node}
	}
	if e.Status.Final() {
		x.CreatedAt, x.FinishedAt = e.At.Add(-time.Duration(e.Took)), e.At
	}
	for _, l := range e.Labels {
		x.Labels = append(x.Labels, flow.Label(l))
	}
	return x
}
