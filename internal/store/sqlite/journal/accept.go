package journal

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// acceptWrite is a store.Accept in the writer's queue.
type acceptWrite struct {
	writer.Waiter
	j   *Journal
	a   store.Accept
	row rowcodec.Delivery
	out store.Accepted
}

// Accept writes a delivery and its execution, or only the delivery if another execution owns its dedupe key. It
// is idempotent: with the same ids it writes nothing twice and returns the same outcome.
func (j *Journal) Accept(a store.Accept) (store.Accepted, error) {
	if err := journalplan.CheckAccept(&a); err != nil {
		return store.Accepted{}, err
	}
	if err := j.Reserve.Check(); err != nil {
		return store.Accepted{}, err
	}
	m := j.accepts.Get().(*acceptWrite)
	m.j, m.a = j, a
	err := m.row.Encode("sqlite.Accept", &m.a.Delivery)
	if err == nil {
		err = j.Writer.Do(writer.Accepts, m)
	}
	out := m.out
	*m = acceptWrite{Waiter: m.Waiter}
	j.accepts.Put(m)
	if err != nil {
		return store.Accepted{}, err
	}
	if d := &a.Delivery; d.Status != 0 && out.First == nil && !out.OtherRequest { // the answer is sent now
		j.Statistics.ObserveAnswer(d.Workflow, j.Clock.Now().Sub(d.Request.ReceivedAt))
	}
	return out, nil
}

// Size counts the body and the metadata; everything else is small.
func (m *acceptWrite) Size() int {
	if m.a.Delivery.Request.Stored != "" {
		return len(m.a.Delivery.Request.Opened) + len(m.row.Metadata)
	}
	return m.a.Delivery.Request.Bytes() + len(m.row.Metadata)
}

// Apply claims the key and writes the rows, or handles a repeat.
func (m *acceptWrite) Apply(tx *writer.Tx) error {
	m.out = store.Accepted{}
	e, key := &m.a.Execution, m.a.Dedupe
	if key != nil {
		owner, taken, err := m.j.Keys.LookUp(tx, e.Workflow, key, e.CreatedAt)
		if err != nil {
			return err
		}
		if taken && owner.Execution != e.ID { // otherwise an earlier attempt of this call claimed the key
			return m.repeat(tx, &owner)
		}
	}
	err := m.j.putDelivery(tx, &m.a.Delivery, &m.row)
	if conn.Code(err) == conn.Constraint {
		return m.acceptAgain(tx)
	}
	if err != nil {
		return err
	}
	if err := m.j.putExecution(tx, e); err != nil {
		return err
	}
	if key != nil {
		return m.j.Keys.Take(tx, e.Workflow, key, e.ID)
	}
	return nil
}

const sqlInsertExecution = `INSERT INTO executions (id, workflow, revision, delivery, mode, status, owner, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`

// putExecution writes a new execution and updates claims and backlog.
func (j *Journal) putExecution(tx *writer.Tx, e *flow.Execution) error {
	s := j.insertExecution
	s.Int(1, int64(e.ID))
	s.Text(2, e.Workflow)
	s.Text(3, e.Revision)
	s.Int(4, int64(e.Delivery))
	s.Text(5, string(e.Mode))
	s.Text(6, string(e.Status))
	s.Int(7, int64(e.Owner))
	s.Time(8, e.CreatedAt)
	if err := tx.Run(s); err != nil {
		if conn.Code(err) == conn.Constraint {
			return fault.As("sqlite.Accept", fault.Conflict, err, "an execution with this id exists")
		}
		return err
	}
	for _, l := range e.Labels {
		if err := tx.Exec(`INSERT OR IGNORE INTO execution_labels (name, value, execution) VALUES (?1, ?2, ?3)`, l.Name, l.Value, e.ID); err != nil {
			return err
		}
	}
	j.claims.count++
	j.Statistics.Moved(e.Workflow, "", e.Status)
	j.Statistics.Began(e.Workflow, e.Revision, e.ID.Time())
	if e.Owner != 0 {
		if err := j.claims.cover(tx, e.ID); err != nil {
			return err
		}
		j.claims.set(e.ID, claim{owner: int64(e.Owner), workflow: e.Workflow, inBacklog: true, journal: 1})
	}
	return nil
}
