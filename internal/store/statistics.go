package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/histogram"
	"hookline.dev/hookline/internal/ident"
)

// Statistics is the interface for reading how many calls and executions there were, and how long they took. The counts
// are kept apart from deliveries and executions, so retention does not change them. A read takes what every write up to
// now has counted, and costs the same whatever is stored. It returns an error of kind fault.Timeout when its context
// ends.
type Statistics interface {
	// Buckets returns the buckets from From to To, oldest first, without those in which nothing happened. The error
	// is of kind fault.Invalid if there would be more than MaxBuckets.
	Buckets(context.Context, BucketQuery) ([]Bucket, error)
	// Totals returns the sum over the whole minutes from From to To. It reads the widest buckets that fit. Minutes
	// and hours that are no longer kept count as empty.
	Totals(context.Context, Span) (Counts, error)
	// Activity returns what is known about the named workflows, or about all without a name, sorted by key; "" is
	// the calls that no workflow took. A workflow that was never called is absent.
	Activity(context.Context, ...string) ([]Activity, error)
	// OnRevisions returns how many executions of a workflow began on each of some revisions. Revisions without one are
	// absent.
	OnRevisions(ctx context.Context, workflow string, revisions ...string) (map[string]int64, error)
	// Unfinished returns the executions that have not ended, by workflow. It is read from memory.
	Unfinished() map[string]Unfinished
}

// Interval is the width of a bucket. Buckets begin at whole minutes, hours and days in UTC.
type Interval time.Duration

// The intervals, and how long their buckets are kept.
const (
	Minute = Interval(time.Minute)
	Hour   = Interval(time.Hour)
	Day    = Interval(24 * time.Hour)

	MinutesKept = 48 * time.Hour
	HoursKept   = 30 * 24 * time.Hour
	DaysKept    = 2 * 365 * 24 * time.Hour
)

// Start returns the start of the bucket that contains t.
func (i Interval) Start(t time.Time) time.Time {
	width := int64(time.Duration(i) / time.Second)
	n := t.Unix()
	return time.Unix(n-((n%width)+width)%width, 0).UTC()
}

// MaxBuckets is the largest number of buckets that one read looks at, over all workflows.
const MaxBuckets = 20_000

// Span is a time from From (inclusive) to To (exclusive), for some workflows or all.
type Span struct {
	Workflows []string // nil: all of them, with the calls that no workflow took; "" is these calls alone
	From, To  time.Time
}

// BucketQuery selects buckets.
type BucketQuery struct {
	Span
	Interval Interval
}

// Bucket has the counts of one interval.
type Bucket struct {
	Start time.Time // in UTC
	Counts
}

// Counts says how often something happened. A delivery counts at the time in its id, an execution when it ended.
type Counts struct {
	Accepted   int64 // deliveries by outcome
	Repeats    int64
	Filtered   int64
	Handshakes int64
	Rejected   int64
	Unmatched  int64
	Dropped    int64 // calls that ran nothing, of which no delivery was recorded because the queue was full
	Bytes      int64 // of the bodies of all recorded deliveries

	// Ends of executions by status. An execution that was retried ends more than once; Retried counts how often one
	// went back into the queue, so the failed, aborted and canceled ones together are at most Retried too many.
	Succeeded, Failed, Aborted, Canceled int64
	Retried                              int64

	// Gates counts the rejected deliveries by the gate that decided. More than MaxGates different gates count as
	// OtherGates.
	Gates map[string]int64

	// Answers has the times from the first byte of an accepted call or a repeat until the answer is known and what it
	// promises is on disk. It may lack the calls of the last moment before a crash.
	Answers histogram.Histogram
	// Executions has the times from the start of an execution to its end, waiting included. Only first ends count: a
	// retry may come days later.
	Executions histogram.Histogram
}

// MaxGates bounds Counts.Gates.
const (
	MaxGates   = 32
	OtherGates = "other"
)

// Calls returns the number of calls that arrived.
func (c *Counts) Calls() int64 {
	return c.Accepted + c.Repeats + c.Filtered + c.Handshakes + c.Refused()
}

// Refused returns the number of calls that a gate rejected or that no workflow took.
func (c *Counts) Refused() int64 { return c.Rejected + c.Unmatched + c.Dropped }

// Broken returns the number of executions that failed or were aborted.
func (c *Counts) Broken() int64 { return c.Failed + c.Aborted }

// Refuse counts a delivery that a gate rejected.
func (c *Counts) Refuse(gate string, n int64) {
	if c.Gates == nil {
		c.Gates = make(map[string]int64)
	}
	if _, known := c.Gates[gate]; !known && len(c.Gates) >= MaxGates {
		gate = OtherGates
	}
	c.Gates[gate] += n
}

// Add adds other counts.
func (c *Counts) Add(o *Counts) {
	to, from := c.Numbers(), o.Numbers()
	for i := range to {
		*to[i] += *from[i]
	}
	for gate, n := range o.Gates {
		c.Refuse(gate, n)
	}
	c.Answers.Merge(&o.Answers)
	c.Executions.Merge(&o.Executions)
}

// CountColumns is the number of plain numbers in Counts.
const CountColumns = 13

// Numbers returns the plain numbers, in the order of the columns of a driver.
func (c *Counts) Numbers() [CountColumns]*int64 {
	return [...]*int64{
		&c.Accepted, &c.Repeats, &c.Filtered, &c.Handshakes, &c.Rejected, &c.Unmatched, &c.Dropped, &c.Bytes,
		&c.Succeeded, &c.Failed, &c.Aborted, &c.Canceled, &c.Retried,
	}
}

// Activity is what is known about a workflow without looking at its deliveries.
type Activity struct {
	Workflow string
	Accepted ident.ID // the last accepted delivery; 0: none
	Filtered ident.ID // the last filtered one
	Refused  Refusal  // the last rejected one, or unmatched one for ""
	// Hours are the last 24 hours, oldest first; the last one is the current hour.
	Hours [24]HourCounts
	// Called tells in which of the last 7 days' hours a call passed the gates, counted back from the hour of the last
	// such call.
	Called   [7 * 24]bool
	CalledAt time.Time // the start of that hour; zero: never
}

// Refusal is a call that was refused.
type Refusal struct {
	Delivery ident.ID // 0: none. Retention may have deleted it
	Gate     string
	Reason   string // cut at MaxReason
}

// MaxReason bounds Refusal.Reason, in bytes.
const MaxReason = 500

// HourCounts is a part of the counts of an hour.
type HourCounts struct{ Calls, Refused, Failed int64 }

// Unfinished counts executions that have not ended.
type Unfinished struct {
	Backlog int64 // queued or running
	Waiting int64
}
