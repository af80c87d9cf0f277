package api

import (
	"context"
	"strings"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// Listing holds the parameters of the lists that take a query.
type Listing struct {
	Paging
	Q      string `query:"q" maxLength:"8192" doc:"a query such as status:failed workflow:orders \"free text\"; see the page on queries"`
	Search int    `query:"search" minimum:"1" maximum:"5000" default:"20" doc:"most milliseconds to search; the response then says how far it came"`
}

// Found is one page of a list that was searched, newest first.
type Found[T any] struct {
	Items []T `json:"items"`
	// Next is the value of before for the next page; empty if the list has ended.
	Next  string `json:"next,omitempty"`
	Query string `json:"query,omitempty"` // the query in its canonical form
	// Cut means that the search was stopped before the page was full. Ask again with before=next to go on.
	Cut      bool `json:"cut,omitempty"`
	Searched int  `json:"searched"`          // entries that were looked at
	Skipped  int  `json:"skipped,omitempty"` // entries whose body is longer than 8 MiB, so that nobody looked into it
}

type searched[T any] struct {
	Body Found[T]
}

// of returns what a store is asked for. more are terms that other parameters stand for.
func (in *Listing) of(ctx context.Context, now time.Time, r query.Resource, more ...string) (store.Listing, error) {
	prefix := ident.Execution
	if r == query.Deliveries {
		prefix = ident.Delivery
	}
	before, err := parseID(prefix, "before", in.Before)
	if err != nil {
		return store.Listing{}, err
	}
	q, err := query.Parse(r, strings.TrimSpace(in.Q+" "+strings.Join(more, "")), now)
	return store.Listing{
		Query: q, Workflows: bound(ctx), Before: before, Limit: in.Limit, Budget: store.Budget{Time: time.Duration(in.Search) * time.Millisecond},
	}, err
}

// word returns the term that a parameter stands for; "" if it was not given.
func word(field, text string) string {
	if text == "" {
		return ""
	}
	return " " + query.Is(field, text).String()
}

// instant is word for a time.
func instant(field string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " " + field + ":" + t.UTC().Format(time.RFC3339Nano)
}

// bound returns the workflows that the caller's lists are about; nil for all.
func bound(ctx context.Context) []string {
	if who := caller(ctx); who.Bound() {
		return who.Workflows
	}
	return nil
}

// foundIn converts a page.
func foundIn[R, T any](q query.Query, page store.Page[R], prefix string, convert func(R) T) *searched[T] {
	out := Found[T]{
		Items: make([]T, len(page.Items)), Next: page.Next.Text(prefix), Query: q.String(), Cut: page.Cut, Searched: page.Rows, Skipped: page.Skipped,
	}
	for i, row := range page.Items {
		out.Items[i] = convert(row)
	}
	return &searched[T]{out}
}
