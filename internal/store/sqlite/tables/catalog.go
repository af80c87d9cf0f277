package tables

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Catalog is the set of collections at one moment. Maps and definitions do not change after it is published: a
// change publishes a new Catalog in Current.
type Catalog struct {
	Tables     map[string]*Table
	References map[string][]recordplan.Reference // by the collection they refer to
	schema     int64                             // schema version of the database file (PRAGMA schema_version)
}

// Table is a collection and what is known of its table.
type Table struct {
	collection.Collection
	Stored  []int             // fields that have a column, as indexes into Fields
	Belongs []int             // belongsTo fields, as indexes into Fields
	Indexes map[string]string // field name to the index on this field alone, if there is one
	Files   bool              // some field has the type file

	// Only the writer's goroutine uses the fields below.
	Insert *conn.Stmt // nil: not prepared yet
	Next   int64      // the id of the next record
	Newest time.Time  // the largest createdAt, approximately
}

// NewTable returns a table without records and indexes.
func NewTable(c collection.Collection) *Table {
	t := &Table{Collection: c, Next: 1, Indexes: make(map[string]string)}
	for i, f := range c.Fields {
		if f.Stored() {
			t.Stored = append(t.Stored, i)
		}
		if f.Relation == collection.BelongsTo {
			t.Belongs = append(t.Belongs, i)
		}
		t.Files = t.Files || f.Type == collection.File
	}
	return t
}

// Names consist of letters, digits and underscores (collection.Check); Name quotes them nevertheless.

// Name returns the quoted name of a collection's table.
func Name(collection string) string { return `"c_` + collection + `"` }

// Column returns the name of a field's column.
func Column(field string) string { return "f_" + field }

// With returns a copy of the catalog in which the given collections are replaced or added, and those in gone are
// removed.
func (c *Catalog) With(tables []*Table, gone []string) *Catalog {
	next := &Catalog{Tables: maps.Clone(c.Tables)}
	if next.Tables == nil {
		next.Tables = make(map[string]*Table)
	}
	for _, name := range gone {
		delete(next.Tables, name)
	}
	for _, t := range tables {
		next.Tables[t.Name] = t
	}
	next.References = recordplan.References(next.Collections())
	return next
}

// Collections returns the definitions, sorted by name.
func (c *Catalog) Collections() (all []collection.Collection) {
	for _, name := range c.Names() {
		all = append(all, c.Tables[name].Collection)
	}
	return all
}

// Collection returns a collection by name.
func (c *Catalog) Collection(name string) (collection.Collection, bool) {
	t, ok := c.Tables[name]
	if !ok {
		return collection.Collection{}, false
	}
	return t.Collection, true
}

// Names returns the names of all collections, sorted.
func (c *Catalog) Names() []string { return slices.Sorted(maps.Keys(c.Tables)) }

// InsertSQL returns the statement for a new record: id, created_at, updated_at and the stored fields.
func (t *Table) InsertSQL() string {
	var names, params strings.Builder
	for i, at := range t.Stored {
		names.WriteString(`, "` + Column(t.Fields[at].Name) + `"`)
		params.WriteString(", ?" + strconv.Itoa(i+RowHead+1))
	}
	return "INSERT INTO " + Name(t.Name) + " (id, created_at, updated_at" + names.String() + ") VALUES (?1, ?2, ?3" + params.String() + ")"
}

// RowHead is the number of columns before those of the fields: id, created_at and updated_at.
const RowHead = 3

// SelectSQL returns the query that Row reads, up to WHERE. The alias of the table is t.
func (t *Table) SelectSQL() string { return t.Columns(t.Stored) + t.From() }

// Columns returns the SELECT list that RowOf reads.
func (t *Table) Columns(fields []int) string {
	var names strings.Builder
	for _, at := range fields {
		names.WriteString(`, t."` + Column(t.Fields[at].Name) + `"`)
	}
	return "SELECT t.id, t.created_at, t.updated_at" + names.String()
}

// From returns the FROM clause.
func (t *Table) From() string { return " FROM " + Name(t.Name) + " t" }

// Row reads a row of SelectSQL.
func (t *Table) Row(s *conn.Stmt) collection.Row { return t.RowOf(s, t.Stored) }

// RowOf reads a row that has some of the fields. The other cells are null.
func (t *Table) RowOf(s *conn.Stmt, fields []int) collection.Row {
	r := collection.Row{ID: s.ColumnInt(0), Created: s.ColumnTime(1), Updated: s.ColumnTime(2), Cells: make([]collection.Cell, len(t.Fields))}
	for i, at := range fields {
		r.Cells[at] = s.ColumnCell(i+RowHead, t.Fields[at].Storage())
	}
	return r
}

// Record reads a row of SelectSQL as a record.
func (t *Table) Record(s *conn.Stmt) collection.Record {
	r := t.Row(s)
	return collection.Record{ID: r.ID, JSON: t.Render(r.ID, r.Created, r.Updated, r.Cells)}
}

// ColumnType returns the SQL type of a field's column. A belongsTo field has no REFERENCES clause: see
// relations.go.
func ColumnType(f *collection.Field) string {
	switch f.Storage() {
	case collection.CellInt:
		return "INTEGER"
	case collection.CellFloat:
		return "REAL"
	default:
		return "TEXT"
	}
}

// Load reads the collections from the database when the store is opened.
func (c *Current) Load(tx *writer.Tx) error {
	list, err := ReadCollections(tx.Query)
	if err != nil {
		return err
	}
	var all []*Table
	for _, l := range list {
		t := NewTable(l)
		if err := tx.Query(`SELECT next_id FROM collections WHERE name = ?1`, func(s *conn.Stmt) {
			t.Next = s.ColumnInt(0)
		}, l.Name); err != nil {
			return err
		}
		if err := tx.Query(`SELECT id + 1, created_at FROM `+Name(l.Name)+` ORDER BY id DESC LIMIT 1`, func(s *conn.Stmt) {
			t.Next, t.Newest = max(t.Next, s.ColumnInt(0)), s.ColumnTime(1)
		}); err != nil {
			return err
		}
		if err := t.LoadIndexes(tx); err != nil {
			return err
		}
		all = append(all, t)
	}
	cat := (&Catalog{}).With(all, nil)
	c.newest.Store(cat)
	return cat.ReadSchema(tx)
}

// ReadSchema sets the schema version that the catalog belongs to.
func (c *Catalog) ReadSchema(tx *writer.Tx) error {
	return tx.Query(`PRAGMA schema_version`, func(s *conn.Stmt) { c.schema = s.ColumnInt(0) })
}

// LoadIndexes finds the index of each field.
func (t *Table) LoadIndexes(tx *writer.Tx) error {
	return tx.Query(sqlIndexes, func(s *conn.Stmt) {
		t.Indexes[strings.TrimPrefix(s.ColumnText(1), Column(""))] = s.ColumnText(0)
	}, "c_"+t.Name)
}

// sqlIndexes lists the indexes of a table on a single column, with the column.
const sqlIndexes = `SELECT i.name, c.name FROM pragma_index_list(?1) i, pragma_index_info(i.name) c WHERE c.seqno = 0
AND (SELECT count(*) FROM pragma_index_info(i.name)) = 1`

// ReadCollections reads the definitions, sorted by name.
func ReadCollections(query func(string, func(*conn.Stmt), ...any) error) (list []collection.Collection, err error) {
	at := make(map[string]int)
	if err := query(`SELECT name, unique_sets FROM collections ORDER BY name`, func(s *conn.Stmt) {
		at[s.ColumnText(0)] = len(list)
		list = append(list, collection.Collection{Name: s.ColumnText(0), Unique: rowcodec.DecodeSets(s.ColumnValue(1))})
	}); err != nil {
		return nil, err
	}
	err = query(`SELECT collection, name, type, required, is_unique, is_index, default_value, properties FROM fields ORDER BY collection, position`, func(s *conn.Stmt) {
		f := collection.Field{
			Name: s.ColumnText(1), Type: collection.Type(s.ColumnText(2)), Required: s.ColumnInt(3) != 0,
			Unique: s.ColumnInt(4) != 0, Index: s.ColumnInt(5) != 0, Default: s.ColumnValue(6),
		}
		rowcodec.DecodeProperties(&f, s.ColumnValue(7))
		c := &list[at[s.ColumnText(0)]]
		c.Fields = append(c.Fields, f)
	})
	return list, err
}
