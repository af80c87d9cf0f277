package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/histogram"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Statistics reads counts. store.Statistics implements it.
type Statistics interface {
	Buckets(context.Context, store.BucketQuery) ([]store.Bucket, error)
	Totals(context.Context, store.Span) (store.Counts, error)
	Activity(context.Context, ...string) ([]store.Activity, error)
	OnRevisions(ctx context.Context, workflow string, revisions ...string) (map[string]int64, error)
	Unfinished() map[string]store.Unfinished
}

// StatisticsReport has the counts of a time, in all and by steps.
type StatisticsReport struct {
	Workflow string    `json:"workflow,omitempty"` // absent: all that the caller may see
	From     time.Time `json:"from"`
	To       time.Time `json:"to"` // exclusive; the last step may not have ended yet
	Step     string    `json:"step" enum:"minute,hour,day"`
	Totals   Counts    `json:"totals"`
	// Previous has the totals of the same length before from; absent if they are no longer kept.
	Previous *Counts `json:"previous,omitempty"`
	// Series has the steps in which something happened, oldest first.
	Series  []CountsAt `json:"series"`
	Backlog int64      `json:"backlog"` // executions queued or running now
	Waiting int64      `json:"waiting"` // executions waiting now
	// Traffic is what the workflow took and refused last; absent for all together.
	Traffic *Traffic `json:"traffic,omitempty"`
}

// CountsAt has the counts of one step.
type CountsAt struct {
	At time.Time `json:"at"` // its start; steps begin at whole minutes, hours and days in UTC
	Counts
}

// Counts says how often something happened. A number that is absent is 0.
type Counts struct {
	Calls       int64            `json:"calls"`
	Accepted    int64            `json:"accepted,omitempty"`
	Repeats     int64            `json:"repeats,omitempty"`
	Filtered    int64            `json:"filtered,omitempty"`
	Handshakes  int64            `json:"handshakes,omitempty"`
	Refused     int64            `json:"refused,omitempty"`     // rejected, unmatched and notRecorded together
	Rejected    int64            `json:"rejected,omitempty"`    // by a gate, see gates
	Unmatched   int64            `json:"unmatched,omitempty"`   // no workflow has the address
	NotRecorded int64            `json:"notRecorded,omitempty"` // refused calls that were too many to be recorded
	Gates       map[string]int64 `json:"gates,omitempty"`
	Bytes       int64            `json:"bytes,omitempty"` // of the bodies
	// Ends of executions. One that was retried may end more than once.
	Succeeded int64  `json:"succeeded,omitempty"`
	Failed    int64  `json:"failed,omitempty"`
	Aborted   int64  `json:"aborted,omitempty"`
	Canceled  int64  `json:"canceled,omitempty"`
	Retried   int64  `json:"retried,omitempty"`
	Answer    *Times `json:"answer,omitempty"`    // until a call was answered
	Execution *Times `json:"execution,omitempty"` // from the start of an execution to its first end
}

// Times are percentiles, each at most 6.25 % away from the exact one.
type Times struct {
	Count     int64 `json:"count"`
	P50Micros int64 `json:"p50Micros"`
	P95Micros int64 `json:"p95Micros"`
	P99Micros int64 `json:"p99Micros"`
}

// Traffic is what a workflow took and refused last.
type Traffic struct {
	Accepted *LastCall `json:"lastAccepted,omitempty"`
	Refused  *LastCall `json:"lastRefused,omitempty"`
	Filtered *LastCall `json:"lastFiltered,omitempty"`
}

// LastCall returns when the last of the calls came; zero: there was none.
func (t *Traffic) LastCall() (at time.Time) {
	for _, c := range []*LastCall{t.Accepted, t.Refused, t.Filtered} {
		if c != nil && c.At.After(at) {
			at = c.At
		}
	}
	return at
}

// LastCall is one call. Its delivery may have been deleted since.
type LastCall struct {
	At       time.Time `json:"at"`
	Delivery string    `json:"delivery"`
	Gate     string    `json:"gate,omitempty"` // the gate that refused it
	Reason   string    `json:"reason,omitempty"`
}

func trafficOf(a *store.Activity) *Traffic {
	last := func(id ident.ID, gate, reason string) *LastCall {
		if id == 0 {
			return nil
		}
		return &LastCall{At: id.Time(), Delivery: id.Text(ident.Delivery), Gate: gate, Reason: reason}
	}
	return &Traffic{
		Accepted: last(a.Accepted, "", ""), Refused: last(a.Refused.Delivery, a.Refused.Gate, a.Refused.Reason), Filtered: last(a.Filtered, "", ""),
	}
}

func countsOf(c *store.Counts) Counts {
	return Counts{
		Calls: c.Calls(), Accepted: c.Accepted, Repeats: c.Repeats, Filtered: c.Filtered, Handshakes: c.Handshakes,
		Refused: c.Refused(), Rejected: c.Rejected, Unmatched: c.Unmatched, NotRecorded: c.Dropped, Gates: c.Gates, Bytes: c.Bytes,
		Succeeded: c.Succeeded, Failed: c.Failed, Aborted: c.Aborted, Canceled: c.Canceled, Retried: c.Retried,
		Answer: timesOf(&c.Answers), Execution: timesOf(&c.Executions),
	}
}

func timesOf(h *histogram.Histogram) *Times {
	n := h.Count()
	if n == 0 {
		return nil
	}
	return &Times{Count: n, P50Micros: h.Quantile(0.5).Microseconds(), P95Micros: h.Quantile(0.95).Microseconds(), P99Micros: h.Quantile(0.99).Microseconds()}
}

// StatisticsTime selects the time of a report.
type StatisticsTime struct {
	From time.Time `query:"from" doc:"the start; a day before to if absent"`
	To   time.Time `query:"to" doc:"the end; now if absent"`
	Step string    `query:"step" enum:"minute,hour,day" doc:"the width of a step; chosen by the length of the time if absent"`
}

type statisticsQuery struct {
	StatisticsTime
	Workflow string `query:"workflow" maxLength:"64" doc:"only this workflow"`
}

type workflowStatisticsQuery struct {
	Key string `path:"key" maxLength:"64"`
	StatisticsTime
}

func (r routes) statistics() {
	handle(r, route{method: "GET", path: "/api/statistics", id: "get-statistics", summary: "How many calls and executions, and how long they took", needs: account.ReadStatistics},
		func(ctx context.Context, in *statisticsQuery) (*one[StatisticsReport], error) {
			if in.Workflow != "" {
				return r.workflowReport(ctx, in.Workflow, in.StatisticsTime)
			}
			var names []string
			if who := caller(ctx); who.Bound() {
				names = who.Workflows
			}
			return r.report(ctx, "", names, in.StatisticsTime)
		})
	handle(r, route{method: "GET", path: "/api/workflows/{key}/statistics", id: "get-workflow-statistics", summary: "How many calls and executions of a workflow, and how long they took", needs: account.ReadStatistics},
		func(ctx context.Context, in *workflowStatisticsQuery) (*one[StatisticsReport], error) {
			return r.workflowReport(ctx, in.Key, in.StatisticsTime)
		})
	r.overview()
}

// workflowReport reports on one workflow, also on one that was deleted.
func (r routes) workflowReport(ctx context.Context, key string, when StatisticsTime) (*one[StatisticsReport], error) {
	if err := seen(ctx, key); err != nil {
		return nil, err
	}
	known, err := r.Statistics.Activity(ctx, key)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		if _, err := r.Workflows.Workflow(key); err != nil {
			return nil, err
		}
		known = []store.Activity{{}}
	}
	out, err := r.report(ctx, key, []string{key}, when)
	if err != nil {
		return nil, err
	}
	out.Body.Traffic = trafficOf(&known[0])
	return out, nil
}

func (r routes) report(ctx context.Context, workflow string, names []string, when StatisticsTime) (*one[StatisticsReport], error) {
	q, err := when.query(r.Clock.Now())
	if err != nil {
		return nil, err
	}
	q.Workflows = names
	buckets, err := r.Statistics.Buckets(ctx, q)
	if err != nil {
		return nil, err
	}
	out := StatisticsReport{Workflow: workflow, From: q.From, To: q.To, Step: stepName(q.Interval), Series: make([]CountsAt, len(buckets))}
	var sum store.Counts
	for i := range buckets {
		b := &buckets[i]
		sum.Add(&b.Counts)
		out.Series[i] = CountsAt{b.Start, countsOf(&b.Counts)}
	}
	out.Totals = countsOf(&sum)
	before := store.Span{Workflows: names, From: q.From.Add(-q.To.Sub(q.From)), To: q.From}
	if !before.From.Before(r.Clock.Now().Add(-kept(q.Interval))) {
		c, err := r.Statistics.Totals(ctx, before)
		if err != nil {
			return nil, err
		}
		previous := countsOf(&c)
		out.Previous = &previous
	}
	for key, u := range r.Statistics.Unfinished() {
		if workflow == key || workflow == "" && caller(ctx).Sees(key) {
			out.Backlog += u.Backlog
			out.Waiting += u.Waiting
		}
	}
	return &one[StatisticsReport]{out}, nil
}

// The longest times that are shown in minutes and in hours if no step is asked for.
const (
	minutesUpTo = 6 * time.Hour
	hoursUpTo   = 14 * 24 * time.Hour
)

// The years that a time can be in. A time of the year 10000 has no form in JSON.
const (
	earliestYear = 2000
	latestYear   = 2200
)

// query returns the steps that contain the time.
func (t StatisticsTime) query(now time.Time) (q store.BucketQuery, err error) {
	if q.To = t.To.UTC(); q.To.IsZero() {
		q.To = now.UTC()
	}
	if q.From = t.From.UTC(); q.From.IsZero() {
		q.From = q.To.Add(-24 * time.Hour)
	}
	switch {
	case !q.From.Before(q.To):
		return q, fault.Field("api.statistics", "from", "from must be before to")
	case q.From.Year() < earliestYear:
		return q, fault.Field("api.statistics", "from", "from must be in the year %d or later", earliestYear)
	case q.To.Year() > latestYear:
		return q, fault.Field("api.statistics", "to", "to must be in the year %d or earlier", latestYear)
	}
	long, ago := q.To.Sub(q.From), now.Sub(q.From)
	switch {
	case t.Step == "minute", t.Step == "" && long <= minutesUpTo && ago < store.MinutesKept:
		q.Interval = store.Minute
	case t.Step == "hour", t.Step == "" && long <= hoursUpTo && ago < store.HoursKept:
		q.Interval = store.Hour
	default:
		q.Interval = store.Day
	}
	q.From = q.Interval.Start(q.From)
	if end := q.Interval.Start(q.To); end.Before(q.To) {
		q.To = end.Add(time.Duration(q.Interval))
	}
	return q, nil
}

func stepName(i store.Interval) string {
	switch i {
	case store.Minute:
		return "minute"
	case store.Hour:
		return "hour"
	default:
		return "day"
	}
}

func kept(i store.Interval) time.Duration {
	switch i {
	case store.Minute:
		return store.MinutesKept
	case store.Hour:
		return store.HoursKept
	default:
		return store.DaysKept
	}
}
