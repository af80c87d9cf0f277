package retention

import (
	"context"
	"encoding/hex"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// maxDeliveries is the largest number of deliveries that one DeleteDeliveries deletes. This is one transaction, and incoming
// calls wait meanwhile.
const maxDeliveries = 200

// Retention deletes. Its methods may be called concurrently.
type Retention struct {
	Writer  *writer.Writer
	Pool    *reader.Pool
	Blobs   *tables.Blobs
	Catalog *tables.Current
}

// DeleteDeliveries deletes deliveries with their executions and steps. A limit above 200 counts as 200. Without Except the
// oldest deliveries are deleted first; with Except the oldest of each workflow in turn. The blobs are removed
// after the write: a crash in between leaves orphans to SweepBlobs.
func (r *Retention) DeleteDeliveries(f store.Deletion) (store.Deleted, error) {
	const op = "sqlite.DeleteDeliveries"
	if f.Limit < 1 || f.Before.IsZero() {
		return store.Deleted{}, fault.New(op, fault.Invalid, "a deletion needs a time and a limit of at least 1")
	}
	f.Limit = min(f.Limit, maxDeliveries)
	var ids []ident.ID
	if err := r.Pool.Read(context.Background(), op, func(rd *reader.Reader) (err error) {
		ids, err = find(rd, &f)
		return err
	}); err != nil || len(ids) == 0 {
		return store.Deleted{}, err
	}
	var d deletion
	if err := r.Writer.Run(func(tx *writer.Tx) error {
		d = deletion{blobs: make(map[string]struct{})}
		for _, id := range ids {
			if err := d.delete(tx, id); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return store.Deleted{}, err
	}
	d.out.More = len(ids) == f.Limit
	if r.Blobs.Files == nil {
		return d.out, nil
	}
	for sum := range d.blobs { // the write is on the disk: the deleted deliveries name them no longer
		removed, err := r.Blobs.Files.Remove(sum, func() (bool, error) { return r.Blobs.Named(sum) })
		if err != nil {
			return d.out, err
		}
		if removed {
			d.out.Blobs++
		}
	}
	return d.out, nil
}

// SweepBlobs deletes blobs that no delivery or record names.
func (r *Retention) SweepBlobs(before time.Time) (int, error) {
	if r.Blobs.Files == nil {
		return 0, nil
	}
	return r.Blobs.Files.Sweep(before, r.Blobs.Named)
}

// deletion is what one DeleteDeliveries deletes.
type deletion struct {
	out   store.Deleted
	blobs map[string]struct{} // blobs that the deleted deliveries named, in hex
}

// delete deletes one delivery, unless its execution has been put back into the queue in the meantime.
func (d *deletion) delete(tx *writer.Tx, id ident.ID) error {
	var execution ident.ID
	busy := false
	if err := tx.Query(`SELECT d.execution, e.delivery, e.status FROM deliveries d LEFT JOIN executions e ON e.id = d.execution WHERE d.id = ?1`, func(s *conn.Stmt) {
		if ident.ID(s.ColumnInt(1)) == id { // otherwise this is a repeat, or the execution is gone
			execution = ident.ID(s.ColumnInt(0))
		}
		busy = !s.ColumnNull(2) && !flow.Status(s.ColumnText(2)).Final()
	}, id); err != nil || busy {
		return err
	}
	if err := tx.Query(`SELECT sha256 FROM delivery_blobs WHERE delivery = ?1`, func(s *conn.Stmt) {
		d.blobs[hex.EncodeToString(s.ColumnBlob(0))] = struct{}{}
	}, id); err != nil {
		return err
	}
	for _, sql := range []string{`DELETE FROM delivery_blobs WHERE delivery = ?1`, `DELETE FROM delivery_answers WHERE delivery = ?1`, `DELETE FROM deliveries WHERE id = ?1`} {
		if err := tx.Exec(sql, id); err != nil {
			return err
		}
	}
	d.out.Deliveries += tx.Changes()
	if execution == 0 {
		return nil
	}
	d.out.Executions++
	for _, sql := range []string{`DELETE FROM steps WHERE execution = ?1`, `DELETE FROM execution_labels WHERE execution = ?1`, `DELETE FROM executions WHERE id = ?1`} {
		if err := tx.Exec(sql, execution); err != nil {
			return err
		}
	}
	return nil
}
