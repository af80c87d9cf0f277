package sqlite

import (
	"context"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// dryRun checks which changes of a plan would lose values of existing records. It clears Loss of the others.
func (s *Store) dryRun(m *definition) error {
	for i := range m.changes {
		c := &m.changes[i]
		if c.Kind != collection.RetypeField || !c.Depends {
			continue
		}
		lost := false
		for last, more := int64(0), true; more && !lost; {
			if err := s.read(context.Background(), "sqlite.Redefine", func(r *reader) (err error) {
				last, more, lost, err = r.losesAny(c, last)
				return err
			}); err != nil {
				return err
			}
		}
		c.Loss = lost
	}
	return nil
}

// losesAny reports whether a change of type would lose a value in the next maxWindow records after the given id.
// It returns the last id that it read and whether there are more records.
func (r *reader) losesAny(c *collection.Change, after int64) (last int64, more, lost bool, err error) {
	cat, err := r.catalog()
	if err != nil || cat.tables[c.Collection] == nil {
		return 0, false, true, err
	}
	name := c.Old.Name
	if _, there := field(cat.tables[c.Collection], name); !there {
		for _, f := range cat.tables[c.Collection].Fields {
			if f.Name == c.New.Was {
				name = f.Name // the same plan renames the field first
			}
		}
	}
	q, n, target := &clause{}, 0, c.New.Relation == collection.BelongsTo
	q.text(`SELECT t.id, t."`, column(name), `"`)
	if target {
		q.text(`, EXISTS (SELECT 1 FROM `, tableName(c.New.Target), ` r WHERE r.id = t."`, column(name), `")`)
	}
	q.text(" FROM ", tableName(c.Collection), " t WHERE t.id > ")
	q.int(after)
	q.text(" ORDER BY t.id LIMIT ", itoa(maxWindow))
	err = r.find(q, func(s *conn.Stmt) {
		last = s.ColumnInt(0)
		n++
		to, whole := c.Old.Convert(c.New, s.ColumnCell(1, c.Old.Storage()))
		lost = lost || !whole || target && to.Kind != collection.CellNull && s.ColumnInt(2) == 0
	})
	return last, n == maxWindow, lost, err
}

func field(t *table, name string) (collection.Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return collection.Field{}, false
}
