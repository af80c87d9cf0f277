package journal

import (
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/records"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// commitWrite is a store.Commit in the writer's queue, with everything that the caller can compute before the
// writer runs.
type commitWrite struct {
	writer.Waiter
	j    *Journal
	c    store.Commit
	rows []byte // the steps, encoded except for the end of the last; with operations only if singleCreate
	ops  []records.Operation
	// singleCreate means that the only operation belongs to the last step and creates one record.
	singleCreate bool
	child        rowcodec.Delivery // of c.Child

	blobs [][]byte // SHA-256

	out store.Committed
}

// sqlKeepBlob makes the delivery of an execution refer to a blob.
const sqlKeepBlob = `INSERT OR IGNORE INTO delivery_blobs (sha256, delivery) SELECT ?1, delivery FROM executions WHERE id = ?2`

// Commit writes the progress of an execution. It is idempotent: repeating a Commit whose outcome was lost writes
// the same rows, creates no second record and returns the same outcome.
func (j *Journal) Commit(c store.Commit) (store.Committed, error) {
	if err := journalplan.CheckCommit(&c); err != nil {
		return store.Committed{}, err
	}
	m := j.commits.Get().(*commitWrite)
	m.j, m.c = j, c
	m.singleCreate = len(c.Ops) == 1 && c.Ops[0].N == c.Steps[len(c.Steps)-1].N && recordplan.IsSingleCreate(&c.Ops[0].Op)
	if len(c.Ops) == 0 || m.singleCreate {
		m.rows = rowcodec.AppendSteps(m.rows[:0], c.Steps, m.singleCreate)
	}
	to, err := m.prepareOps()
	if err == nil && c.Child != nil {
		err = m.child.Encode("sqlite.Commit", &c.Child.Delivery)
	}
	if err == nil {
		m.blobs, err = rowcodec.DecodeHashes("journal.Commit", c.Blobs)
	}
	if err == nil {
		err = j.Writer.Do(to, m)
	}
	out := m.out
	if cap(m.rows) > maxReusedRows {
		m.rows = nil
	}
	if cap(m.ops) > maxReusedOps {
		m.ops = nil
	}
	clear(m.ops)
	*m = commitWrite{Waiter: m.Waiter, rows: m.rows[:0], ops: m.ops[:0]}
	j.commits.Put(m)
	if err != nil {
		return store.Committed{}, err
	}
	return out, nil
}

// Bounds of the memory that a commitWrite keeps for the next Commit.
const (
	maxReusedRows = 64 << 10 // bytes of encoded steps
	maxReusedOps  = 4
)

// prepareOps prepares the operations and chooses the queue.
func (m *commitWrite) prepareOps() (writer.Queue, error) {
	weight := 0
	for i := range m.c.Ops {
		x := &m.c.Ops[i]
		now := m.c.Steps[journalplan.StepIndex(m.c.Steps, x.N)].FinishedAt
		if now.IsZero() {
			now = m.j.Clock.Now()
		}
		m.ops = append(m.ops, m.j.Records.Prepare(&x.Op, now))
		if m.singleCreate {
			break // it has no targets to find
		}
		if err := m.ops[i].FindTargets(); err != nil {
			return 0, err
		}
		weight += m.ops[i].Weight()
	}
	return records.Queue(weight), nil
}

// Size counts the steps, the output, the body of the reply, and the values of the operations.
func (m *commitWrite) Size() int {
	n := len(m.rows) + len(m.c.State.Output.Text())
	if r := m.c.State.Reply; r != nil {
		n += len(r.Body)
	}
	for i := range m.c.Ops {
		n += len(m.c.Ops[i].Op.Values.Text())
	}
	if child := m.c.Child; child != nil {
		n += child.Delivery.Request.Bytes() + len(m.child.Metadata)
	}
	return n
}

// Apply writes the steps, the records, the state and the child, unless the commit was written before or the claim is gone.
func (m *commitWrite) Apply(tx *writer.Tx) error {
	m.out = store.Committed{}
	held, is, err := m.find(tx)
	if err != nil {
		return err
	}
	switch is {
	case journalplan.Written:
		return m.recall(tx, &held)
	case journalplan.Fenced:
		m.out.Fenced = true
		return nil
	}
	m.out.CancelRequested = held.cancel
	for _, sum := range m.blobs {
		if err := tx.Exec(sqlKeepBlob, sum, m.c.Execution); err != nil {
			return err
		}
	}
	state, was := &m.c.State, held
	held.seq = m.c.Seq
	switch {
	case len(m.c.Ops) > 0:
		whole, err := m.runOps(tx, &held)
		if err != nil {
			return err
		}
		if !whole {
			state = &m.c.Broken
		}
	case len(m.c.Steps) > 0:
		if err := m.j.putSteps(tx, &held, m.c.Steps, append(m.rows, rowcodec.StepsEnd...)); err != nil {
			return err
		}
	}
	if held.cancel && state.Release { // no owner is left, so it is canceled at once
		state = &store.State{Status: flow.Canceled, StartedAt: state.StartedAt, FinishedAt: m.j.Clock.Now()}
	}
	if err := m.updateState(tx, was, held, state); err != nil || m.c.Child == nil || state != &m.c.State {
		return err
	}
	if err := m.j.putDelivery(tx, &m.c.Child.Delivery, &m.child); err != nil {
		return err
	}
	return m.j.putExecution(tx, &m.c.Child.Execution)
}

const sqlClaim = `SELECT owner, status, cancel_requested, commit_owner, commit_seq, workflow, round,
(SELECT n FROM steps WHERE execution = x.id ORDER BY n DESC LIMIT 1) FROM executions x WHERE id = ?1`

// find returns the claim of the commit's execution and the standing of the commit. It reads the table if the
// writer does not know the claim (the execution has ended, another incarnation owns it, or it was claimed a
// moment ago).
func (m *commitWrite) find(tx *writer.Tx) (held claim, is journalplan.Standing, err error) {
	held, known := m.j.claims.byID[m.c.Execution]
	if known && held.owner == int64(m.c.Owner) && held.journal != 0 {
		row := journalplan.Claim{Owner: m.c.Owner, CommitOwner: m.c.Owner, CommitSeq: held.seq}
		return held, row.Standing(&m.c), nil
	}
	var row journalplan.Claim
	if err := tx.Query(sqlClaim, func(s *conn.Stmt) {
		status := flow.Status(s.ColumnText(1))
		held = claim{
			owner: s.ColumnInt(0), workflow: s.ColumnText(5), inBacklog: journalplan.InBacklog(status), cancel: s.ColumnInt(2) != 0,
			journal: int(s.ColumnInt(7)) + 1, retried: s.ColumnInt(6) > 0,
		}
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
	m.j.claims.set(m.c.Execution, held)
	return held, is, m.j.claims.cover(tx, m.c.Execution)
}
