package sqlite

import (
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// describe stores the definition of a collection.
func (w *writer) describe(c collection.Collection) error {
	if err := w.exec(`INSERT INTO collections (name, unique_sets) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET unique_sets = ?2`, c.Name, rowcodec.EncodeSets(c.Unique)); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM fields WHERE collection = ?1`, c.Name); err != nil {
		return err
	}
	for i, f := range c.Fields {
		if err := w.exec(`INSERT INTO fields (collection, name, position, type, required, is_unique, is_index, default_value, properties)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, c.Name, f.Name, i, string(f.Type), f.Required, f.Unique, f.Index, f.Default, rowcodec.EncodeProperties(&f)); err != nil {
			return err
		}
	}
	return nil
}

// readCollections reads the definitions, sorted by name.
func readCollections(query func(string, func(*conn.Stmt), ...any) error) (list []collection.Collection, err error) {
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

func itoa(n int) string      { return strconv.Itoa(n) }
func value64(n int64) string { return strconv.FormatInt(n, 10) }
