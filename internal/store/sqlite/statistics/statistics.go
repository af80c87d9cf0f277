package statistics

import (
	"strings"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Statistics counts, and reads the counts. It implements store.Statistics. Its methods may be called concurrently, except
// those that say that they run in the writer's goroutine.
type Statistics struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
	Most   int // buckets of one width

	// These belong to the writer's goroutine.
	current  map[key]*entry        // counted in this transaction
	pending  map[key]*entry        // committed, and in the log
	moves    map[string]unfinished // changes of open in this transaction
	taken    map[string]*observation
	logged   int       // rows of the log
	logging  int       // rows that this transaction adds
	folding  bool      // this transaction empties the log
	foldedAt time.Time // the last one that did
	unused   []*entry
	last     key // of lastEntry, the one that was asked for last
	lastUsed *entry

	mu       sync.Mutex
	observed map[string]*observation // by workflow
	open     map[string]unfinished
}

type unfinished = store.Unfinished

const (
	// foldEvery is the least time between two writes of the buckets.
	foldEvery = time.Second
	// maxPending is the number of workflows and minutes, and maxLogged of rows in the log, from which on the buckets are
	// written earlier. A reader adds up the whole log.
	maxPending = 128
	maxLogged  = 2048
)

// New returns the statistics of a database. Prepare must be called before the first write.
func New(w *writer.Writer, pool *reader.Pool, c clock.Clock, most int) *Statistics {
	return &Statistics{
		Writer: w, Pool: pool, Clock: c, Most: most,
		current: make(map[key]*entry), pending: make(map[key]*entry), moves: make(map[string]unfinished), taken: make(map[string]*observation),
		observed: make(map[string]*observation), open: make(map[string]unfinished),
	}
}

// Prepare reads the log that the last process left. The journal adds the unfinished executions (Found).
func (t *Statistics) Prepare(tx *writer.Tx) error {
	return tx.Query(sqlReadLog, func(s *conn.Stmt) {
		addLogged(s, t.pending)
		t.logged++
	})
}

// entry returns what this transaction has counted for a workflow in the minute of an instant.
func (t *Statistics) entry(workflow string, at time.Time) *entry {
	k := keyAt(workflow, at)
	if t.lastUsed != nil && t.last == k {
		return t.lastUsed
	}
	e := t.current[k]
	if e == nil {
		if n := len(t.unused); n > 0 {
			e, t.unused = t.unused[n-1], t.unused[:n-1]
		} else {
			e = &entry{}
		}
		t.current[k] = e
	}
	t.last, t.lastUsed = k, e
	return e
}

// Delivered counts a delivery that this transaction writes. It runs in the writer's goroutine, as do the others up to
// Answered.
func (t *Statistics) Delivered(d *hook.Delivery) {
	e := t.entry(d.Workflow, d.ID.Time())
	e.Bytes += int64(len(d.Request.Body))
	switch d.Outcome {
	case hook.Accepted:
		e.Accepted++
		e.accepted = max(e.accepted, d.ID)
	case hook.Repeat:
		e.Repeats++
	case hook.Filtered:
		e.Filtered++
		e.filtered = max(e.filtered, d.ID)
	case hook.Handshake:
		e.Handshakes++
	case hook.Rejected:
		e.Rejected++
		e.Refuse(d.Gate, 1)
		e.refuse(d)
	case hook.Unmatched:
		e.Unmatched++
		e.refuse(d)
	}
}

func (e *entry) refuse(d *hook.Delivery) {
	if d.ID > e.refused.Delivery {
		reason := d.Reason
		if len(reason) > store.MaxReason {
			reason = strings.ToValidUTF8(reason[:store.MaxReason], "")
		}
		e.refused = store.Refusal{Delivery: d.ID, Gate: d.Gate, Reason: reason}
	}
}

// Moved counts an execution that goes from one status to another; "" is before it exists.
func (t *Statistics) Moved(workflow string, from, to flow.Status) {
	m := t.moves[workflow]
	count(&m, from, -1)
	count(&m, to, 1)
	t.moves[workflow] = m
}

// Found counts unfinished executions that were there when the store was opened.
func (t *Statistics) Found(workflow string, status flow.Status, n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	u := t.open[workflow]
	count(&u, status, n)
	t.open[workflow] = u
}

func count(u *unfinished, status flow.Status, n int64) {
	switch status {
	case flow.Queued, flow.Running:
		u.Backlog += n
	case flow.Waiting:
		u.Waiting += n
	}
}

// Ended counts an execution that ends; first is whether it was never retried.
func (t *Statistics) Ended(workflow string, status flow.Status, started, finished time.Time, first bool) {
	if finished.IsZero() {
		finished = t.Clock.Now()
	}
	e := t.entry(workflow, finished)
	switch status {
	case flow.Succeeded:
		e.Succeeded++
	case flow.Failed:
		e.Failed++
	case flow.Aborted:
		e.Aborted++
	case flow.Canceled:
		e.Canceled++
	}
	if first && !started.IsZero() {
		e.Executions.Add(finished.Sub(started))
	}
}

// Retried counts an ended execution that goes back into the queue.
func (t *Statistics) Retried(workflow string, at time.Time) { t.entry(workflow, at).Retried++ }

// Answered counts the time until a call was answered.
func (t *Statistics) Answered(workflow string, took time.Duration) {
	t.entry(workflow, t.Clock.Now()).Answers.Add(took)
}
