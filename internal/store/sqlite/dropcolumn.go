package sqlite

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// To drop a column, SQLite writes every row again. In a large table that is left out: the column gets a
// name that no field can have, and is emptied later, bit by bit; what stays is a null in each row.

// The beginnings of the names of columns that belong to no field: those still to be emptied, and empty ones.
const (
	gone  = "gone_"
	empty = "empty_"
)

// dropField drops a field with its values.
func (b *builder) dropField(name string, f *collection.Field) error {
	if !f.Stored() {
		return nil
	}
	few, err := b.within(name, b.w.store.opts.Rewrite)
	if err != nil {
		return err
	}
	if few {
		return b.removeColumn(name, f)
	}
	if err := b.detach(name, f); err != nil {
		return err
	}
	b.hidden = true
	return b.rename(name, column(f.Name), gone)
}

// rename gives a column a free name of a sort.
func (b *builder) rename(name, old, sort string) error {
	next := 1
	if err := b.columns(name, func(column string) {
		for _, prefix := range []string{gone, empty} {
			if n, err := strconv.Atoi(strings.TrimPrefix(column, prefix)); err == nil {
				next = max(next, n+1)
			}
		}
	}); err != nil {
		return err
	}
	return b.run("ALTER TABLE ", tableName(name), ` RENAME COLUMN "`, old, `" TO "`, sort, itoa(next), `"`)
}

// columns lists the columns of a table.
func (b *builder) columns(name string, f func(string)) error {
	return b.query(func(s *conn.Stmt) { f(s.ColumnText(0)) }, "SELECT name FROM pragma_table_info('c_", name, "')")
}

// removeColumn drops the column of a field.
func (b *builder) removeColumn(name string, f *collection.Field) error {
	if err := b.detach(name, f); err != nil {
		return err
	}
	return b.run("ALTER TABLE ", tableName(name), ` DROP COLUMN "`, column(f.Name), `"`)
}

// detach drops what else stands on a field: its index and its foreign key. SQLite has no statement for the
// latter and says itself how it is done (https://sqlite.org/lang_altertable.html, section 7): the text of
// the schema is changed, and the schema's version, so that every connection reads it anew.
func (b *builder) detach(name string, f *collection.Field) error {
	if err := b.unindex(name, []string{f.Name}); err != nil {
		return err
	}
	if f.Relation != collection.BelongsTo {
		return nil
	}
	version := int64(0)
	if err := b.query(func(s *conn.Stmt) { version = s.ColumnInt(0) }, "PRAGMA schema_version"); err != nil {
		return err
	}
	if err := b.run("PRAGMA writable_schema = 1"); err != nil {
		return err
	}
	q, def := &clause{}, `"`+column(f.Name)+`" `
	q.text("UPDATE sqlite_schema SET sql = replace(sql, ")
	q.cell(textCell(def + columnType(f)))
	q.text(", ")
	q.cell(textCell(def + "INTEGER"))
	q.text(") WHERE type = 'table' AND name = ")
	q.cell(textCell("c_" + name))
	q.text(" AND instr(sql, ")
	q.cell(textCell(def + columnType(f)))
	q.text(") > 0")
	err := b.w.once(q, nil)
	if err == nil && b.w.c.Changes() != 1 {
		err = fault.New("sqlite.Redefine", fault.Internal, "the foreign key of %s in collection %s cannot be found", f.Name, name)
	}
	if err == nil {
		err = b.run("PRAGMA schema_version = ", value64(version+1))
	}
	if e := b.w.c.Exec("PRAGMA writable_schema = RESET"); err == nil {
		err = e
	}
	return err
}

func textCell(text string) collection.Cell {
	return collection.Cell{Kind: collection.CellText, Text: text}
}

// release lets go of the collections that one belongs to, so that all of them can be dropped in any order.
func (b *builder) release(t *table) error {
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Relation == collection.BelongsTo {
			if err := b.detach(t.Name, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop drops a collection to which nobody refers any more.
func (b *builder) drop(name string) error {
	few, err := b.within(name, b.w.store.opts.Rewrite)
	if err != nil {
		return err
	}
	if err := b.w.exec(`DELETE FROM fields WHERE collection = ?1`, name); err != nil {
		return err
	}
	if err := b.w.exec(`DELETE FROM collections WHERE name = ?1`, name); err != nil {
		return err
	}
	if few {
		if err := b.w.exec(`DELETE FROM record_blobs WHERE collection = ?1`, name); err != nil {
			return err
		}
		return b.run("DROP TABLE ", tableName(name))
	}
	b.hidden = true
	return b.run("ALTER TABLE ", tableName(name), ` RENAME TO "`, gone, value64(b.now.UnixMicro()), `_c_`, name, `"`)
}
