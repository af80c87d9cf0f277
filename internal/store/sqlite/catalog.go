package sqlite

import (
	"maps"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// catalog is the collections as they are now. It is replaced whole when one changes.
type catalog struct{ tables map[string]*table }

// table is a collection and what the writer knows of its table.
type table struct {
	collection.Collection

	// Only the writer touches these.
	insert *conn.Stmt
	next   int64 // the id of the next record
}

// The names of a collection's table and columns. Names are letters, digits and underscores
// (collection.Check), and quoted all the same.
func tableName(collection string) string { return `"c_` + collection + `"` }

func column(field string) string { return "f_" + field }

// with returns a catalog in which the given collections are replaced or added.
func (c *catalog) with(tables []*table) *catalog {
	next := &catalog{tables: maps.Clone(c.tables)}
	if next.tables == nil {
		next.tables = make(map[string]*table)
	}
	for _, t := range tables {
		next.tables[t.Name] = t
	}
	return next
}

func (c *catalog) unknown(name string) *collection.Violation {
	message := "there is no collection " + value.String(name).Text()
	if len(c.tables) > 0 {
		message += "; there are " + strings.Join(slices.Sorted(maps.Keys(c.tables)), ", ")
	}
	return &collection.Violation{Code: collection.CodeUnknownCollection, Message: message}
}

func (t *table) insertSQL() string {
	var names, params strings.Builder
	for i, f := range t.Fields {
		names.WriteString(`, "` + column(f.Name) + `"`)
		params.WriteString(", ?" + itoa(i+4))
	}
	return "INSERT INTO " + tableName(t.Name) + " (id, created_at, updated_at" + names.String() + ") VALUES (?1, ?2, ?3" + params.String() + ")"
}

func (t *table) selectSQL() string {
	var names strings.Builder
	for _, f := range t.Fields {
		names.WriteString(`, "` + column(f.Name) + `"`)
	}
	return "SELECT id, created_at, updated_at" + names.String() + " FROM " + tableName(t.Name)
}

// record reads a row of selectSQL.
func (t *table) record(s *conn.Stmt) collection.Record {
	cells := make([]collection.Cell, len(t.Fields))
	for i, f := range t.Fields {
		cells[i] = columnCell(s, i+3, f.Type)
	}
	id := s.ColumnInt(0)
	return collection.Record{ID: id, JSON: t.Render(id, columnTime(s, 1), columnTime(s, 2), cells)}
}

func columnCell(s *conn.Stmt, i int, t collection.Type) collection.Cell {
	switch {
	case s.ColumnNull(i):
		return collection.Cell{}
	case t == collection.Number:
		return collection.Cell{Kind: collection.CellFloat, Float: s.ColumnFloat(i)}
	case t == collection.Integer, t == collection.Boolean, t == collection.Datetime:
		return collection.Cell{Kind: collection.CellInt, Int: s.ColumnInt(i)}
	default:
		return collection.Cell{Kind: collection.CellText, Text: s.ColumnText(i)}
	}
}

// columnType is the type of a field's column.
func columnType(t collection.Type) string {
	switch t {
	case collection.Integer, collection.Boolean, collection.Datetime:
		return "INTEGER"
	case collection.Number:
		return "REAL"
	default:
		return "TEXT"
	}
}

// loadCatalog reads the collections from the tables, when the store opens.
func (w *writer) loadCatalog() (*catalog, error) {
	c := &catalog{tables: make(map[string]*table)}
	list, err := readCollections(w.query)
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		t := &table{Collection: l}
		if err := w.query("SELECT coalesce(max(id), 0) + 1 FROM "+tableName(l.Name), func(s *conn.Stmt) {
			t.next = s.ColumnInt(0)
		}); err != nil {
			return nil, err
		}
		c.tables[l.Name] = t
	}
	return c, nil
}

// readCollections reads the definitions, by name.
func readCollections(query func(string, func(*conn.Stmt), ...any) error) (list []collection.Collection, err error) {
	if err := query(`SELECT name FROM collections ORDER BY name`, func(s *conn.Stmt) {
		list = append(list, collection.Collection{Name: s.ColumnText(0)})
	}); err != nil {
		return nil, err
	}
	for i := range list {
		c := &list[i]
		if err := query(`SELECT name, type, required, is_unique, is_index, default_value FROM fields WHERE collection = ?1 ORDER BY position`, func(s *conn.Stmt) {
			c.Fields = append(c.Fields, collection.Field{
				Name: s.ColumnText(0), Type: collection.Type(s.ColumnText(1)), Required: s.ColumnInt(2) != 0,
				Unique: s.ColumnInt(3) != 0, Index: s.ColumnInt(4) != 0, Default: columnValue(s, 5),
			})
		}, c.Name); err != nil {
			return nil, err
		}
	}
	return list, nil
}
