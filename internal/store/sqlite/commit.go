package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
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
	if err := checkCommit(&c); err != nil {
		return store.Committed{}, err
	}
	m := s.commitments.Get().(*commitWrite)
	m.c = c
	to, err := &s.queues.commits, error(nil)
	m.plain = len(c.Ops) == 1 && c.Ops[0].N == c.Steps[len(c.Steps)-1].N && isSingleCreate(&c.Ops[0].Op)
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
		m.ops = append(m.ops, operation{op: &x.Op, now: s.momentOf(&m.c.Steps[place(m.c.Steps, x.N)])})
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
	case c.Execution == 0 || c.Owner == 0 || c.Seq < 1:
		return fault.New(op, fault.Invalid, "a commit must name its execution, the owner of the claim, and its number")
	case !flow.CanMove(flow.Running, c.State.Status):
		return fault.New(op, fault.Invalid, "a commit cannot set the status %q", c.State.Status)
	case len(c.Ops) == 0:
		return nil
	case !flow.CanMove(flow.Running, c.Broken.Status):
		return fault.New(op, fault.Invalid, "a commit with an operation must say how it goes on when that breaks a rule")
	case len(c.Ops) > store.MaxOps:
		return fault.New(op, fault.Invalid, "a commit has at most %d operations, not %d", store.MaxOps, len(c.Ops))
	}
	last = 0
	for i := range c.Ops {
		x := &c.Ops[i]
		if x.N <= last || place(c.Steps, x.N) < 0 {
			return fault.New(op, fault.Invalid, "each operation must belong to another step of the commit, in the order of N")
		}
		last = x.N
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
	case completed:
		return m.recall(w, &held)
	case fenced:
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

// standing is the state of a Commit relative to the table.
type standing uint8

const (
	pending   standing = iota // the owner holds the claim; the commit must be written
	completed                 // an earlier attempt was written
	fenced                    // the claim is gone
)

const sqlClaim = `SELECT owner, status, cancel_requested, commit_owner, commit_seq,
(SELECT n FROM steps WHERE execution = x.id ORDER BY n DESC LIMIT 1) FROM executions x WHERE id = ?1`

// find returns the claim of the commit's execution and the standing of the commit. It reads the table if the
// writer does not know the claim (the execution has ended, another incarnation owns it, or it was claimed a
// moment ago).
func (m *commitWrite) find(w *writer) (held claim, is standing, err error) {
	owner := int64(m.c.Owner)
	held, known := w.claims[m.c.Execution]
	if known && held.owner == owner && held.journal != 0 {
		return held, m.against(held.seq), nil
	}
	found, ended, last := false, false, int64(0)
	err = w.query(sqlClaim, func(s *conn.Stmt) {
		status := flow.Status(s.ColumnText(1))
		held = claim{owner: s.ColumnInt(0), counted: counted(status), cancel: s.ColumnInt(2) != 0, journal: int(s.ColumnInt(5)) + 1}
		if s.ColumnInt(3) == owner {
			last = s.ColumnInt(4)
		}
		found, ended = true, status.Final()
	}, m.c.Execution)
	switch {
	case err != nil || !found:
		return held, fenced, err
	case held.owner != owner || ended:
		if last == m.c.Seq {
			return held, completed, nil
		}
		return held, fenced, nil
	}
	held.seq = last
	w.setClaim(m.c.Execution, held)
	return held, m.against(last), w.cover(m.c.Execution)
}

// against compares the commit with its owner's last commit. A smaller Seq is an attempt under an earlier claim:
// it was written and released the claim, or it is never written. The owner has claimed the execution again since.
func (m *commitWrite) against(last int64) standing {
	switch {
	case m.c.Seq > last:
		return pending
	case m.c.Seq == last:
		return completed
	default:
		return fenced
	}
}

// counted reports whether executions with this status count toward the backlog.
func counted(s flow.Status) bool { return s == flow.Queued || s == flow.Running }
