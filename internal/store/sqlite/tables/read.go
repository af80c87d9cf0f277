package tables

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

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
