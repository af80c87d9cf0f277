package definitions

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// builder changes the tables of collections, inside a transaction.
type builder struct {
	d      *Definitions
	tx     *writer.Tx
	lose   bool
	now    time.Time
	hidden bool // a column or table was hidden and must still be emptied
}

// apply applies one change. c is the collection after the change.
func (b *builder) apply(ch *collection.Change, c *collection.Collection) error {
	t, f := tables.Name(ch.Collection), ch.New
	switch ch.Kind {
	case collection.CreateCollection:
		return b.create(c)
	case collection.DropCollection:
		return b.drop(ch.Collection)
	case collection.DropUnique:
		return b.unindex(ch.Collection, ch.Set)
	case collection.AddUnique:
		return b.createIndex(c.Name, ch.Set, true, "")
	case collection.RenameField:
		if !f.Stored() {
			return nil
		}
		return b.run("ALTER TABLE ", t, ` RENAME COLUMN "`, tables.Column(ch.Old.Name), `" TO "`, tables.Column(f.Name), `"`)
	case collection.RetypeField:
		return b.retype(ch)
	case collection.DropField:
		return b.dropField(ch.Collection, &ch.Old)
	case collection.AddField:
		return b.addField(c, &f)
	case collection.RequireField:
		return b.refuse(c.Name, &f, ` WHERE "`+tables.Column(f.Name)+`" IS NULL`, "cannot become required: some records have no value there")
	case collection.IndexField:
		if err := b.unindex(c.Name, []string{f.Name}); err != nil {
			return err
		}
		return b.indexField(c.Name, &f)
	default:
		return nil // concerns only future records; the stored definition is enough
	}
}

func (b *builder) run(parts ...string) error { return b.query(nil, parts...) }

func (b *builder) query(f func(*conn.Stmt), parts ...string) error {
	return b.tx.QueryOnce(strings.Join(parts, ""), nil, f)
}

func (b *builder) create(c *collection.Collection) error {
	var sql strings.Builder
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Stored() {
			sql.WriteString(`, "` + tables.Column(f.Name) + `" ` + tables.ColumnType(f))
		}
	}
	if err := b.run("CREATE TABLE ", tables.Name(c.Name), " (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL", sql.String(), ") STRICT"); err != nil {
		return err
	}
	for i := range c.Fields {
		if err := b.indexField(c.Name, &c.Fields[i]); err != nil {
			return err
		}
	}
	for _, set := range c.Unique {
		if err := b.createIndex(c.Name, set, true, ""); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addField(c *collection.Collection, f *collection.Field) error {
	if !f.Stored() {
		return nil
	}
	cell := f.DefaultCell()
	if strings.Contains(cell.Text, "\x00") {
		return recordplan.ConflictError(c.Name, f.Name, "the default of field "+f.Name+" of collection "+c.Name+" has the character U+0000, which existing records cannot take over: leave it out")
	}
	if f.Required && cell.Kind == collection.CellNull {
		if err := b.refuse(c.Name, f, "", "is new and required, but there are records already: give it a default"); err != nil {
			return err
		}
	}
	if err := b.run("ALTER TABLE ", tables.Name(c.Name), ` ADD COLUMN "`, tables.Column(f.Name), `" `, tables.ColumnType(f), literal(cell)); err != nil {
		return err
	}
	return b.indexField(c.Name, f)
}

// refuse returns a conflict if the table has records that match where.
func (b *builder) refuse(name string, f *collection.Field, where, why string) error {
	found := false
	err := b.query(func(*conn.Stmt) { found = true }, "SELECT 1 FROM ", tables.Name(name), where, " LIMIT 1")
	if err == nil && found {
		return recordplan.ConflictError(name, f.Name, "field "+f.Name+" of collection "+name+" "+why)
	}
	return err
}

// indexField creates the index of a field, if it has one. A belongsTo field always has one, because a deletion
// looks up the records that refer to the deleted one.
func (b *builder) indexField(name string, f *collection.Field) error {
	if !f.Stored() || !f.Unique && !f.Index && f.Type != collection.Relates {
		return nil
	}
	return b.createIndex(name, []string{f.Name}, f.Unique, "field "+f.Name+" of collection "+name+" ")
}

// createIndex creates an index under a free name; the plain name may be taken, because fields can be renamed.
// what begins the message for values that are not unique; "" lets the message name the fields.
func (b *builder) createIndex(table string, fields []string, unique bool, what string) error {
	name := "i_" + table + "__" + strings.Join(fields, "__")
	for n := 2; ; n++ {
		taken := false
		q := &tables.Clause{}
		q.Text("SELECT 1 FROM sqlite_schema WHERE name = ")
		q.Cell(tables.TextCell(name))
		if err := b.tx.QueryOnce(q.SQL(), q.Cells, func(*conn.Stmt) { taken = true }); err != nil {
			return err
		}
		if !taken {
			break
		}
		name = "i_" + table + "__" + strings.Join(fields, "__") + "__" + strconv.Itoa(n)
	}
	columns := make([]string, len(fields))
	for i, f := range fields {
		columns[i] = `"` + tables.Column(f) + `"`
	}
	kind := "INDEX "
	if unique {
		kind = "UNIQUE INDEX "
	}
	err := b.run("CREATE ", kind, `"`, name, `" ON `, tables.Name(table), " (", strings.Join(columns, ", "), ")")
	if conn.Code(err) == conn.Constraint {
		if what == "" {
			what = "fields " + strings.Join(fields, ", ") + " of collection " + table + " "
		}
		return recordplan.ConflictError(table, fields[0], what+"cannot become unique: several records have the same value there")
	}
	return err
}

// index is an index of a collection's table, with its fields.
type index struct {
	name   string
	unique bool
	fields []string
}

// indexes returns the indexes of a collection's table.
func (b *builder) indexes(table string) (all []index, err error) {
	q := &tables.Clause{}
	q.Text(`SELECT i.name, i."unique", c.name FROM pragma_index_list(`)
	q.Cell(tables.TextCell("c_" + table))
	q.Text(") i, pragma_index_info(i.name) c ORDER BY i.name, c.seqno")
	err = b.tx.QueryOnce(q.SQL(), q.Cells, func(s *conn.Stmt) {
		if name := s.ColumnText(0); len(all) == 0 || all[len(all)-1].name != name {
			all = append(all, index{name: name, unique: s.ColumnInt(1) != 0})
		}
		last := &all[len(all)-1]
		last.fields = append(last.fields, strings.TrimPrefix(s.ColumnText(2), tables.Column("")))
	})
	return all, err
}

// unindex drops the indexes on exactly these fields, in this order.
func (b *builder) unindex(table string, fields []string) error {
	return b.dropIndexes(table, func(i index) bool { return slices.Equal(i.fields, fields) })
}

// dropIndexes drops the indexes that match.
func (b *builder) dropIndexes(table string, match func(index) bool) error {
	all, err := b.indexes(table)
	if err != nil {
		return err
	}
	for _, i := range all {
		if match(i) {
			if err := b.run(`DROP INDEX "`, i.name, `"`); err != nil {
				return err
			}
		}
	}
	return nil
}

// literal returns the DEFAULT clause that gives existing records the field's default.
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
