package sqlite

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// definition is a Redefine in the writer's queue.
type definition struct {
	waiter
	store.Redefinition
	now     time.Time
	changes []collection.Change
	hidden  bool // something was hidden that is still to be emptied
}

// Define creates collections or changes them, without losing data.
func (s *Store) Define(wanted []collection.Collection) error {
	_, err := s.Redefine(store.Redefinition{Wanted: wanted})
	return err
}

// Redefine creates, changes and drops collections. What has to rewrite records does so in one write and is
// refused beyond Options.Rewrite records; an index on a large collection takes its time, in which nobody else
// writes.
func (s *Store) Redefine(d store.Redefinition) ([]collection.Change, error) {
	const op = "sqlite.Redefine"
	m := &definition{waiter: newWaiter(), Redefinition: d, now: s.opts.Clock.Now()}
	if d.Dry {
		err := s.read(context.Background(), op, func(r *reader) error {
			cat, err := r.catalog()
			if err == nil {
				err = m.plan(cat)
			}
			return err
		})
		if err == nil {
			err = s.dryRun(m)
		}
		return m.changes, err
	}
	if err := s.alone(m, &m.waiter); err != nil {
		return nil, err
	}
	if m.hidden {
		go s.sweepHidden()
	}
	return m.changes, nil
}

// plan finds what must be done.
func (m *definition) plan(cat *catalog) (err error) {
	m.changes, err = recordplan.Redefine(cat.collections(), m.Wanted, m.Drop)
	return err
}

func (m *definition) apply(w *writer) error {
	now := w.store.catalog.Load()
	if err := m.plan(now); err != nil {
		return err
	}
	if len(m.changes) == 0 {
		return nil
	}
	if !m.Lose {
		if err := recordplan.RefuseLoss(m.changes); err != nil {
			return err
		}
	}
	w.trim(0) // statements of tables that change
	b := builder{w: w, lose: m.Lose, now: m.now}
	for i := range m.changes {
		if err := b.apply(&m.changes[i], m.wanted(m.changes[i].Collection)); err != nil {
			return err
		}
	}
	m.hidden = b.hidden
	next, err := m.next(w, now)
	if err != nil {
		return err
	}
	w.later = append(w.later, func() {
		w.store.catalog.Store(next)
		w.forgetInserts(now, next)
	})
	return nil
}

// wanted is the definition of a collection as it is to be; of one that is dropped, none.
func (m *definition) wanted(name string) *collection.Collection {
	for i := range m.Wanted {
		if m.Wanted[i].Name == name {
			return &m.Wanted[i]
		}
	}
	return nil
}

// next writes the definitions and makes the catalog that has them.
func (m *definition) next(w *writer, now *catalog) (*catalog, error) {
	var changed []*table
	for _, c := range m.Wanted {
		c.Fields = slices.Clone(c.Fields)
		for i := range c.Fields {
			c.Fields[i].Was = "" // is done
		}
		if err := w.describe(c); err != nil {
			return nil, err
		}
		t := newTable(c)
		if old, exists := now.tables[c.Name]; exists {
			t.next, t.newest = old.next, old.newest
		}
		if err := w.loadIndexes(t); err != nil {
			return nil, err
		}
		changed = append(changed, t)
	}
	next := now.with(changed, m.Drop)
	return next, w.readSchemaVersion(next)
}

// forgetInserts lets go of the statements of tables that are no longer.
func (w *writer) forgetInserts(before, after *catalog) {
	for name, t := range before.tables {
		if after.tables[name] == t || t.insert == nil {
			continue
		}
		for sql, s := range w.kept {
			if s == t.insert {
				delete(w.kept, sql)
			}
		}
		t.insert.Finalize()
	}
}

// once runs a statement that is not worth keeping, and calls f, if there is one, for each row.
func (w *writer) once(q *clause, f func(*conn.Stmt)) error {
	s, err := w.c.Prepare(q.sql.String())
	if err != nil {
		return err
	}
	defer s.Finalize()
	for i := range q.cells {
		bindCell(s, i+1, &q.cells[i])
	}
	return each(s, f, w.step)
}
