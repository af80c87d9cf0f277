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
	hidden  bool // a column or table was hidden and must still be emptied
}

// Define creates or changes collections without losing data.
func (s *Store) Define(wanted []collection.Collection) error {
	_, err := s.Redefine(store.Redefinition{Wanted: wanted})
	return err
}

// Redefine creates, changes and drops collections. A change that must rewrite records does so in one write; it is
// refused if the collection has more than Options.Rewrite records. Creating an index on a large collection takes
// time during which no other write runs.
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

// plan computes the necessary changes.
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
	w.trim(0) // statements of tables that are about to change
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

// wanted returns the new definition of a collection, nil if it is dropped.
func (m *definition) wanted(name string) *collection.Collection {
	for i := range m.Wanted {
		if m.Wanted[i].Name == name {
			return &m.Wanted[i]
		}
	}
	return nil
}

// next writes the definitions and returns the new catalog.
func (m *definition) next(w *writer, now *catalog) (*catalog, error) {
	var changed []*table
	for _, c := range m.Wanted {
		c.Fields = slices.Clone(c.Fields)
		for i := range c.Fields {
			c.Fields[i].Was = "" // the rename is done
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

// forgetInserts finalizes the insert statements of tables that were changed or dropped.
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

// once runs a statement that is not worth caching. If f is not nil, it is called for each row.
func (w *writer) once(q *clause, f func(*conn.Stmt)) error {
	s, err := w.c.Prepare(q.sql.String())
	if err != nil {
		return err
	}
	defer s.Finalize()
	s.Cells(q.cells)
	return s.Each(f, w.step)
}
