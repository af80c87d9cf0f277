package definitions

import (
	"context"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// hiddenPart is a hidden column, or a hidden table if column is "", that must still be emptied.
type hiddenPart struct{ table, column string }

// Sweep empties what was dropped from large tables, in small writes. It waits for a running sweep first. After an
// error, the next Sweep continues.
func (d *Definitions) Sweep() {
	d.sweeping.Lock()
	defer d.sweeping.Unlock()
	for {
		var parts []hiddenPart
		if err := d.Pool.Read(context.Background(), "sqlite.sweep", func(r *reader.Reader) error {
			return r.Query(sqlHidden, func(st *conn.Stmt) {
				parts = append(parts, hiddenPart{st.ColumnText(0), st.ColumnText(1)})
			}, gone)
		}); err != nil || len(parts) == 0 {
			return
		}
		for _, p := range parts {
			if err := d.sweepPart(p); err != nil {
				return
			}
		}
	}
}

// sqlHidden lists the hidden tables, with an empty column name, and the hidden columns of collections.
const sqlHidden = `SELECT name, '' FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, length(?1)) = ?1
UNION ALL SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c
WHERE s.type = 'table' AND substr(s.name, 1, 2) = 'c_' AND substr(c.name, 1, length(?1)) = ?1`

// sweepBatch is the number of records that one write empties.
const sweepBatch = 1000

func (d *Definitions) sweepPart(p hiddenPart) error {
	for last, more := int64(0), true; more; {
		from := last
		if err := d.Pool.Read(context.Background(), "sqlite.sweep", func(r *reader.Reader) error {
			q := &tables.Clause{}
			q.Text(`SELECT id FROM "`, p.table, `" WHERE id > `)
			q.Int(from)
			if p.column != "" {
				q.Text(` AND "`, p.column, `" IS NOT NULL`)
			}
			q.Text(" ORDER BY id LIMIT ", strconv.Itoa(sweepBatch))
			n := 0
			err := q.Each(r, func(st *conn.Stmt) { last, n = st.ColumnInt(0), n+1 })
			more = n == sweepBatch
			return err
		}); err != nil {
			return err
		}
		to, final := last, !more
		if err := d.Writer.Run(func(tx *writer.Tx) error { return d.empty(tx, p, from, to, final) }); err != nil {
			return err
		}
	}
	return nil
}

// empty is one write of a sweep: it empties the part of the records between two ids. The final one drops a table, and
// marks a column as empty.
func (d *Definitions) empty(tx *writer.Tx, p hiddenPart, from, to int64, final bool) error {
	b := builder{d: d, tx: tx}
	within := " WHERE id > " + formatID(from) + " AND id <= " + formatID(to)
	if p.column != "" {
		if err := b.run(`UPDATE "`, p.table, `" SET "`, p.column, `" = NULL`, within); err != nil || !final {
			return err
		}
		if err := b.rename(strings.TrimPrefix(p.table, "c_"), p.column, empty); err != nil {
			return err
		}
		return d.publishSchema(tx)
	}
	if err := b.run(`DELETE FROM "`, p.table, `"`, within); err != nil || !final {
		return err
	}
	_, name, _ := strings.Cut(p.table, "_c_")
	if err := tx.Exec(`DELETE FROM record_blobs WHERE collection = ?1 AND NOT EXISTS (SELECT 1 FROM collections WHERE name = ?1)`, name); err != nil {
		return err
	}
	if err := b.run(`DROP TABLE "`, p.table, `"`); err != nil {
		return err
	}
	return d.publishSchema(tx)
}

// publishSchema publishes a catalog with the new schema version; the collections have not changed.
func (d *Definitions) publishSchema(tx *writer.Tx) error {
	next := *d.Catalog.Newest()
	if err := next.ReadSchema(tx); err != nil {
		return err
	}
	tx.OnCommit(func() { d.Catalog.Publish(&next) })
	return nil
}
