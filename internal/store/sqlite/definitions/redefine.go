package definitions

import (
	"context"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Definitions changes collections. Its methods may be called concurrently.
type Definitions struct {
	Writer  *writer.Writer
	Pool    *reader.Pool
	Catalog *tables.Current
	Blobs   *tables.Blobs
	Clock   clock.Clock
	Rewrite int // records that a change may rewrite in one write

	sweeping sync.Mutex // held by the running Sweep
}

// Collections returns every collection, sorted by name.
func (d *Definitions) Collections(ctx context.Context) (list []collection.Collection, err error) {
	err = d.Pool.Read(ctx, "sqlite.Collections", func(r *reader.Reader) (err error) {
		list, err = tables.ReadCollections(r.Query)
		return err
	})
	return list, err
}

// redefinition is a Redefine with its plan.
type redefinition struct {
	store.Redefinition
	changes []collection.Change
	hidden  bool // a column or table was hidden and must still be emptied
}

// Redefine creates, changes and drops collections. A change that must rewrite records does so in one write; it is
// refused if the collection has more than Rewrite records. Creating an index on a large collection takes time during
// which no other write runs.
func (d *Definitions) Redefine(wanted store.Redefinition) ([]collection.Change, error) {
	m := &redefinition{Redefinition: wanted}
	if wanted.Dry {
		err := d.dryRun(m)
		return m.changes, err
	}
	now := d.Clock.Now()
	if err := d.Writer.Run(func(tx *writer.Tx) error { return m.apply(d, tx, now) }); err != nil {
		return nil, err
	}
	if m.hidden {
		go d.Sweep()
	}
	return m.changes, nil
}

// plan computes the necessary changes.
func (m *redefinition) plan(cat *tables.Catalog) (err error) {
	m.changes, err = recordplan.Redefine(cat.Collections(), m.Wanted, m.Drop)
	return err
}

func (m *redefinition) apply(d *Definitions, tx *writer.Tx, at time.Time) error {
	now := d.Catalog.Newest()
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
	tx.FreeCached() // statements of tables that are about to change
	b := builder{d: d, tx: tx, lose: m.Lose, now: at}
	for i := range m.changes {
		if err := b.apply(&m.changes[i], m.wanted(m.changes[i].Collection)); err != nil {
			return err
		}
	}
	m.hidden = b.hidden
	next, err := m.next(tx, now)
	if err != nil {
		return err
	}
	tx.OnCommit(func() {
		d.Catalog.Publish(next)
		freeInserts(tx, now, next)
	})
	return nil
}

// wanted returns the new definition of a collection, nil if it is dropped.
func (m *redefinition) wanted(name string) *collection.Collection {
	for i := range m.Wanted {
		if m.Wanted[i].Name == name {
			return &m.Wanted[i]
		}
	}
	return nil
}

// next writes the definitions and returns the new catalog.
func (m *redefinition) next(tx *writer.Tx, now *tables.Catalog) (*tables.Catalog, error) {
	var changed []*tables.Table
	for _, c := range m.Wanted {
		c.Fields = slices.Clone(c.Fields)
		for i := range c.Fields {
			c.Fields[i].Was = "" // the rename is done
		}
		if err := describe(tx, c); err != nil {
			return nil, err
		}
		t := tables.NewTable(c)
		if old, exists := now.Tables[c.Name]; exists {
			t.Next, t.Newest = old.Next, old.Newest
		}
		if err := t.LoadIndexes(tx); err != nil {
			return nil, err
		}
		changed = append(changed, t)
	}
	next := now.With(changed, m.Drop)
	return next, next.ReadSchema(tx)
}

// freeInserts frees the insert statements of tables that were changed or dropped.
func freeInserts(tx *writer.Tx, before, after *tables.Catalog) {
	for name, t := range before.Tables {
		if after.Tables[name] != t && t.Insert != nil {
			tx.Free(t.Insert)
		}
	}
}

// describe stores the definition of a collection.
func describe(tx *writer.Tx, c collection.Collection) error {
	if err := tx.Exec(`INSERT INTO collections (name, unique_sets) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET unique_sets = ?2`, c.Name, rowcodec.EncodeSets(c.Unique)); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM fields WHERE collection = ?1`, c.Name); err != nil {
		return err
	}
	for i, f := range c.Fields {
		if err := tx.Exec(`INSERT INTO fields (collection, name, position, type, required, is_unique, is_index, default_value, properties)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, c.Name, f.Name, i, string(f.Type), f.Required, f.Unique, f.Index, f.Default, rowcodec.EncodeProperties(&f)); err != nil {
			return err
		}
	}
	return nil
}
