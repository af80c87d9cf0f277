package sqlite

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// repeat writes the delivery of a call whose key another execution owns. If that execution failed or was aborted,
// it is put back into the queue.
func (m *acceptWrite) repeat(w *writer, owner *keyOwner) error {
	if !journalplan.SameRequest(owner.fingerprint, m.a.Dedupe.Fingerprint) {
		m.out.OtherRequest = true
		return nil
	}
	first, err := w.first(owner.execution, m.a.Execution.Workflow)
	if err != nil {
		return err
	}
	d, row := m.a.Delivery, m.row // copies: m may be applied again, with another outcome, if the transaction fails
	d.Outcome, d.Execution = hook.Repeat, first.ID
	row.Metadata = rowcodec.WithFirst(row.Metadata, first.Status)
	err = w.putDelivery(&d, &row)
	if conn.Code(err) == conn.Constraint {
		return m.again(w)
	}
	if err != nil {
		return err
	}
	if journalplan.Repeat(first).Retried {
		if err := w.requeue(first.ID, m.a.Execution.CreatedAt); err != nil {
			return err
		}
	}
	return m.repeats(w, first)
}

// repeats sets the outcome of a repeat.
func (m *acceptWrite) repeats(w *writer, first *flow.Execution) (err error) {
	m.out = journalplan.Repeat(first)
	if first.Status == flow.Succeeded {
		m.out.Answer, err = w.answerOf(first.Delivery)
	}
	return err
}

// first reads the execution that owns a key.
func (w *writer) first(id ident.ID, workflow string) (*flow.Execution, error) {
	e := journalplan.FirstCall(id, workflow)
	err := w.query(sqlExecution, func(s *conn.Stmt) { readWhole(s, e) }, id)
	return e, err
}

// answerOf reads the response to a delivery.
func (w *writer) answerOf(delivery ident.ID) (r *hook.Reply, err error) {
	err = w.query(`SELECT `+deliveryAnswer+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
		r = rowcodec.DecodeAnswer(s.ColumnValue(0))
	}, delivery)
	return r, err
}

// again handles a delivery that exists already. The first attempt may have reached the disk although its commit
// reported an error; then this attempt returns the same outcome. Otherwise the id is taken (fault.Conflict).
func (m *acceptWrite) again(w *writer) error {
	var (
		there hook.Delivery
		first flow.Status
	)
	if err := w.query(selectDelivery+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
		first = readDelivery(s, &there)
	}, m.a.Delivery.ID); err != nil {
		return err
	}
	if there.Outcome == hook.Accepted && there.Execution == m.a.Execution.ID {
		return nil
	}
	if m.a.Dedupe == nil || there.Outcome != hook.Repeat || there.DedupeKey != m.a.Delivery.DedupeKey {
		return fault.New("sqlite.Accept", fault.Conflict, "a delivery with this id exists")
	}
	e, err := w.first(there.Execution, m.a.Execution.Workflow)
	if err != nil {
		return err
	}
	e.Status = first
	return m.repeats(w, e)
}
