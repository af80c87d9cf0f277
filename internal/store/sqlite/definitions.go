package sqlite

import (
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// describe stores the definition of a collection.
func (w *writer) describe(c collection.Collection) error {
	if err := w.exec(`INSERT INTO collections (name, unique_sets) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET unique_sets = ?2`, c.Name, encodeSets(c.Unique)); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM fields WHERE collection = ?1`, c.Name); err != nil {
		return err
	}
	for i, f := range c.Fields {
		if err := w.exec(`INSERT INTO fields (collection, name, position, type, required, is_unique, is_index, default_value, properties)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`, c.Name, f.Name, i, string(f.Type), f.Required, f.Unique, f.Index, f.Default, encodeProperties(&f)); err != nil {
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
		list = append(list, collection.Collection{Name: s.ColumnText(0), Unique: readSets(columnValue(s, 1))})
	}); err != nil {
		return nil, err
	}
	err = query(`SELECT collection, name, type, required, is_unique, is_index, default_value, properties FROM fields ORDER BY collection, position`, func(s *conn.Stmt) {
		f := collection.Field{
			Name: s.ColumnText(1), Type: collection.Type(s.ColumnText(2)), Required: s.ColumnInt(3) != 0,
			Unique: s.ColumnInt(4) != 0, Index: s.ColumnInt(5) != 0, Default: columnValue(s, 6),
		}
		readProperties(&f, columnValue(s, 7))
		c := &list[at[s.ColumnText(0)]]
		c.Fields = append(c.Fields, f)
	})
	return list, err
}

func encodeSets(sets [][]string) value.Value {
	if len(sets) == 0 {
		return value.Value{}
	}
	var all value.ArrayBuilder
	for _, set := range sets {
		all.Add(encodeNames(set))
	}
	return all.Value()
}

func readSets(v value.Value) (sets [][]string) {
	for set := range v.Elements() {
		sets = append(sets, readNames(set))
	}
	return sets
}

func encodeNames(names []string) value.Value {
	var all value.ArrayBuilder
	for _, name := range names {
		all.Add(value.String(name))
	}
	return all.Value()
}

func readNames(v value.Value) (names []string) {
	for name := range v.Elements() {
		names = append(names, readText(name))
	}
	return names
}

// encodeProperties returns the value of the column properties, missing if there are none.
func encodeProperties(f *collection.Field) value.Value {
	var dst []byte
	add := func(name string, v value.Value) {
		if len(dst) == 0 {
			dst = append(dst, '{')
		} else {
			dst = append(dst, ',')
		}
		dst = v.Append(append(value.AppendQuoted(dst, name), ':'))
	}
	text := func(name, text string) {
		if text != "" {
			add(name, value.String(text))
		}
	}
	if f.Precision > 0 {
		add("precision", value.Int(int64(f.Precision)))
		add("scale", value.Int(int64(f.Scale)))
	}
	if len(f.Options) > 0 {
		add("options", encodeNames(f.Options))
	}
	if f.Multiple {
		add("multiple", value.Bool(true))
	}
	text("relation", string(f.Relation))
	text("target", f.Target)
	text("onDelete", string(f.OnDelete))
	text("foreignKey", f.ForeignKey)
	if len(dst) == 0 {
		return value.Value{}
	}
	return value.TrustedBytes(append(dst, '}'))
}

// readProperties reads what encodeProperties wrote.
func readProperties(f *collection.Field, v value.Value) {
	number := func(name string) int {
		n, _ := v.Get(name).Int()
		return int(n)
	}
	if v.IsNull() {
		return
	}
	f.Precision, f.Scale = number("precision"), number("scale")
	f.Options = readNames(v.Get("options"))
	f.Multiple, _ = v.Get("multiple").AsBool()
	f.Relation = collection.Relation(readText(v.Get("relation")))
	f.Target = readText(v.Get("target"))
	f.OnDelete = collection.OnDelete(readText(v.Get("onDelete")))
	f.ForeignKey = readText(v.Get("foreignKey"))
}

func itoa(n int) string      { return strconv.Itoa(n) }
func value64(n int64) string { return strconv.FormatInt(n, 10) }
