package records

import (
	"context"
	"encoding/hex"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Rehearse runs operations and a read in a transaction of the writer that is rolled back (store.Rehearser).
func (r *Records) Rehearse(ctx context.Context, h store.Rehearsal) (out store.Rehearsed, err error) {
	const op = "sqlite.Rehearse"
	for i := range h.Ops {
		if err := recordplan.CheckOp(op, &h.Ops[i].Op); err != nil {
			return out, err
		}
	}
	err = r.Writer.RunAndDiscard(func(tx *writer.Tx) error {
		out = store.Rehearsed{}
		if ctx.Err() != nil {
			return fault.As(op, fault.Timeout, ctx.Err(), "the caller gave up before its turn")
		}
		defer r.keepCounters()()
		over, err := tx.Within(store.MaxRehearsal, func() error { return r.rehearse(tx, &h, &out) })
		if over {
			return fault.As(op, fault.Limit, err, "the record operations of this test take longer than %v together: test with fewer records", store.MaxRehearsal)
		}
		return err
	})
	if err != nil {
		return store.Rehearsed{}, err
	}
	return out, nil
}

func (r *Records) rehearse(tx *writer.Tx, h *store.Rehearsal, out *store.Rehearsed) (err error) {
	for _, sum := range h.Blobs {
		raw, err := hex.DecodeString(sum)
		if err != nil {
			return fault.Field("sqlite.Rehearse", "blobs", "%q is not a hash", sum)
		}
		if err := tx.Exec(`INSERT OR IGNORE INTO record_blobs (sha256, collection, record) VALUES (?1, '', 0)`, raw); err != nil {
			return err
		}
	}
	for i := range h.Ops {
		o := r.Prepare(&h.Ops[i].Op, h.Ops[i].At)
		if err := o.findTargetsIn(tx); err != nil {
			return err
		}
		if err := o.Run(tx); err != nil {
			return err
		}
		out.Outcomes = append(out.Outcomes, o.Outcome)
	}
	cat := r.Catalog.Newest()
	switch {
	case h.Find != nil:
		out.Found, err = find(cat, tx, *h.Find)
	case h.Aggregate != nil:
		out.Value, err = aggregate(cat, tx, *h.Aggregate)
	}
	return err
}

// keepCounters notes what is known of the tables beside their rows, and returns a function that restores it. Outside of
// rehearsals an id is never used again after a rollback; here nobody has seen it.
func (r *Records) keepCounters() (restore func()) {
	type counters struct {
		table  *tables.Table
		next   int64
		newest time.Time
	}
	var all []counters
	for _, t := range r.Catalog.Newest().Tables {
		all = append(all, counters{t, t.Next, t.Newest})
	}
	return func() {
		for _, c := range all {
			c.table.Next, c.table.Newest = c.next, c.newest
		}
	}
}
