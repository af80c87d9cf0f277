package sqlite

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// hiddenPart is a hidden column, or a hidden table if column is "", that must still be emptied.
type hiddenPart struct{ table, column string }

// sweepHidden empties what was dropped from large tables, in small writes. It ends when nothing is left, after an
// error, or when the store is closed. After a crash or an error, the next start of the store continues. Only one
// sweep runs at a time (Store.sweeping).
func (s *Store) sweepHidden() {
	if !s.sweeping.TryLock() {
		return
	}
	defer s.sweeping.Unlock()
	for {
		var parts []hiddenPart
		if err := s.read(context.Background(), "sqlite.sweep", func(r *reader) error {
			return r.query(sqlHidden, func(st *conn.Stmt) {
				parts = append(parts, hiddenPart{st.ColumnText(0), st.ColumnText(1)})
			}, gone)
		}); err != nil || len(parts) == 0 {
			return
		}
		for _, p := range parts {
			if err := s.sweepPart(p); err != nil {
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

func (s *Store) sweepPart(p hiddenPart) error {
	for last, more := int64(0), true; more; {
		from := last
		if err := s.read(context.Background(), "sqlite.sweep", func(r *reader) error {
			q := &clause{}
			q.text(`SELECT id FROM "`, p.table, `" WHERE id > `)
			q.int(from)
			if p.column != "" {
				q.text(` AND "`, p.column, `" IS NOT NULL`)
			}
			q.text(" ORDER BY id LIMIT ", itoa(sweepBatch))
			n := 0
			err := r.find(q, func(st *conn.Stmt) { last, n = st.ColumnInt(0), n+1 })
			more = n == sweepBatch
			return err
		}); err != nil {
			return err
		}
		m := &sweeping{waiter: newWaiter(), hiddenPart: p, from: from, to: last, last: !more}
		if err := s.alone(m, &m.waiter); err != nil {
			return err
		}
	}
	return nil
}

// sweeping is one write of a sweep.
type sweeping struct {
	waiter
	hiddenPart
	from, to int64
	last     bool
}

func (m *sweeping) apply(w *writer) error {
	b := builder{w: w}
	within := " WHERE id > " + value64(m.from) + " AND id <= " + value64(m.to)
	if m.column == "" {
		if err := b.run(`DELETE FROM "`, m.table, `"`, within); err != nil || !m.last {
			return err
		}
		_, name, _ := strings.Cut(m.table, "_c_")
		if err := w.exec(`DELETE FROM record_blobs WHERE collection = ?1 AND NOT EXISTS (SELECT 1 FROM collections WHERE name = ?1)`, name); err != nil {
			return err
		}
		return m.known(w, b.run(`DROP TABLE "`, m.table, `"`))
	}
	if err := b.run(`UPDATE "`, m.table, `" SET "`, m.column, `" = NULL`, within); err != nil || !m.last {
		return err
	}
	return m.known(w, b.rename(strings.TrimPrefix(m.table, "c_"), m.column, empty))
}

// known publishes a catalog with the new schema version; the collections have not changed.
func (m *sweeping) known(w *writer, err error) error {
	if err != nil {
		return err
	}
	next := *w.store.catalog.Load()
	if err := w.readSchemaVersion(&next); err != nil {
		return err
	}
	w.later = append(w.later, func() { w.store.catalog.Store(&next) })
	return nil
}
