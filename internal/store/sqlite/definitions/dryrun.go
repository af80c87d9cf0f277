package definitions

import (
	"context"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
)

// dryRun plans the changes and checks which of them would lose values of existing records. It clears Loss of the
// others.
func (d *Definitions) dryRun(m *redefinition) error {
	if err := d.Pool.Read(context.Background(), "sqlite.Redefine", func(r *reader.Reader) error {
		cat, err := d.Catalog.Of(r)
		if err == nil {
			err = m.plan(cat)
		}
		return err
	}); err != nil {
		return err
	}
	for i := range m.changes {
		c := &m.changes[i]
		if c.Kind != collection.RetypeField || !c.Depends {
			continue
		}
		lost := false
		for last, more := int64(0), true; more && !lost; {
			if err := d.Pool.Read(context.Background(), "sqlite.Redefine", func(r *reader.Reader) (err error) {
				last, more, lost, err = d.losesAny(r, c, last)
				return err
			}); err != nil {
				return err
			}
		}
		c.Loss = lost
	}
	return nil
}

// dryRunPage is the number of records that one read checks, because a long one keeps the log from starting over.
const dryRunPage = 50_000

// losesAny reports whether a change of type would lose a value in the next dryRunPage records after the given id.
// It returns the last id that it read and whether there are more records.
func (d *Definitions) losesAny(r *reader.Reader, c *collection.Change, after int64) (last int64, more, lost bool, err error) {
	cat, err := d.Catalog.Of(r)
	if err != nil || cat.Tables[c.Collection] == nil {
		return 0, false, true, err
	}
	name := c.Old.Name
	if _, there := field(cat.Tables[c.Collection], name); !there {
		for _, f := range cat.Tables[c.Collection].Fields {
			if f.Name == c.New.Was {
				name = f.Name // the same plan renames the field first
			}
		}
	}
	q, n, target := &tables.Clause{}, 0, c.New.Relation == collection.BelongsTo
	q.Text(`SELECT t.id, t."`, tables.Column(name), `"`)
	if target {
		q.Text(`, EXISTS (SELECT 1 FROM `, tables.Name(c.New.Target), ` r WHERE r.id = t."`, tables.Column(name), `")`)
	}
	q.Text(" FROM ", tables.Name(c.Collection), " t WHERE t.id > ")
	q.Int(after)
	q.Text(" ORDER BY t.id LIMIT ", strconv.Itoa(dryRunPage))
	err = q.Each(r, func(s *conn.Stmt) {
		last = s.ColumnInt(0)
		n++
		to, whole := c.Old.Convert(c.New, s.ColumnCell(1, c.Old.Storage()))
		lost = lost || !whole || target && to.Kind != collection.CellNull && s.ColumnInt(2) == 0
	})
	return last, n == dryRunPage, lost, err
}

func field(t *tables.Table, name string) (collection.Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return collection.Field{}, false
}
