package sqlite

import (
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

func itoa(n int) string { return strconv.Itoa(n) }

// definition is a Define on its way.
type definition struct {
	ticket
	wanted []collection.Collection
	now    time.Time
}

// Define creates collections or adds to them.
func (s *Store) Define(wanted []collection.Collection) error {
	for _, c := range wanted {
		if problems := c.Check(); len(problems) > 0 {
			p := problems[0]
			return fault.Field("sqlite.Define", "collections."+c.Name+"."+p.Path, "%s", p.Message)
		}
	}
	m := &definition{ticket: newTicket(), wanted: wanted, now: s.opts.Clock.Now()}
	return s.alone(m, &m.ticket)
}

func (m *definition) apply(w *writer) error {
	now := w.store.catalog.Load()
	var changed []*table
	for _, c := range m.wanted {
		t := &table{Collection: c, next: 1}
		var err error
		if old, exists := now.tables[c.Name]; exists {
			t.next = old.next
			err = m.alter(w, old.Collection, c)
		} else {
			err = m.create(w, c)
		}
		if err == nil {
			err = m.describe(w, c)
		}
		if err != nil {
			return err
		}
		changed = append(changed, t)
	}
	w.later = append(w.later, func() { w.store.catalog.Store(now.with(changed)) })
	return nil
}

func (m *definition) create(w *writer, c collection.Collection) error {
	var sql strings.Builder
	sql.WriteString("CREATE TABLE " + tableName(c.Name) + " (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL")
	for _, f := range c.Fields {
		sql.WriteString(`, "` + column(f.Name) + `" ` + columnType(f.Type))
	}
	sql.WriteString(") STRICT")
	if err := w.once(sql.String()); err != nil {
		return err
	}
	for _, f := range c.Fields {
		if err := w.index(c, f); err != nil {
			return err
		}
	}
	return nil
}

func (m *definition) alter(w *writer, old, c collection.Collection) error {
	changes, err := collection.Plan(old, c)
	if err != nil {
		return err
	}
	for _, f := range changes.Add {
		cell := f.DefaultCell()
		if f.Required && cell.Kind == collection.CellNull {
			if err := w.refuse(c, f, "", "is new and required, but there are records already: give it a default"); err != nil {
				return err
			}
		}
		if err := w.once(`ALTER TABLE ` + tableName(c.Name) + ` ADD COLUMN "` + column(f.Name) + `" ` + columnType(f.Type) + literal(cell)); err != nil {
			return err
		}
		if err := w.index(c, f); err != nil {
			return err
		}
	}
	for _, f := range changes.Required {
		if err := w.refuse(c, f, ` WHERE "`+column(f.Name)+`" IS NULL`, "cannot become required: some records have no value there"); err != nil {
			return err
		}
	}
	for _, f := range changes.Index {
		if err := w.index(c, f); err != nil {
			return err
		}
	}
	return nil
}

// refuse is a conflict if there are such records.
func (w *writer) refuse(c collection.Collection, f collection.Field, where, why string) error {
	found := false
	err := w.query("SELECT 1 FROM "+tableName(c.Name)+where+" LIMIT 1", func(*conn.Stmt) { found = true })
	if err == nil && found {
		return conflict(c, f, why)
	}
	return err
}

func conflict(c collection.Collection, f collection.Field, why string) error {
	err := fault.New("sqlite.Define", fault.Conflict, "field %s of collection %s %s", f.Name, c.Name, why)
	err.Field = "collections." + c.Name + "." + f.Name
	return err
}

// index makes the index of a field what the field says.
func (w *writer) index(c collection.Collection, f collection.Field) error {
	name := `"i_` + c.Name + `__` + f.Name + `"`
	if err := w.once("DROP INDEX IF EXISTS " + name); err != nil || !f.Unique && !f.Index {
		return err
	}
	kind := "INDEX "
	if f.Unique {
		kind = "UNIQUE INDEX "
	}
	err := w.once("CREATE " + kind + name + " ON " + tableName(c.Name) + ` ("` + column(f.Name) + `")`)
	if code(err) == conn.Constraint {
		return conflict(c, f, "cannot become unique: several records have the same value there")
	}
	return err
}

// describe writes the definition itself.
func (m *definition) describe(w *writer, c collection.Collection) error {
	if err := w.exec(`INSERT INTO collections (name, created_at, updated_at) VALUES (?1, ?2, ?2)
ON CONFLICT (name) DO UPDATE SET updated_at = ?2`, c.Name, m.now); err != nil {
		return err
	}
	for i, f := range c.Fields {
		if err := w.exec(`REPLACE INTO fields (collection, name, position, type, required, is_unique, is_index, default_value)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`, c.Name, f.Name, i, string(f.Type), f.Required, f.Unique, f.Index, f.Default); err != nil {
			return err
		}
	}
	return nil
}

// once runs a statement that is not worth keeping.
func (w *writer) once(sql string) error {
	s, err := w.c.Prepare(sql)
	if err != nil {
		return err
	}
	defer s.Finalize()
	return w.run(s)
}

// literal is the DEFAULT clause that gives existing records the field's default.
func literal(c collection.Cell) string {
	switch c.Kind {
	case collection.CellInt:
		return " DEFAULT " + strconv.FormatInt(c.Int, 10)
	case collection.CellFloat:
		return " DEFAULT " + strconv.FormatFloat(c.Float, 'e', 17, 64)
	case collection.CellText:
		return " DEFAULT '" + strings.ReplaceAll(c.Text, "'", "''") + "'"
	default:
		return ""
	}
}
