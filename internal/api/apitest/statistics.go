package apitest

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Statistics has the counts of two workflows, github-push and orders, and of calls that no workflow took.
type Statistics struct {
	minutes map[string][]store.Bucket
	active  []store.Activity
}

// NewStatistics returns the statistics of a server of which nothing is new since a quarter to the hour of now. Orders was
// called each hour of a week, until a day ago.
func NewStatistics(now time.Time) *Statistics {
	at := store.Hour.Start(now).Add(-15 * time.Minute)
	push := store.Counts{Accepted: 40, Repeats: 1, Rejected: 3, Gates: map[string]int64{"signature": 2, "basic": 1}, Bytes: 300_000, Succeeded: 37, Failed: 2, Aborted: 1}
	for i := range 40 {
		push.Answers.Add(time.Duration(i+1) * time.Millisecond)
		push.Executions.Add(time.Duration(i+1) * 10 * time.Millisecond)
	}
	s := &Statistics{minutes: map[string][]store.Bucket{
		"github-push": {{Start: at.Add(-26 * time.Hour), Counts: store.Counts{Accepted: 10, Succeeded: 10}}, {Start: at, Counts: push}},
		"":            {{Start: at, Counts: store.Counts{Unmatched: 4}}},
		"orders":      {{Start: at.Add(-25 * time.Hour), Counts: store.Counts{Accepted: 5, Succeeded: 5}}},
	}}
	unmatched := store.Activity{Workflow: "", Refused: store.Refusal{Delivery: ident.After(at) + 9, Gate: "match", Reason: "no workflow has this address"}}
	unmatched.Hours[22] = store.HourCounts{Calls: 4, Refused: 4}
	pushed := store.Activity{
		Workflow: "github-push", Accepted: ident.After(at) + 1, CalledAt: store.Hour.Start(at),
		Refused: store.Refusal{Delivery: ident.After(at) + 2, Gate: "signature", Reason: "the signature does not match"},
	}
	pushed.Hours[22] = store.HourCounts{Calls: 44, Refused: 3, Failed: 3}
	ordered := store.Activity{Workflow: "orders", Accepted: ident.After(at.Add(-25 * time.Hour)), CalledAt: store.Hour.Start(at.Add(-25 * time.Hour))}
	for i := range ordered.Called {
		ordered.Called[i] = i%2 == 0
	}
	s.active = []store.Activity{unmatched, pushed, ordered}
	return s
}

// Buckets returns the buckets of a span.
func (s *Statistics) Buckets(_ context.Context, q store.BucketQuery) ([]store.Bucket, error) {
	sums := make(map[time.Time]*store.Counts)
	s.each(q.Span, func(b *store.Bucket) {
		start := q.Interval.Start(b.Start)
		if sums[start] == nil {
			sums[start] = &store.Counts{}
		}
		sums[start].Add(&b.Counts)
	})
	var list []store.Bucket
	for start, c := range sums {
		list = append(list, store.Bucket{Start: start, Counts: *c})
	}
	slices.SortFunc(list, func(a, b store.Bucket) int { return a.Start.Compare(b.Start) })
	return list, nil
}

// Totals returns the sum over a span.
func (s *Statistics) Totals(_ context.Context, q store.Span) (sum store.Counts, err error) {
	s.each(q, func(b *store.Bucket) { sum.Add(&b.Counts) })
	return sum, nil
}

func (s *Statistics) each(q store.Span, do func(*store.Bucket)) {
	for workflow, list := range s.minutes {
		for i := range list {
			if at := list[i].Start; !at.Before(q.From) && at.Before(q.To) && (q.Workflows == nil || slices.Contains(q.Workflows, workflow)) {
				do(&list[i])
			}
		}
	}
}

// Activity returns the named workflows, or all.
func (s *Statistics) Activity(_ context.Context, names ...string) ([]store.Activity, error) {
	return slices.DeleteFunc(slices.Clone(s.active), func(a store.Activity) bool {
		return len(names) > 0 && !slices.Contains(names, a.Workflow)
	}), nil
}

// OnRevisions returns 7 executions for each revision.
func (s *Statistics) OnRevisions(_ context.Context, _ string, revisions ...string) (map[string]int64, error) {
	all := make(map[string]int64, len(revisions))
	for _, r := range revisions {
		all[r] = 7
	}
	return all, nil
}

// Unfinished returns a backlog.
func (s *Statistics) Unfinished() map[string]store.Unfinished {
	return map[string]store.Unfinished{"github-push": {Backlog: 60, Waiting: 1}, "orders": {Waiting: 2}}
}
