package bulk

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// page reads one page of what may be targets. The query of the listing is narrowed to states that fit the kind, because
// the store finds these by an index.
func (r *Runner) page(ctx context.Context, asked Request, l store.Listing) (store.Page[row], error) {
	if asked.Kind == store.BulkReplay {
		outcomes := outcomesOf(asked.Options, l.Query)
		l.Query = l.Query.And(query.Is("outcome", outcomes...))
		page, err := r.History.Deliveries(ctx, l)
		return rows(page, func(d hook.Delivery) row {
			// A replay of a replay would run the same call once more for each time that it was replayed.
			return row{d.ID, d.Workflow, string(d.Outcome), d.ReplayOf == 0 && d.Workflow != ""}
		}), err
	}
	l.Query = l.Query.And(query.Is("status", statusesOf(asked.Kind)...))
	page, err := r.History.Executions(ctx, l)
	return rows(page, func(x flow.Execution) row { return row{x.ID, x.Workflow, string(x.Status), true} }), err
}

func rows[T any](p store.Page[T], of func(T) row) store.Page[row] {
	out := store.Page[row]{Next: p.Next, Cut: p.Cut, Rows: p.Rows, Skipped: p.Skipped}
	for _, item := range p.Items {
		out.Items = append(out.Items, of(item))
	}
	return out
}

// statusesOf returns the statuses of executions that a kind can act on.
func statusesOf(kind store.BulkKind) (list []string) {
	for _, s := range []flow.Status{flow.Queued, flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Canceled, flow.Aborted} {
		if kind == store.BulkRetry && flow.CanMove(s, flow.Queued) && s.Final() || kind == store.BulkCancel && !s.Final() {
			list = append(list, string(s))
		}
	}
	return list
}

// outcomesOf returns the outcomes of deliveries that are replayed. A repeat is replayed only if the query asks for repeats: the
// call that it repeats has run already.
func outcomesOf(o Options, q query.Query) []string {
	if o.Passing {
		return []string{string(hook.Rejected)}
	}
	list := []string{string(hook.Accepted), string(hook.Filtered)}
	if o.Force {
		list = append(list, string(hook.Rejected))
	}
	for _, t := range q.Field("outcome") {
		if slices.ContainsFunc(t.Any, func(v query.Value) bool { return v.Text == string(hook.Repeat) }) {
			return append(list, string(hook.Repeat))
		}
	}
	return list
}
