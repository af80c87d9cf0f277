package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/store"
)

// Overview answers whether everything is well.
type Overview struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// The figures of the period, each with that of the period before.
	Calls     Figure `json:"calls"`
	Refused   Figure `json:"refused"`
	Failed    Figure `json:"failed"` // executions that failed or were aborted
	P50Micros Figure `json:"p50Micros"`
	P99Micros Figure `json:"p99Micros"` // of the time until a call was answered

	Backlog int64 `json:"backlog"` // executions queued or running now
	Waiting int64 `json:"waiting"` // executions waiting now
	// Busiest are the workflows with the most calls in the last 24 hours.
	Busiest []WorkflowTraffic `json:"busiest"`
	// Attention is what somebody should look at, the most urgent first.
	Attention []Attention `json:"attention"`
}

// Figure is a number with the one of the period before.
type Figure struct {
	Now    int64 `json:"now"`
	Before int64 `json:"before"`
}

// WorkflowTraffic is the last 24 hours of a workflow.
type WorkflowTraffic struct {
	Workflow string `json:"workflow"`
	Title    string `json:"title,omitempty"`
	RecentTraffic
}

// RecentTraffic is the last 24 hours, and what a workflow took and refused last.
type RecentTraffic struct {
	Calls   int64   `json:"calls"`
	Refused int64   `json:"refused,omitempty"`
	Failed  int64   `json:"failed,omitempty"`
	Hours   []int64 `json:"hours"` // calls in each of the last 24 hours, oldest first; the last is the current hour
	Traffic
}

// recentTraffic returns the last 24 hours of a workflow.
func recentTraffic(a *store.Activity) RecentTraffic {
	row := RecentTraffic{Hours: make([]int64, len(a.Hours)), Traffic: *trafficOf(a)}
	for i, h := range a.Hours {
		row.Hours[i] = h.Calls
		row.Calls += h.Calls
		row.Refused += h.Refused
		row.Failed += h.Failed
	}
	return row
}

type overviewQuery struct {
	Period string `query:"period" enum:"1h,24h,7d,30d" default:"24h" doc:"the period of the figures"`
}

// maxRows bounds the busiest workflows, and each kind of attention.
const maxRows = 10

func (r routes) overview() {
	handle(r, route{method: "GET", path: "/api/overview", id: "get-overview", summary: "Whether everything is well: figures, busiest workflows, what needs attention", needs: account.ReadStatistics},
		func(ctx context.Context, in *overviewQuery) (*one[Overview], error) {
			out, err := r.figures(ctx, in.Period)
			if err != nil {
				return nil, err
			}
			rows, activity, err := r.traffic(ctx)
			if err != nil {
				return nil, err
			}
			for key, u := range r.Statistics.Unfinished() {
				if caller(ctx).Sees(key) {
					out.Backlog += u.Backlog
					out.Waiting += u.Waiting
				}
			}
			out.Attention = r.attention(ctx, rows, activity, out.Backlog)
			out.Busiest = []WorkflowTraffic{}
			for _, row := range byMost(rows, func(w *WorkflowTraffic) int64 { return w.Calls }) {
				if row.Workflow != "" {
					out.Busiest = append(out.Busiest, row)
				}
			}
			out.Busiest = out.Busiest[:min(len(out.Busiest), maxRows)]
			return &one[Overview]{*out}, nil
		})
}

// period returns the length of a period, and the width of buckets that are kept for two of them.
func period(name string) (time.Duration, store.Interval) {
	switch name {
	case "1h":
		return time.Hour, store.Minute
	case "7d":
		return 7 * 24 * time.Hour, store.Hour
	case "30d":
		return 30 * 24 * time.Hour, store.Day
	default:
		return 24 * time.Hour, store.Minute
	}
}

// figures returns the numbers of a period and of the one before.
func (r routes) figures(ctx context.Context, name string) (*Overview, error) {
	length, width := period(name)
	to := width.Start(r.Clock.Now()).Add(time.Duration(width))
	out := &Overview{From: to.Add(-length), To: to}
	span := store.Span{From: out.From, To: to}
	if who := caller(ctx); who.Bound() {
		span.Workflows = who.Workflows
	}
	now, err := r.Statistics.Totals(ctx, span)
	if err != nil {
		return nil, err
	}
	span.From, span.To = span.From.Add(-length), span.From
	before, err := r.Statistics.Totals(ctx, span)
	if err != nil {
		return nil, err
	}
	out.Calls = Figure{now.Calls(), before.Calls()}
	out.Refused = Figure{now.Refused(), before.Refused()}
	out.Failed = Figure{now.Broken(), before.Broken()}
	out.P50Micros = Figure{now.Answers.Quantile(0.5).Microseconds(), before.Answers.Quantile(0.5).Microseconds()}
	out.P99Micros = Figure{now.Answers.Quantile(0.99).Microseconds(), before.Answers.Quantile(0.99).Microseconds()}
	return out, nil
}

// traffic returns the last 24 hours of every workflow that the caller may see, with its activity. Calls that no workflow
// took have the key "".
func (r routes) traffic(ctx context.Context) ([]WorkflowTraffic, []store.Activity, error) {
	who := caller(ctx)
	all, err := r.Statistics.Activity(ctx, who.Workflows...)
	if err != nil {
		return nil, nil, err
	}
	titles, err := r.titles()
	if err != nil {
		return nil, nil, err
	}
	rows := make([]WorkflowTraffic, len(all))
	for i := range all {
		rows[i] = WorkflowTraffic{all[i].Workflow, titles[all[i].Workflow], recentTraffic(&all[i])}
	}
	return rows, all, nil
}

// addTraffic adds the last 24 hours to workflows.
func (r routes) addTraffic(ctx context.Context, items []Workflow) error {
	if len(items) == 0 {
		return nil
	}
	names := make([]string, len(items))
	for i := range items {
		names[i] = items[i].Key
	}
	all, err := r.Statistics.Activity(ctx, names...)
	if err != nil {
		return err
	}
	known := make(map[string]*store.Activity, len(all))
	for i := range all {
		known[all[i].Workflow] = &all[i]
	}
	for i := range items {
		a := known[items[i].Key]
		if a == nil {
			a = &store.Activity{}
		}
		t := recentTraffic(a)
		items[i].Traffic = &t
	}
	return nil
}

func (r routes) titles() (map[string]string, error) {
	list, err := r.Workflows.Workflows()
	if err != nil {
		return nil, err
	}
	titles := make(map[string]string, len(list))
	for i := range list {
		titles[list[i].Key] = list[i].Title
	}
	return titles, nil
}

// byMost returns the rows with a number above zero, the largest first.
func byMost(rows []WorkflowTraffic, of func(*WorkflowTraffic) int64) []WorkflowTraffic {
	var some []WorkflowTraffic
	for i := range rows {
		if of(&rows[i]) > 0 {
			some = append(some, rows[i])
		}
	}
	slices.SortStableFunc(some, func(a, b WorkflowTraffic) int { return cmp.Compare(of(&b), of(&a)) })
	return some
}
