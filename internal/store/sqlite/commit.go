package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// commitment is a store.Commit on its way, with all that can be worked out before the writer has it.
type commitment struct {
	ticket
	c    store.Commit
	rows []byte // the steps, encoded up to the end of the last

	table    *table // of the Op; nil when there is no such collection
	admitted collection.Admitted
	broken   *collection.Violation // of the Op, found without the store

	out store.Committed
}

// Commit is the second write. Repeating a Commit whose outcome was not learned gives the same rows
// and the same outcome, and no second record.
func (s *Store) Commit(c store.Commit) (store.Committed, error) {
	if err := checkCommit(&c); err != nil {
		return store.Committed{}, err
	}
	m := s.commitments.Get().(*commitment)
	m.c = c
	m.rows = appendSteps(m.rows[:0], c.Steps, c.Op != nil)
	if c.Op != nil {
		m.admit(s.catalog.Load(), s.opts.Clock)
	}
	err := s.lanes.enter(&s.lanes.commits, m)
	if err == nil {
		err = m.wait()
	}
	out := m.out
	if cap(m.rows) > keepRows {
		m.rows = nil
	}
	*m = commitment{ticket: m.ticket, rows: m.rows[:0]}
	s.commitments.Put(m)
	if err != nil {
		return store.Committed{}, err
	}
	return out, nil
}

// keepRows is the largest buffer for steps that is used again, in bytes.
const keepRows = 64 << 10

func checkCommit(c *store.Commit) error {
	const op = "sqlite.Commit"
	last := 0
	for i := range c.Steps {
		if s := &c.Steps[i]; s.N <= last || s.Execution != c.Execution {
			return fault.New(op, fault.Invalid, "the steps of a commit must belong to its execution and be in the order of N, from 1")
		}
		last = c.Steps[i].N
	}
	switch {
	case c.Execution == 0 || c.Owner == 0:
		return fault.New(op, fault.Invalid, "a commit must name its execution and the owner of the claim")
	case !flow.CanMove(flow.Running, c.State.Status):
		return fault.New(op, fault.Invalid, "a commit cannot set the status %q", c.State.Status)
	case len(c.Ops) > 0:
		return fault.New(op, fault.Unsupported, "several operations in one commit are not yet supported")
	case c.Op == nil:
		return nil
	case len(c.Steps) == 0:
		return fault.New(op, fault.Invalid, "an operation must belong to a step")
	case c.Op.Kind != collection.Create:
		return fault.New(op, fault.Unsupported, "the operation %q is not yet supported", c.Op.Kind)
	case !flow.CanMove(flow.Running, c.Broken.Status):
		return fault.New(op, fault.Invalid, "a commit with an operation must say how it goes on when that breaks a rule")
	}
	return nil
}

// admit checks the Op's values in the caller's goroutine, by the catalog as it is now.
func (m *commitment) admit(cat *catalog, clk interface{ Now() time.Time }) {
	now := m.last().FinishedAt
	if now.IsZero() {
		now = clk.Now()
	}
	m.table = cat.tables[m.c.Op.Collection]
	if m.table == nil {
		m.broken = cat.unknown(m.c.Op.Collection)
		return
	}
	m.admitted, m.broken = m.table.Admit(m.c.Op.Values, now)
}

// last is the step that the Op belongs to.
func (m *commitment) last() *flow.Step { return &m.c.Steps[len(m.c.Steps)-1] }

// size is that of the steps, the output and the reply.
func (m *commitment) size() int {
	n := len(m.rows) + len(m.c.State.Output.Text())
	if r := m.c.State.Reply; r != nil {
		n += len(r.Body)
	}
	return n
}

// apply writes the steps, the record and the state, if the claim holds.
func (m *commitment) apply(w *writer) error {
	m.out = store.Committed{}
	held, ok, err := m.fence(w)
	if err != nil {
		return err
	}
	if !ok {
		m.out.Fenced = true
		return nil
	}
	m.out.CancelRequested = held.cancel
	state := &m.c.State
	switch {
	case m.c.Op != nil:
		if err := m.operate(w); err != nil {
			return err
		}
		if m.out.Op.Violation != nil {
			state = &m.c.Broken
		}
	case len(m.c.Steps) > 0:
		if err := w.putSteps(m.c.Steps, append(m.rows, stepsEnd...)); err != nil {
			return err
		}
	}
	if held.cancel && state.Release { // nobody owns it any more, so it is canceled at once
		state = &store.State{Status: flow.Canceled, StartedAt: state.StartedAt, FinishedAt: w.store.opts.Clock.Now()}
	}
	return m.move(w, held, state)
}

// fence reports whether the commit's owner holds the claim. What the writer does not remember (the
// execution has ended, or another process life held it) the table knows.
func (m *commitment) fence(w *writer) (claim, bool, error) {
	owner := int64(m.c.Owner)
	if held, known := w.claims[m.c.Execution]; known {
		return held, held.owner == owner, nil
	}
	var (
		held  claim
		ok    bool
		ended bool
	)
	err := w.query(`SELECT owner, status, cancel_requested FROM executions WHERE id = ?1`, func(s *conn.Stmt) {
		status := flow.Status(s.ColumnText(1))
		held = claim{owner: s.ColumnInt(0), counted: counted(status), cancel: s.ColumnInt(2) != 0}
		ended = status.Final()
		// An execution that has ended takes no commit but the repetition of the one that ended it.
		ok = held.owner == owner && (!ended || status == m.c.State.Status)
	}, m.c.Execution)
	if ok && !ended {
		w.setClaim(m.c.Execution, held)
		err = w.cover(m.c.Execution)
	}
	return held, ok, err
}

// counted reports whether a status counts in the backlog.
func counted(s flow.Status) bool { return s == flow.Queued || s == flow.Running }

// putSteps writes steps that are encoded whole. If a row ends in the same number, they are merged
// with its steps.
func (w *writer) putSteps(steps []flow.Step, rows []byte) error {
	err := w.insertRows(steps, rows)
	if code(err) == conn.Constraint {
		return w.mergeRows(steps)
	}
	return err
}

func (w *writer) insertRows(steps []flow.Step, rows []byte) error {
	last := &steps[len(steps)-1]
	s := w.insertSteps
	s.Int(1, int64(last.Execution))
	s.Int(2, int64(last.N))
	s.TextBytes(3, rows)
	return w.run(s)
}

func (w *writer) mergeRows(steps []flow.Step) error {
	last := &steps[len(steps)-1]
	there, err := w.rowOf(last)
	if err != nil {
		return err
	}
	merged := mergeSteps(there, steps)
	return w.exec(`REPLACE INTO steps (execution, n, rows) VALUES (?1, ?2, ?3)`, last.Execution, last.N,
		string(append(appendSteps(nil, merged, false), stepsEnd...)))
}

// rowOf reads the row that ends in a step.
func (w *writer) rowOf(last *flow.Step) (steps []flow.Step, err error) {
	err = w.query(`SELECT rows FROM steps WHERE execution = ?1 AND n = ?2`, func(s *conn.Stmt) {
		steps = decodeSteps(last.Execution, s.ColumnText(0))
	}, last.Execution, last.N)
	return steps, err
}
