package journal

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/dedupe"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// repeat writes the delivery of a call whose key another execution owns. If that execution failed or was aborted,
// it is put back into the queue.
func (m *acceptWrite) repeat(tx *writer.Tx, owner *dedupe.Owner) error {
	if !journalplan.SameRequest(owner.Fingerprint, m.a.Dedupe.Fingerprint) {
		m.out.OtherRequest = true
		return nil
	}
	first, err := readFirst(tx, owner.Execution, m.a.Execution.Workflow)
	if err != nil {
		return err
	}
	d, row := m.a.Delivery, m.row // copies: m may be applied again, with another outcome, if the transaction fails
	d.Outcome, d.Execution = hook.Repeat, first.ID
	row.Metadata = rowcodec.WithFirst(row.Metadata, first.Status)
	err = m.j.putDelivery(tx, &d, &row)
	if conn.Code(err) == conn.Constraint {
		return m.acceptAgain(tx)
	}
	if err != nil {
		return err
	}
	if journalplan.Repeat(first).Retried {
		if err := m.j.requeue(tx, &store.Retry{Execution: first.ID, At: m.a.Execution.CreatedAt}); err != nil {
			return err
		}
	}
	return m.setRepeat(tx, first)
}

// setRepeat sets the outcome of a repeat.
func (m *acceptWrite) setRepeat(tx *writer.Tx, first *flow.Execution) (err error) {
	m.out = journalplan.Repeat(first)
	if first.Status == flow.Succeeded {
		m.out.Answer, err = answerOf(tx, first.Delivery)
	}
	return err
}

// readFirst reads the execution that owns a key.
func readFirst(tx *writer.Tx, id ident.ID, workflow string) (*flow.Execution, error) {
	e := journalplan.FirstCall(id, workflow)
	err := tx.Query(sqlExecution, func(s *conn.Stmt) { readWhole(s, e) }, id)
	return e, err
}

// answerOf reads the response to a delivery.
func answerOf(tx *writer.Tx, delivery ident.ID) (r *hook.Reply, err error) {
	err = tx.Query(`SELECT `+deliveryAnswer+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
		r = rowcodec.DecodeAnswer(s.ColumnValue(0))
	}, delivery)
	return r, err
}

// acceptAgain handles a delivery that exists already. The first attempt may have reached the disk although its commit
// reported an error; then this attempt returns the same outcome. Otherwise the id is taken (fault.Conflict).
func (m *acceptWrite) acceptAgain(tx *writer.Tx) error {
	var (
		there hook.Delivery
		first flow.Status
	)
	if err := tx.Query(selectDelivery+fromDeliveries+` WHERE id = ?1`, func(s *conn.Stmt) {
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
	e, err := readFirst(tx, there.Execution, m.a.Execution.Workflow)
	if err != nil {
		return err
	}
	e.Status = first
	return m.setRepeat(tx, e)
}
