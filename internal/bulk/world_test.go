package bulk

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// world is a store and an engine in memory. It survives the processes that run on it.
type world struct {
	t  *testing.T
	mu sync.Mutex

	executions map[ident.ID]*flow.Execution
	deliveries map[ident.ID]*hook.Delivery
	actions    map[ident.ID]store.BulkAction
	targets    map[ident.ID][]ident.ID

	ids     *ident.Source
	effects map[ident.ID]int      // how often each target was acted on
	bulk    map[ident.ID]ident.ID // of an execution: the bulk action that has retried it
	broken  map[ident.ID]error    // what acting on a target returns
	order   []ident.ID            // of the effects
	backlog int64
	act     func(ident.ID) // is called before each effect
	listed  []store.Listing
	listing []ident.ID // of executions, newest first

	// The process dies at the call of the store or the engine with the number dieAt: before it has an effect, or after it
	// with late. Then every call fails.
	calls, dieAt int
	late, dead   bool
	writes       int // of progress
}

var errDead = fault.New("test", fault.Unavailable, "the process is dead")

// call counts a call. It returns a function that says why it fails after its effect, and why it fails before it.
func (w *world) call() (after func() error, before error) {
	if w.calls++; w.dieAt > 0 && w.calls == w.dieAt {
		w.dead = true
		if w.late {
			return func() error { return errDead }, nil
		}
	}
	if w.dead {
		return nil, errDead
	}
	return func() error { return nil }, nil
}

// do runs an effect as a call that may fail.
func (w *world) do(effect func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	after, before := w.call()
	if before != nil {
		return before
	}
	return cmp.Or(effect(), after())
}

func (w *world) CreateBulk(a store.BulkAction, targets []ident.ID) error {
	return w.do(func() error {
		w.actions[a.ID], w.targets[a.ID] = a, slices.Clone(targets)
		return nil
	})
}

func (w *world) ChangeBulk(a store.BulkAction) error {
	return w.do(func() error {
		a.Pending = slices.Clone(a.Pending)
		w.actions[a.ID] = a
		w.writes++
		return nil
	})
}

func (w *world) Bulk(_ context.Context, id ident.ID) (a store.BulkAction, err error) {
	err = w.do(func() error {
		var ok bool
		if a, ok = w.actions[id]; !ok {
			return fault.New("test", fault.NotFound, "there is no bulk action")
		}
		return nil
	})
	return a, err
}

func (w *world) Bulks(_ context.Context, l store.BulkListing) (list []store.BulkAction, err error) {
	err = w.do(func() error {
		for _, a := range w.actions {
			if a.State == l.State {
				list = append(list, a)
			}
		}
		slices.SortFunc(list, func(a, b store.BulkAction) int { return cmp.Compare(b.ID, a.ID) })
		list = list[:min(len(list), l.Limit)]
		return nil
	})
	return list, err
}

func (w *world) BulkTargets(_ context.Context, id ident.ID, first int) (ids []ident.ID, err error) {
	err = w.do(func() error {
		end := min(len(w.targets[id]), (first/store.BulkPart+1)*store.BulkPart)
		ids = slices.Clone(w.targets[id][min(first, end):end])
		return nil
	})
	return ids, err
}

func (w *world) DropBulks(planned, _ time.Time) (n int, err error) {
	err = w.do(func() error {
		for id, a := range w.actions {
			if a.State == store.BulkPlanned && a.CreatedAt.Before(planned) {
				delete(w.actions, id)
				n++
			}
		}
		return nil
	})
	return n, err
}

func (w *world) Executions(_ context.Context, l store.Listing) (page store.Page[flow.Execution], err error) {
	w.listed = append(w.listed, l)
	statuses := l.Query.Field("status")
	for _, id := range w.older(l.Before) {
		x := w.executions[id]
		is := func(t query.Term) bool {
			return slices.ContainsFunc(t.Any, func(v query.Value) bool { return v.Text == string(x.Status) })
		}
		if l.Before != 0 && id >= l.Before || slices.ContainsFunc(statuses, func(t query.Term) bool { return !is(t) }) {
			continue
		}
		if page.Rows++; len(page.Items) == l.Limit {
			page.Next = page.Items[l.Limit-1].ID
			break
		}
		page.Items = append(page.Items, *x)
	}
	return page, nil
}

func (w *world) Deliveries(_ context.Context, l store.Listing) (page store.Page[hook.Delivery], err error) {
	w.listed = append(w.listed, l)
	outcomes := l.Query.Field("outcome")
	for _, id := range sorted(w.deliveries) {
		d := w.deliveries[id]
		is := func(t query.Term) bool {
			return slices.ContainsFunc(t.Any, func(v query.Value) bool { return v.Text == string(d.Outcome) })
		}
		if l.Before != 0 && id >= l.Before || slices.ContainsFunc(outcomes, func(t query.Term) bool { return !is(t) }) {
			continue
		}
		if len(page.Items) == l.Limit {
			page.Next = page.Items[l.Limit-1].ID
			break
		}
		page.Items = append(page.Items, *d)
	}
	return page, nil
}

// older returns the executions that are older than one, newest first. It sorts them only when their number has changed.
func (w *world) older(before ident.ID) []ident.ID {
	if len(w.listing) != len(w.executions) {
		w.listing = sorted(w.executions)
	}
	first := 0
	if before != 0 {
		first, _ = slices.BinarySearchFunc(w.listing, before, func(a, b ident.ID) int { return cmp.Compare(b, a) })
	}
	return w.listing[first:]
}

// sorted returns ids, newest first.
func sorted[T any](of map[ident.ID]T) (ids []ident.ID) {
	for id := range of {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

func (w *world) Execution(_ context.Context, id ident.ID) (x flow.Execution, err error) {
	err = w.do(func() error {
		if w.executions[id] == nil {
			return fault.New("test", fault.NotFound, "there is no execution %s", id.Text(ident.Execution))
		}
		x = *w.executions[id]
		return nil
	})
	return x, err
}

func (w *world) Load(ctx context.Context, id ident.ID) (store.Loaded, error) {
	x, err := w.Execution(ctx, id)
	if x.Round == 0 {
		return store.Loaded{Execution: x}, err
	}
	return store.Loaded{Execution: x, Steps: []flow.Step{{Type: flow.MarkerRetry, StartedAt: x.StartedAt}}}, err
}

func (w *world) Delivery(_ context.Context, id ident.ID) (d hook.Delivery, err error) {
	err = w.do(func() error {
		if w.deliveries[id] == nil {
			return fault.New("test", fault.NotFound, "there is no delivery %s", id.Text(ident.Delivery))
		}
		d = *w.deliveries[id]
		return nil
	})
	return d, err
}

// acted counts an effect.
func (w *world) acted(id ident.ID) {
	if w.act != nil {
		w.act(id)
	}
	w.effects[id]++
	w.order = append(w.order, id)
}

// retry does what package retry and the store do.
func (w *world) retry(_ context.Context, r Retry) error {
	return w.do(func() error {
		x := w.executions[r.Execution]
		switch {
		case x == nil:
			return fault.New("test", fault.NotFound, "there is no execution %s", r.Execution.Text(ident.Execution))
		case w.bulk[r.Execution] == r.Action:
			return nil
		case w.broken[r.Execution] != nil:
			return w.broken[r.Execution]
		case !flow.CanMove(x.Status, flow.Queued) || x.FinishedAt.After(r.ChosenAt):
			return fault.New("test", fault.Conflict, "it has changed")
		}
		w.acted(r.Execution)
		w.bulk[r.Execution] = r.Action
		x.Status, x.FinishedAt = flow.Queued, time.Time{}
		return nil
	})
}

func (w *world) cancel(id ident.ID) (status flow.Status, err error) {
	err = w.do(func() error {
		x := w.executions[id]
		if w.broken[id] != nil {
			return w.broken[id]
		}
		if !x.Status.Final() {
			w.acted(id)
			x.Status, x.FinishedAt = flow.Canceled, clock.System().Now()
		}
		status = x.Status
		return nil
	})
	return status, err
}

func (w *world) replay(_ context.Context, r Replay) error {
	return w.do(func() error {
		if w.broken[r.Delivery.ID] != nil {
			return w.broken[r.Delivery.ID]
		}
		if w.deliveries[r.NewDelivery] == nil {
			w.acted(r.Delivery.ID)
		}
		w.deliveries[r.NewDelivery] = &hook.Delivery{ID: r.NewDelivery, ReplayOf: r.Delivery.ID, Workflow: "orders", Outcome: hook.Accepted, Execution: r.NewExecution}
		return nil
	})
}

// newWorld returns a world with n failed executions and n deliveries of orders, and one of each of shop.
func newWorld(t *testing.T, n int) *world {
	w := &world{
		t: t, executions: map[ident.ID]*flow.Execution{}, deliveries: map[ident.ID]*hook.Delivery{}, actions: map[ident.ID]store.BulkAction{},
		targets: map[ident.ID][]ident.ID{}, effects: map[ident.ID]int{}, ids: ident.NewSource(clock.NewManual(time.UnixMilli(ident.Epoch+time.Hour.Milliseconds())), 0), bulk: map[ident.ID]ident.ID{}, broken: map[ident.ID]error{},
	}
	for i := range n + 1 {
		id, key := ident.ID(1000+i), "orders"
		if i == n {
			key = "shop"
		}
		w.executions[id] = &flow.Execution{ID: id, Workflow: key, Status: flow.Failed, FinishedAt: clock.System().Now()}
		w.deliveries[id] = &hook.Delivery{ID: id, Workflow: key, Outcome: hook.Accepted}
	}
	return w
}

// start returns a runner of a new process.
func (w *world) start() *Runner {
	w.mu.Lock()
	w.dead, w.dieAt, w.calls = false, 0, 0
	w.mu.Unlock()
	c := clock.System()
	return New(Deps{
		Store: w, History: w, Retry: w.retry, Cancel: w.cancel, Replay: w.replay,
		Effects: func(_ context.Context, id ident.ID, _ Options) (Effects, error) {
			if id%2 == 0 {
				return Effects{Refused: fmt.Sprintf("%d has changed", id)}, nil
			}
			return Effects{Sent: 2, SentAgain: 1, Written: 1}, nil
		},
		Backlog: func() int64 { return w.backlog }, MaxBacklog: 100,
		IDs: w.ids, Clock: c, Log: slog.New(slog.DiscardHandler),
	})
}

// planned returns the id of a plan.
func (w *world) planned(r *Runner, asked Request) ident.ID {
	w.t.Helper()
	p, err := r.Plan(w.t.Context(), asked)
	if err != nil || p.Action.ID == 0 {
		w.t.Fatal(p.Action.ID, err)
	}
	return p.Action.ID
}

// running returns the id of a plan that was started.
func (w *world) running(r *Runner, asked Request) ident.ID {
	w.t.Helper()
	id := w.planned(r, asked)
	if _, err := r.StartAction(w.t.Context(), id); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// check checks the counts of an action.
func (w *world) check(id ident.ID, state store.BulkState, acted, skipped, failed int) {
	w.t.Helper()
	a := w.actions[id]
	if a.State != state || a.Acted != acted || a.Skipped != skipped || a.Failed != failed || a.Next != acted+skipped+failed || len(a.Pending) != 0 {
		w.t.Errorf("it is %s with %d acted, %d skipped, %d failed of %d, next %d, %d pending; want %s %d %d %d; %s",
			a.State, a.Acted, a.Skipped, a.Failed, a.Count, a.Next, len(a.Pending), state, acted, skipped, failed, a.Problems.Text())
	}
	if (a.State == store.BulkDone || a.State == store.BulkStopped) == a.FinishedAt.IsZero() {
		w.t.Errorf("it ended at %v", a.FinishedAt)
	}
}

// once checks that every target was acted on exactly once.
func (w *world) once(n int) {
	w.t.Helper()
	if len(w.effects) != n {
		w.t.Errorf("%d targets were acted on, want %d", len(w.effects), n)
	}
	for id, times := range w.effects {
		if times != 1 {
			w.t.Errorf("%d was acted on %d times", id, times)
		}
	}
}
