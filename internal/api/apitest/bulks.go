package apitest

import (
	"context"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// BulkActions holds bulk actions in memory. An action that is started skips its first target, acts on the others and is done when it
// is read the next time.
type BulkActions struct {
	now time.Time

	mu   sync.Mutex
	list []store.BulkAction // oldest first
}

// NewBulks returns two actions: blk_000000000000a, which is planned, on github-push, and blk_000000000000b, which runs, on orders.
func NewBulks(now time.Time) *BulkActions {
	return &BulkActions{now: now, list: []store.BulkAction{
		{ID: 10, Kind: store.BulkRetry, State: store.BulkPlanned, Query: "status:failed", Workflows: []string{"github-push"},
			Options: value.Trusted(`{"from":"start"}`), By: "ann@example.com", Count: 3, CreatedAt: now},
		{ID: 11, Kind: store.BulkCancel, State: store.BulkRunning, Query: "workflow:orders", Workflows: []string{"orders"}, By: "ann@example.com",
			Count: 5, Next: 2, Acted: 2, CreatedAt: now, StartedAt: now},
	}}
}

// Add stores an action and returns its id.
func (b *BulkActions) Add(a store.BulkAction) ident.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	a.ID, a.State, a.CreatedAt = b.list[len(b.list)-1].ID+1, store.BulkPlanned, b.now
	b.list = append(b.list, a)
	return a.ID
}

// Bulk returns one action.
func (b *BulkActions) Bulk(_ context.Context, id ident.ID) (store.BulkAction, error) {
	return b.change(id, func(a *store.BulkAction) error {
		if a.State == store.BulkRunning && a.Next == 0 {
			a.State, a.FinishedAt, a.Next, a.Acted, a.Skipped = store.BulkDone, b.now, a.Count, a.Count-1, 1
			a.Problems = value.Trusted(`[{"id":"exe_000000000002d","reason":"it has run and ended again since it was chosen"}]`)
		}
		return nil
	})
}

// Bulks returns a page of actions.
func (b *BulkActions) Bulks(_ context.Context, l store.BulkListing) (list []store.BulkAction, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range slices.Backward(b.list) {
		foreign := l.Workflows != nil && slices.ContainsFunc(a.Workflows, func(key string) bool { return !slices.Contains(l.Workflows, key) })
		if len(list) < l.Limit && !foreign && (l.State == "" || l.State == a.State) && (l.Before == 0 || a.ID < l.Before) {
			list = append(list, a)
		}
	}
	return list, nil
}

// StartAction starts an action that is planned.
func (b *BulkActions) StartAction(_ context.Context, id ident.ID) (store.BulkAction, error) {
	return b.change(id, func(a *store.BulkAction) error {
		if a.State != store.BulkPlanned {
			return fault.New("apitest.StartAction", fault.Conflict, "the bulk action %s is %s", id.Text(ident.Bulk), a.State)
		}
		a.State, a.StartedAt = store.BulkRunning, b.now
		return nil
	})
}

// StopAction stops an action.
func (b *BulkActions) StopAction(_ context.Context, id ident.ID) (store.BulkAction, error) {
	return b.change(id, func(a *store.BulkAction) error {
		a.State, a.FinishedAt = store.BulkStopped, b.now
		return nil
	})
}

// Expires returns the end of a plan's hour.
func (b *BulkActions) Expires(a store.BulkAction) time.Time {
	if a.State != store.BulkPlanned {
		return time.Time{}
	}
	return a.CreatedAt.Add(time.Hour)
}

func (b *BulkActions) change(id ident.ID, do func(*store.BulkAction) error) (store.BulkAction, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.list {
		if b.list[i].ID == id {
			err := do(&b.list[i])
			return b.list[i], err
		}
	}
	return store.BulkAction{}, fault.New("apitest.Bulk", fault.NotFound, "there is no bulk action %s", id.Text(ident.Bulk))
}
