package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
)

// History is the interface for reading past deliveries and executions: newest first, in bounded pages. A read
// returns an error of kind fault.Timeout when its context ends.
type History interface {
	// Executions returns executions, newest first. They include Output, Error and Labels, but only the status of Reply.
	// The error is of kind fault.Invalid if Limit is not in 1 to MaxPage.
	Executions(context.Context, Listing) (Page[flow.Execution], error)
	// Execution returns one execution without its steps, with everything else. The error is of kind fault.NotFound if
	// there is none.
	Execution(context.Context, ident.ID) (flow.Execution, error)
	Load(context.Context, ident.ID) (Loaded, error)
	StepReader
	// Deliveries returns deliveries, newest first, without their bodies and answers.
	// The error is of kind fault.Invalid if Limit is not in 1 to MaxPage.
	Deliveries(context.Context, Listing) (Page[hook.Delivery], error)
	Delivery(context.Context, ident.ID) (hook.Delivery, error)
}

// Listing selects a page of a list. Times are compared with the millisecond in the id.
type Listing struct {
	Query     query.Query // the zero Query: everything
	Workflows []string    // only of these workflows; nil: of all, and deliveries of none
	Before    ident.ID    // exclusive; 0: from the newest
	Limit     int         // at most MaxPage
	Budget    Budget      // zero fields: those of DefaultBudget
}

// Budget bounds the work that one page may cost. A driver checks it after each row that it had to read, so a page may cost
// slightly more.
type Budget struct {
	Rows  int           // rows to look at
	Bytes int64         // of bodies and other content to look into
	Time  time.Duration // from the beginning of the read
}

// DefaultBudget returns the budget of a page that somebody waits for in front of a screen.
func DefaultBudget() Budget {
	return Budget{Rows: 50_000, Bytes: 64 << 20, Time: 20 * time.Millisecond}
}

// MaxSearch is the longest body that content conditions look into, in bytes. Longer ones do not match and are counted.
const MaxSearch = 8 << 20

// MaxPage is the largest number of entries in a page of any list.
const MaxPage = 500

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	// Next is Before for the next page: everything from it on was looked at. 0: the list has ended.
	Next ident.ID
	// Cut means that the budget was spent before the page was full. There may be more items after Next.
	Cut     bool
	Rows    int // rows that were looked at
	Skipped int // bodies that were longer than MaxSearch, so that nobody looked into them
}
