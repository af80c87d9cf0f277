package sqlite

import (
	"slices"
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
	rows []byte // the steps, encoded up to the end of the last; without operations but a plain last one

	op     operation    // of c.Op
	others []*operation // of c.Ops

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
	lane, err := &s.lanes.commits, error(nil)
	if len(c.Ops) == 0 {
		m.rows = appendSteps(m.rows[:0], c.Steps, c.Op != nil)
	}
	if c.Op != nil || len(c.Ops) > 0 {
		lane, err = s.prepare(m)
	}
	if err == nil {
		err = s.lanes.enter(lane, m)
	}
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

// light is how many records a Commit or Write may touch without a transaction of its own.
const light = 64

// prepare works out the operations of a commit, and which lane it takes.
func (s *Store) prepare(m *commitment) (*lane, error) {
	cat, weight := s.catalog.Load(), 0
	if m.c.Op != nil {
		m.op.op, m.op.now = m.c.Op, s.momentOf(&m.c.Steps[len(m.c.Steps)-1])
		if len(m.c.Ops) == 0 && plain(m.c.Op) { // as most are
			m.op.prepare(cat)
			return &s.lanes.commits, nil
		}
	}
	for i := range m.c.Ops {
		x := &m.c.Ops[i]
		o := &operation{op: &x.Op, now: s.momentOf(&m.c.Steps[place(m.c.Steps, x.N)])}
		m.others = append(m.others, o)
	}
	for _, o := range m.all() {
		o.prepare(cat)
		if err := s.findTargets(o); err != nil {
			return nil, err
		}
		weight += o.weight()
	}
	if weight > light {
		return &s.lanes.bulk, nil
	}
	return &s.lanes.commits, nil
}

// all are the operations of a commit, in their order.
func (m *commitment) all() []*operation {
	if m.c.Op == nil {
		return m.others
	}
	return append(slices.Clip(m.others), &m.op)
}

// momentOf is when a step was finished: what its operation writes has that time.
func (s *Store) momentOf(step *flow.Step) time.Time {
	if step.FinishedAt.IsZero() {
		return s.opts.Clock.Now()
	}
	return step.FinishedAt
}

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
	case c.Op == nil && len(c.Ops) == 0:
		return nil
	case !flow.CanMove(flow.Running, c.Broken.Status):
		return fault.New(op, fault.Invalid, "a commit with an operation must say how it goes on when that breaks a rule")
	case len(c.Ops) > store.MaxOps:
		return fault.New(op, fault.Invalid, "a commit has at most %d operations, not %d", store.MaxOps, len(c.Ops))
	case c.Op != nil && len(c.Steps) == 0:
		return fault.New(op, fault.Invalid, "an operation must belong to a step")
	}
	taken := make(map[int]bool, len(c.Ops)+1)
	if c.Op != nil {
		taken[last] = true
		if err := checkOp(op, c.Op); err != nil {
			return err
		}
	}
	for i := range c.Ops {
		x := &c.Ops[i]
		if place(c.Steps, x.N) < 0 || taken[x.N] {
			return fault.New(op, fault.Invalid, "each operation must belong to a step of the commit, and no two to the same")
		}
		taken[x.N] = true
		if err := checkOp(op, &x.Op); err != nil {
			return err
		}
	}
	return nil
}

func checkOp(op string, o *collection.Op) error {
	switch o.Kind {
	case collection.Create, collection.Update, collection.Delete:
		return nil
	default:
		return fault.New(op, fault.Unsupported, "the operation %q is not yet supported", o.Kind)
	}
}

// size is that of the steps, the output, the reply, and what the operations write.
func (m *commitment) size() int {
	n := len(m.rows) + len(m.c.State.Output.Text())
	if r := m.c.State.Reply; r != nil {
		n += len(r.Body)
	}
	for i := range m.c.Ops {
		n += len(m.c.Ops[i].Op.Values.Text())
	}
	return n
}

// apply writes the steps, the records and the state, if the claim holds.
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
	state, was := &m.c.State, held
	switch {
	case m.c.Op != nil || len(m.c.Ops) > 0:
		whole, err := m.operate(w, &held)
		if err != nil {
			return err
		}
		if !whole {
			state = &m.c.Broken
		}
	case len(m.c.Steps) > 0:
		if err := w.putSteps(&held, m.c.Steps, append(m.rows, stepsEnd...)); err != nil {
			return err
		}
	}
	if held.cancel && state.Release { // nobody owns it any more, so it is canceled at once
		state = &store.State{Status: flow.Canceled, StartedAt: state.StartedAt, FinishedAt: w.store.opts.Clock.Now()}
	}
	return m.move(w, was, held, state)
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
