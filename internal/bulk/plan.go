package bulk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// Plan is what an action would do.
type Plan struct {
	// Action is stored as planned. Without a target nothing is stored, and ID is 0.
	Action store.BulkAction
	Found
	Effects *Estimate // of a retry with targets
}

// Found is what the search for targets has come to.
type Found struct {
	ByWorkflow []Count        // most first
	ByState    map[string]int // statuses of executions, outcomes of deliveries
	// Complete means that everything was looked at. Otherwise MaxTargets or MaxSearch was reached, and there may be more
	// targets that are older than Next.
	Complete bool
	Next     ident.ID // Request.Before to go on with; 0 if Complete
	Searched int      // rows that were looked at
	Skipped  int      // bodies that were too long to look into

	ids []ident.ID // newest first
}

// Count is a number of targets.
type Count struct {
	Workflow string
	Count    int
}

// Plan chooses the targets of an action and stores them. The error is of kind fault.Invalid for a wrong query or option, and
// names it.
func (r *Runner) Plan(ctx context.Context, asked Request) (Plan, error) {
	const op = "bulk.Plan"
	if err := asked.check(); err != nil {
		return Plan{}, err
	}
	q, err := parse(asked, r.Clock.Now())
	if err != nil {
		return Plan{}, err
	}
	select {
	case r.plans <- struct{}{}:
		defer func() { <-r.plans }()
	default:
		return Plan{}, fault.New(op, fault.Unavailable, "%d bulk actions are being planned at the moment; try again in a few seconds", maxPlans)
	}
	if err := r.roomForPlan(ctx); err != nil {
		return Plan{}, err
	}
	found, err := r.search(ctx, asked, q)
	p := Plan{Found: found}
	if err != nil || len(found.ids) == 0 {
		return p, err
	}
	if asked.Kind == store.BulkRetry {
		if p.Effects, err = r.estimate(ctx, asked.Options, found.ids); err != nil {
			return p, err
		}
	}
	p.Action = store.BulkAction{
		ID: r.IDs.Next(), Kind: asked.Kind, State: store.BulkPlanned, Query: q.String(), Options: asked.Options.value(), By: asked.By,
		Count: len(found.ids), CreatedAt: r.Clock.Now(),
	}
	for _, c := range found.ByWorkflow {
		p.Action.Workflows = append(p.Action.Workflows, c.Workflow)
	}
	slices.Sort(p.Action.Workflows)
	slices.Reverse(found.ids) // oldest first, as they came
	return p, r.Store.CreateBulk(p.Action, found.ids)
}

// parse reads the query of a request.
func parse(asked Request, now time.Time) (query.Query, error) {
	of := query.Executions
	if asked.Kind == store.BulkReplay {
		of = query.Deliveries
	}
	q, err := query.Parse(of, asked.Query, now)
	if err == nil && len(q.Terms) == 0 {
		err = fault.Field("bulk.Plan", "q", "it has no terms, so everything would be meant: write a query such as status:failed workflow:orders")
	}
	return q, err
}

// roomForPlan returns an error if too many actions wait for a confirmation.
func (r *Runner) roomForPlan(ctx context.Context) error {
	full := func() (bool, error) {
		list, err := r.Store.Bulks(ctx, store.BulkListing{State: store.BulkPlanned, Limit: MaxPlanned})
		return len(list) == MaxPlanned, err
	}
	is, err := full()
	if err == nil && is {
		if _, err = r.Store.DropBulks(r.Clock.Now().Add(-PlanLife), time.Time{}); err == nil {
			is, err = full()
		}
	}
	if err == nil && is {
		err = fault.New("bulk.Plan", fault.Conflict, "%d bulk actions wait for their start; start or stop some of them", MaxPlanned)
	}
	return err
}

// row is what a plan looks at in an execution or a delivery.
type row struct {
	id       ident.ID
	workflow string
	state    string
	fits     bool
}

// search finds targets, newest first.
func (r *Runner) search(ctx context.Context, asked Request, q query.Query) (Found, error) {
	f, workflows := Found{ByState: make(map[string]int)}, make(map[string]int)
	l := store.Listing{Query: q, Workflows: asked.Workflows, Before: asked.Before, Limit: store.MaxPage, Budget: store.Budget{Time: pageTime}}
	for end := r.Clock.Now().Add(MaxSearch); !f.Complete; {
		page, err := r.page(ctx, asked, l)
		if err != nil {
			return f, err
		}
		f.Searched += page.Rows
		f.Skipped += page.Skipped
		for _, x := range page.Items {
			switch {
			case !x.fits:
			case len(f.ids) == MaxTargets:
				f.Next = f.ids[MaxTargets-1]
				return counted(f, workflows), nil
			default:
				f.ids = append(f.ids, x.id)
				f.ByState[x.state]++
				workflows[x.workflow]++
			}
		}
		if f.Complete = page.Next == 0; !f.Complete && r.Clock.Now().After(end) {
			f.Next = page.Next
			break
		}
		l.Before = page.Next
	}
	return counted(f, workflows), nil
}

// pageTime is how long one page is searched. A longer read would keep the log of the store from being reset.
const pageTime = 200 * time.Millisecond

func counted(f Found, workflows map[string]int) Found {
	for _, key := range slices.Sorted(maps.Keys(workflows)) {
		f.ByWorkflow = append(f.ByWorkflow, Count{key, workflows[key]})
	}
	slices.SortStableFunc(f.ByWorkflow, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return f
}
