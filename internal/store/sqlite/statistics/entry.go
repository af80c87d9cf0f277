package statistics

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/histogram"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// key names what happened to a workflow in a minute.
type key struct {
	workflow string
	minute   int64 // its start, in seconds since 1970
}

func keyAt(workflow string, at time.Time) key { return key{workflow, store.Minute.Start(at).Unix()} }

// entry is what is counted under a key.
type entry struct {
	store.Counts
	accepted, filtered ident.ID // the last delivery of each kind
	refused            store.Refusal
	revisions          []onRevision
}

func (e *entry) add(o *entry) {
	e.Counts.Add(&o.Counts)
	e.accepted, e.filtered = max(e.accepted, o.accepted), max(e.filtered, o.filtered)
	if o.refused.Delivery > e.refused.Delivery {
		e.refused = o.refused
	}
	for _, r := range o.revisions {
		e.began(r.revision, r.n)
	}
}

// reset empties an entry for its next use.
func (e *entry) reset() {
	answers, executions := e.Answers, e.Executions
	answers.Reset()
	executions.Reset()
	clear(e.revisions)
	*e = entry{Counts: store.Counts{Answers: answers, Executions: executions}, revisions: e.revisions[:0]}
}

// The columns of Counts, in the order of Counts.Numbers.
const (
	countColumns = `accepted, repeats, filtered, handshakes, rejected, unmatched, dropped, bytes,
succeeded, failed, aborted, canceled, retried, gates, answers, executions`
	countWidth = store.CountColumns + 3
)

// bindCounts binds countColumns, from parameter at on.
func bindCounts(s *conn.Stmt, at int, c *store.Counts) {
	for i, n := range c.Numbers() {
		s.Int(at+i, *n)
	}
	at += store.CountColumns
	gates := ""
	if len(c.Gates) > 0 {
		text, _ := json.Marshal(c.Gates) // a map of numbers
		gates = string(text)
	}
	s.TextOrNull(at, gates)
	s.BlobOrNull(at+1, c.Answers.Append(nil))
	s.BlobOrNull(at+2, c.Executions.Append(nil))
}

// addCounts adds the countColumns of a row, from column at on. What cannot be read counts as nothing: a damaged chart
// must not stop the writes.
func addCounts(s *conn.Stmt, at int, c *store.Counts) {
	for i, n := range c.Numbers() {
		*n += s.ColumnInt(at + i)
	}
	at += store.CountColumns
	addGates(s.ColumnText(at), c)
	addHistogram(s, at+1, &c.Answers)
	addHistogram(s, at+2, &c.Executions)
}

// addGates adds the JSON of bindCounts. A chart has so many of them that a general decoder would be an eighth of its cost.
func addGates(text string, c *store.Counts) {
	for text = strings.Trim(text, "{}"); text != ""; {
		quoted, err := strconv.QuotedPrefix(text) // the escapes of encoding/json are some of Go's
		if err != nil {
			return
		}
		gate, _ := strconv.Unquote(quoted)
		var count string
		count, text, _ = strings.Cut(text[len(quoted):], ",")
		n, err := strconv.ParseInt(strings.TrimPrefix(count, ":"), 10, 64)
		if err != nil {
			return
		}
		c.Refuse(gate, n)
	}
}

func addHistogram(s *conn.Stmt, at int, h *histogram.Histogram) { _ = h.MergeEncoded(s.ColumnBlob(at)) }

const (
	sqlLog = `INSERT INTO statistics_log (workflow, start, ` + countColumns + `, last_accepted, last_filtered, last_refused, gate, reason, revisions)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)`
	sqlReadLog = `SELECT workflow, start, ` + countColumns + `, last_accepted, last_filtered, last_refused, gate, reason, revisions FROM statistics_log`
)

// bindLogged binds the parameters of sqlLog.
func bindLogged(s *conn.Stmt, k key, e *entry) {
	s.Text(1, k.workflow)
	s.Int(2, k.minute)
	bindCounts(s, 3, &e.Counts)
	const next = 3 + countWidth
	s.Int(next, int64(e.accepted))
	s.Int(next+1, int64(e.filtered))
	bindRefusal(s, next+2, &e.refused)
	s.TextOrNull(next+5, e.encodeRevisions())
}

// addLogged adds a row of sqlReadLog.
func addLogged(s *conn.Stmt, to map[key]*entry) {
	k := key{s.ColumnText(0), s.ColumnInt(1)}
	e := to[k]
	if e == nil {
		e = &entry{}
		to[k] = e
	}
	addCounts(s, 2, &e.Counts)
	const next = 2 + countWidth
	e.add(&entry{accepted: ident.ID(s.ColumnInt(next)), filtered: ident.ID(s.ColumnInt(next + 1)), refused: readRefusal(s, next+2)})
	e.addRevisions(s.ColumnText(next + 5))
}

func bindRefusal(s *conn.Stmt, at int, r *store.Refusal) {
	s.Int(at, int64(r.Delivery))
	s.TextOrNull(at+1, r.Gate)
	s.TextOrNull(at+2, r.Reason)
}

func readRefusal(s *conn.Stmt, at int) store.Refusal {
	return store.Refusal{Delivery: ident.ID(s.ColumnInt(at)), Gate: s.ColumnText(at + 1), Reason: s.ColumnText(at + 2)}
}
