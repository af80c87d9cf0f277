package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// commitWrite is a store.Commit in the writer's queue, with everything that the caller can compute before the
// writer runs.
type commitWrite struct {
	waiter
	c    store.Commit
	rows []byte // the steps, encoded except for the end of the last; with operations only if plain
	ops  []operation
	// plain means that the only operation belongs to the last step and creates one record.
	plain bool

	out store.Committed
}

// Commit writes the progress of an execution. It is idempotent: repeating a Commit whose outcome was lost writes
// the same rows, creates no second record and returns the same outcome.
func (s *Store) Commit(c store.Commit) (store.Committed, error) {
	if err := journalplan.CheckCommit(&c); err != nil {
		return store.Committed{}, err
	}
	m := s.commitments.Get().(*commitWrite)
	m.c = c
	to, err := &s.queues.commits, error(nil)
	m.plain = len(c.Ops) == 1 && c.Ops[0].N == c.Steps[len(c.Steps)-1].N && recordplan.IsSingleCreate(&c.Ops[0].Op)
	if len(c.Ops) == 0 || m.plain {
		m.rows = rowcodec.AppendSteps(m.rows[:0], c.Steps, m.plain)
	}
	if len(c.Ops) > 0 {
		to, err = s.prepare(m)
	}
	if err == nil {
		err = s.queues.enter(to, m)
	}
	if err == nil {
		err = m.wait()
	}
	out := m.out
	if cap(m.rows) > keepRows {
		m.rows = nil
	}
	if cap(m.ops) > keepOps {
		m.ops = nil
	}
	clear(m.ops)
	*m = commitWrite{waiter: m.waiter, rows: m.rows[:0], ops: m.ops[:0]}
	s.commitments.Put(m)
	if err != nil {
		return store.Committed{}, err
	}
	return out, nil
}

// keepRows is the largest buffer for steps that is reused, in bytes.
const keepRows = 64 << 10

// keepOps is the largest number of operations whose memory is reused.
const keepOps = 4

// light is the largest number of records that a Commit or Write may touch without a transaction of its own.
const light = 64

// prepare prepares the operations of a commit and chooses its queue.
func (s *Store) prepare(m *commitWrite) (*queue, error) {
	cat, weight := s.catalog.Load(), 0
	for i := range m.c.Ops {
		x := &m.c.Ops[i]
		m.ops = append(m.ops, operation{Prepared: recordplan.Prepared{Op: &x.Op, Now: s.momentOf(&m.c.Steps[journalplan.StepIndex(m.c.Steps, x.N)])}})
		o := &m.ops[i]
		o.prepare(cat)
		if m.plain {
			break // it has no targets to find
		}
		if err := s.findTargets(o); err != nil {
			return nil, err
		}
		weight += o.weight()
	}
	if weight > light {
		return &s.queues.bulk, nil
	}
	return &s.queues.commits, nil
}

// momentOf returns the time for the records that a step's operation writes: the end of the step, or now.
func (s *Store) momentOf(step *flow.Step) time.Time {
	if step.FinishedAt.IsZero() {
		return s.opts.Clock.Now()
	}
	return step.FinishedAt
}

// size counts the steps, the output, the body of the reply, and the values of the operations.
func (m *commitWrite) size() int {
	n := len(m.rows) + len(m.c.State.Output.Text())
	if r := m.c.State.Reply; r != nil {
		n += len(r.Body)
	}
	for i := range m.c.Ops {
		n += len(m.c.Ops[i].Op.Values.Text())
	}
	return n
}

// apply writes the steps, the records and the state, unless the commit was written before or the claim is gone.
func (m *commitWrite) apply(w *writer) error {
	m.out = store.Committed{}
	held, is, err := m.find(w)
	if err != nil {
		return err
	}
	switch is {
	case journalplan.Written:
		return m.recall(w, &held)
	case journalplan.Fenced:
		m.out.Fenced = true
		return nil
	}
	m.out.CancelRequested = held.cancel
	state, was := &m.c.State, held
	held.seq = m.c.Seq
	switch {
	case len(m.c.Ops) > 0:
		whole, err := m.operate(w, &held)
		if err != nil {
			return err
		}
		if !whole {
			state = &m.c.Broken
		}
	case len(m.c.Steps) > 0:
		if err := w.putSteps(&held, m.c.Steps, append(m.rows, rowcodec.StepsEnd...)); err != nil {
			return err
		}
	}
	if held.cancel && state.Release { // no owner is left, so it is canceled at once
		state = &store.State{Status: flow.Canceled, StartedAt: state.StartedAt, FinishedAt: w.store.opts.Clock.Now()}
	}
	return m.updateState(w, was, held, state)
}

const sqlClaim = `SELECT owner, status, cancel_requested, commit_owner, commit_seq,
(SELECT n FROM steps WHERE execution = x.id ORDER BY n DESC LIMIT 1) FROM executions x WHERE id = ?1`

// find returns the claim of the commit's execution and the standing of the commit. It reads the table if the
// writer does not know the claim (the execution has ended, another incarnation owns it, or it was claimed a
// moment ago).
func (m *commitWrite) find(w *writer) (held claim, is journalplan.Standing, err error) {
	held, known := w.claims[m.c.Execution]
	if known && held.owner == int64(m.c.Owner) && held.journal != 0 {
		row := journalplan.Claim{Owner: m.c.Owner, CommitOwner: m.c.Owner, CommitSeq: held.seq}
		return held, row.Standing(&m.c), nil
	}
	var row journalplan.Claim
	if err := w.query(sqlClaim, func(s *conn.Stmt) {
		status := flow.Status(s.ColumnText(1))
		held = claim{owner: s.ColumnInt(0), counted: journalplan.InBacklog(status), cancel: s.ColumnInt(2) != 0, journal: int(s.ColumnInt(5)) + 1}
		row = journalplan.Claim{Owner: flow.Incarnation(s.ColumnInt(0)), Ended: status.Final(), CommitOwner: flow.Incarnation(s.ColumnInt(3)), CommitSeq: s.ColumnInt(4)}
	}, m.c.Execution); err != nil {
		return held, journalplan.Fenced, err
	}
	is = row.Standing(&m.c)
	if row.Owner != m.c.Owner || row.Ended {
		return held, is, nil
	}
	if row.CommitOwner == m.c.Owner {
		held.seq = row.CommitSeq
	}
	w.setClaim(m.c.Execution, held)
	return held, is, w.cover(m.c.Execution)
}
