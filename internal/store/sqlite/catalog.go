package sqlite

import (
	"maps"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// catalog is the set of collections at one moment. Maps and definitions do not change after it is published: a
// change publishes a new catalog in Store.catalog. Only the writer's goroutine does so, after the commit.
type catalog struct {
	tables     map[string]*table
	references map[string][]recordplan.Reference // by the collection they refer to
	schema     int64                             // schema version of the database file (PRAGMA schema_version)
}

// table is a collection and the writer's knowledge of its table.
type table struct {
	collection.Collection
	stored  []int             // fields that have a column, as indexes into Fields
	belongs []int             // belongsTo fields, as indexes into Fields
	indexes map[string]string // field name to the index on this field alone, if there is one
	blobs   bool              // some field has the type file

	// Only the writer's goroutine uses the fields below.
	insert *conn.Stmt
	next   int64     // the id of the next record
	newest time.Time // the largest createdAt, approximately
}

func newTable(c collection.Collection) *table {
	t := &table{Collection: c, next: 1, indexes: make(map[string]string)}
	for i, f := range c.Fields {
		if f.Stored() {
			t.stored = append(t.stored, i)
		}
		if f.Relation == collection.BelongsTo {
			t.belongs = append(t.belongs, i)
		}
		t.blobs = t.blobs || f.Type == collection.File
	}
	return t
}

// The SQL names of a collection's table and columns. Names consist of letters, digits and underscores
// (collection.Check); tableName quotes them nevertheless.
func tableName(collection string) string { return `"c_` + collection + `"` }

func column(field string) string { return "f_" + field }

// with returns a copy of the catalog in which the given collections are replaced or added, and those in gone are
// removed.
func (c *catalog) with(tables []*table, gone []string) *catalog {
	next := &catalog{tables: maps.Clone(c.tables)}
	if next.tables == nil {
		next.tables = make(map[string]*table)
	}
	for _, name := range gone {
		delete(next.tables, name)
	}
	for _, t := range tables {
		next.tables[t.Name] = t
	}
	next.references = recordplan.References(next.collections())
	return next
}

// collections returns the definitions, sorted by name.
func (c *catalog) collections() (all []collection.Collection) {
	for _, name := range c.Names() {
		all = append(all, c.tables[name].Collection)
	}
	return all
}

// Collection returns a collection by name.
func (c *catalog) Collection(name string) (collection.Collection, bool) {
	t, ok := c.tables[name]
	if !ok {
		return collection.Collection{}, false
	}
	return t.Collection, true
}

// Names returns the names of all collections, sorted.
func (c *catalog) Names() []string { return slices.Sorted(maps.Keys(c.tables)) }

func (t *table) insertSQL() string {
	var names, params strings.Builder
	for i, at := range t.stored {
		names.WriteString(`, "` + column(t.Fields[at].Name) + `"`)
		params.WriteString(", ?" + itoa(i+rowHead+1))
	}
	return "INSERT INTO " + tableName(t.Name) + " (id, created_at, updated_at" + names.String() + ") VALUES (?1, ?2, ?3" + params.String() + ")"
}

// rowHead is the number of columns before those of the fields: id, created_at and updated_at.
const rowHead = 3

// selectSQL returns the query that row reads, up to WHERE. The alias of the table is t.
func (t *table) selectSQL() string { return t.selecting(t.stored) + t.from() }

// selecting returns the SELECT list that rowOf reads.
func (t *table) selecting(fields []int) string {
	var names strings.Builder
	for _, at := range fields {
		names.WriteString(`, t."` + column(t.Fields[at].Name) + `"`)
	}
	return "SELECT t.id, t.created_at, t.updated_at" + names.String()
}

func (t *table) from() string { return " FROM " + tableName(t.Name) + " t" }

// row reads a row of selectSQL.
func (t *table) row(s *conn.Stmt) collection.Row { return t.rowOf(s, t.stored) }

// rowOf reads a row that has some of the fields. The other cells are null.
func (t *table) rowOf(s *conn.Stmt, fields []int) collection.Row {
	r := collection.Row{ID: s.ColumnInt(0), Created: s.ColumnTime(1), Updated: s.ColumnTime(2), Cells: make([]collection.Cell, len(t.Fields))}
	for i, at := range fields {
		r.Cells[at] = s.ColumnCell(i+rowHead, t.Fields[at].Storage())
	}
	return r
}

// record reads a row of selectSQL as a record.
func (t *table) record(s *conn.Stmt) collection.Record {
	r := t.row(s)
	return collection.Record{ID: r.ID, JSON: t.Render(r.ID, r.Created, r.Updated, r.Cells)}
}

// columnType returns the SQL type of a field's column. A belongsTo field has no REFERENCES clause: see
// relations.go.
func columnType(f *collection.Field) string {
	switch f.Storage() {
	case collection.CellInt:
		return "INTEGER"
	case collection.CellFloat:
		return "REAL"
	default:
		return "TEXT"
	}
}

// loadCatalog reads the collections from the database when the store is opened.
func (w *writer) loadCatalog() (*catalog, error) {
	list, err := readCollections(w.query)
	if err != nil {
		return nil, err
	}
	var tables []*table
	for _, l := range list {
		t := newTable(l)
		if err := w.query(`SELECT next_id FROM collections WHERE name = ?1`, func(s *conn.Stmt) {
			t.next = s.ColumnInt(0)
		}, l.Name); err != nil {
			return nil, err
		}
		if err := w.query(`SELECT id + 1, created_at FROM `+tableName(l.Name)+` ORDER BY id DESC LIMIT 1`, func(s *conn.Stmt) {
			t.next, t.newest = max(t.next, s.ColumnInt(0)), s.ColumnTime(1)
		}); err != nil {
			return nil, err
		}
		if err := w.loadIndexes(t); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	c := (&catalog{}).with(tables, nil)
	return c, w.readSchemaVersion(c)
}

// readSchemaVersion sets the schema version that the catalog belongs to.
func (w *writer) readSchemaVersion(c *catalog) error {
	return w.query(`PRAGMA schema_version`, func(s *conn.Stmt) { c.schema = s.ColumnInt(0) })
}

// loadIndexes finds the index of each field.
func (w *writer) loadIndexes(t *table) error {
	return w.query(sqlIndexes+` AND (SELECT count(*) FROM pragma_index_info(i.name)) = 1`, func(s *conn.Stmt) {
		t.indexes[strings.TrimPrefix(s.ColumnText(1), column(""))] = s.ColumnText(0)
	}, "c_"+t.Name)
}

// sqlIndexes lists the indexes of a table with their first columns.
const sqlIndexes = `SELECT i.name, c.name FROM pragma_index_list(?1) i, pragma_index_info(i.name) c WHERE c.seqno = 0`
