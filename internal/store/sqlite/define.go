package sqlite

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
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
	for _, c := range d.Wanted {
		if problems := c.Check(); len(problems) > 0 {
			p := problems[0]
			return nil, fault.Field(op, "collections."+c.Name+"."+p.Path, "%s", p.Message)
		}
	}
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

// plan finds what must be done, and what is wrong between collections.
func (m *definition) plan(cat *catalog) error {
	const op = "sqlite.Redefine"
	var stored, after []collection.Collection
	var drops []collection.Change
	after = append(after, m.Wanted...)
	for _, name := range slices.Sorted(maps.Keys(cat.tables)) {
		c := cat.tables[name].Collection
		stored = append(stored, c)
		if !slices.Contains(m.Drop, name) && !slices.ContainsFunc(m.Wanted, func(w collection.Collection) bool { return w.Name == name }) {
			after = append(after, c)
		}
	}
	for _, name := range m.Drop {
		t, ok := cat.tables[name]
		if !ok {
			return notFound(op, "collection", name)
		}
		if slices.ContainsFunc(m.Wanted, func(w collection.Collection) bool { return w.Name == name }) {
			return fault.New(op, fault.Invalid, "collection %s cannot be wanted and dropped at once", name)
		}
		drops = append(drops, collection.Drop(t.Collection))
	}
	none := func(string) (collection.Collection, bool) { return collection.Collection{}, false }
	if problems := collection.CheckAll(after, none); len(problems) > 0 {
		p := problems[0]
		index, rest, _ := strings.Cut(strings.TrimPrefix(p.Path, "collections["), "]")
		if i, err := strconv.Atoi(index); err == nil && i < len(after) {
			return fault.Field(op, "collections."+after[i].Name+rest, "%s", p.Message)
		}
		return fault.Field(op, p.Path, "%s", p.Message)
	}
	m.changes = append(collection.PlanAll(stored, m.Wanted), drops...)
	return nil
}

func (m *definition) apply(w *writer) error {
	now := w.store.catalog.Load()
	if err := m.plan(now); err != nil {
		return err
	}
	if len(m.changes) == 0 {
		return nil
	}
	if err := m.permitted(); err != nil {
		return err
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

// permitted refuses what loses data for certain.
func (m *definition) permitted() error {
	for _, c := range m.changes {
		if c.Loss && !c.Depends && !m.Lose {
			return lossError(&c)
		}
	}
	return nil
}

func lossError(c *collection.Change) error {
	return conflictError(c.Collection, c.Old.Name, c.Text+"; say yes to that, or keep it")
}

func conflictError(collection, field, message string) error {
	err := fault.New("sqlite.Redefine", fault.Conflict, "%s", message)
	err.Field = "collections." + collection
	if field != "" {
		err.Field += "." + field
	}
	return err
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
