package journal

import (
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// A list is read in chunks. A source reads the next candidates by an index, newest first; what the index does not answer is
// compared row by row (package rowmatch). The budget of the page is checked on the way, so a condition that matches next to
// nothing ends the page and not the server's patience.

// lister reads one page.
type lister[T any] struct {
	store.Listing
	budget  store.Budget
	page    store.Page[T]
	bytes   int64 // of content that was looked into
	began   time.Time
	clock   func() time.Time
	id      func(*T) ident.ID
	matches func(*T) (bool, error) // may add to bytes and page.Skipped
	costly  bool                   // matches reads content
}

// source reads candidates.
type source[T any] interface {
	// next returns up to n candidates with ids below before, newest first, and the id down to which it has looked. That is 0
	// when there are no more.
	next(r *reader.Reader, before ident.ID, n int) (rows []T, down ident.ID, err error)
}

// The sizes of chunks, in rows.
const (
	maxChunk    = 250
	costlyChunk = 32 // rows whose content is looked into
)

func newLister[T any](l store.Listing, now func() time.Time) *lister[T] {
	b, most := l.Budget, store.DefaultBudget()
	if b.Rows <= 0 {
		b.Rows = most.Rows
	}
	if b.Bytes <= 0 {
		b.Bytes = most.Bytes
	}
	if b.Time <= 0 {
		b.Time = most.Time
	}
	return &lister[T]{Listing: l, budget: b, began: now(), clock: now}
}

// read fills the page.
func (l *lister[T]) read(r *reader.Reader, from source[T], before ident.ID) error {
	for n := l.Limit + 1; ; n = min(2*n, maxChunk+1) {
		if l.costly {
			n = min(n, costlyChunk)
		}
		rows, down, err := from.next(r, before, n)
		if err != nil {
			return err
		}
		for i := range rows {
			if len(l.page.Items) == l.Limit {
				return nil // Next is the last item, and there is at least one candidate more
			}
			if l.page.Rows > 0 && l.spent(l.costly) {
				l.page.Cut = true
				return nil
			}
			l.page.Rows++
			ok, err := l.matches(&rows[i])
			if err != nil {
				return err
			}
			if ok {
				l.page.Items = append(l.page.Items, rows[i])
			}
			l.page.Next = l.id(&rows[i])
		}
		if l.page.Next = down; down == 0 || len(l.page.Items) == l.Limit {
			return nil
		}
		if l.spent(true) {
			l.page.Cut = true
			return nil
		}
		before = down
	}
}

// spent reports whether the budget is used up.
func (l *lister[T]) spent(time bool) bool {
	return l.page.Rows >= l.budget.Rows || l.bytes >= l.budget.Bytes || time && l.clock().Sub(l.began) >= l.budget.Time
}

// check checks a listing and returns the id below which it begins.
func check(op string, l store.Listing) (ident.ID, error) {
	return journalplan.Before(l.Before), journalplan.CheckPage(op, l.Limit)
}
