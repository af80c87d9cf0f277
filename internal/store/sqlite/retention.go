package sqlite

import (
	"context"
	"encoding/hex"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// maxForget is the largest number of deliveries that one Forget deletes. This is one transaction, and incoming
// calls wait meanwhile.
const maxForget = 200

// forgetting is a Forget in the writer's queue. A reader has found the ids; the write deletes those that may
// still be deleted.
type forgetting struct {
	waiter
	ids   []ident.ID
	out   store.Forgotten
	blobs map[string]struct{} // blobs that the deleted deliveries named, in hex
}

// Forget deletes deliveries with their executions and steps. A limit above 200 counts as 200. Without Except the
// oldest deliveries are deleted first; with Except the oldest of each workflow in turn. The blobs are removed
// after the write: a crash in between leaves orphans to SweepBlobs.
func (s *Store) Forget(f store.Forget) (store.Forgotten, error) {
	const op = "sqlite.Forget"
	if f.Limit < 1 || f.Before.IsZero() {
		return store.Forgotten{}, fault.New(op, fault.Invalid, "what is forgotten needs a time and a limit of at least 1")
	}
	f.Limit = min(f.Limit, maxForget)
	m := &forgetting{waiter: newWaiter()}
	if err := s.read(context.Background(), op, func(r *reader) (err error) {
		m.ids, err = r.forgettable(&f)
		return err
	}); err != nil || len(m.ids) == 0 {
		return store.Forgotten{}, err
	}
	if err := s.alone(m, &m.waiter); err != nil {
		return store.Forgotten{}, err
	}
	m.out.More = len(m.ids) == f.Limit
	for sum := range m.blobs { // the write is on the disk: the deleted deliveries name them no longer
		if s.opts.Blobs == nil {
			break
		}
		gone, err := s.opts.Blobs.Remove(sum, func() (bool, error) { return s.named(sum) })
		if err != nil {
			return m.out, err
		}
		m.out.Blobs += int(flag(gone))
	}
	return m.out, nil
}

func (m *forgetting) apply(w *writer) error {
	m.out, m.blobs = store.Forgotten{}, make(map[string]struct{})
	for _, id := range m.ids {
		if err := m.delete(w, id); err != nil {
			return err
		}
	}
	return nil
}

// delete deletes one delivery, unless its execution has been put back into the queue in the meantime.
func (m *forgetting) delete(w *writer, id ident.ID) error {
	var execution ident.ID
	busy := false
	if err := w.query(`SELECT d.execution, e.delivery, e.status FROM deliveries d LEFT JOIN executions e ON e.id = d.execution WHERE d.id = ?1`, func(s *conn.Stmt) {
		if ident.ID(s.ColumnInt(1)) == id { // otherwise this is a repeat, or the execution is gone
			execution = ident.ID(s.ColumnInt(0))
		}
		busy = !s.ColumnNull(2) && !flow.Status(s.ColumnText(2)).Final()
	}, id); err != nil || busy {
		return err
	}
	if err := w.query(`SELECT sha256 FROM delivery_blobs WHERE delivery = ?1`, func(s *conn.Stmt) {
		m.blobs[hex.EncodeToString(s.ColumnBlob(0))] = struct{}{}
	}, id); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM delivery_blobs WHERE delivery = ?1`, id); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM delivery_answers WHERE delivery = ?1`, id); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM deliveries WHERE id = ?1`, id); err != nil {
		return err
	}
	m.out.Deliveries += w.c.Changes()
	if execution == 0 {
		return nil
	}
	if err := w.exec(`DELETE FROM steps WHERE execution = ?1`, execution); err != nil {
		return err
	}
	m.out.Executions++
	return w.exec(`DELETE FROM executions WHERE id = ?1`, execution)
}
