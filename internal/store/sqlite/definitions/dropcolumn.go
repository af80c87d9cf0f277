package definitions

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
)

// ALTER TABLE DROP COLUMN rewrites every row in one statement (about three seconds for a million rows), and no
// other write can run meanwhile. So it is used only for tables of up to Options.Rewrite records. In a larger
// table the column is renamed to a name that no field can have, which changes no row. Sweep empties it
// later in small writes. One null per row remains. If a crash interrupts this, the next start finds the column by
// its name. docs/adr/0022 has the figures.

// Prefixes of hidden columns, which belong to no field: gone_ is not empty yet, empty_ is empty.
const (
	gone  = "gone_"
	empty = "empty_"
)

// dropField drops a field with its values.
func (b *builder) dropField(name string, f *collection.Field) error {
	if !f.Stored() {
		return nil
	}
	few, err := b.hasAtMost(name, b.d.Rewrite)
	if err != nil {
		return err
	}
	if few {
		return b.removeColumn(name, f)
	}
	if err := b.unindex(name, []string{f.Name}); err != nil {
		return err
	}
	b.hidden = true
	return b.rename(name, tables.Column(f.Name), gone)
}

// rename renames a column to a free name with the prefix sort.
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
	return b.run("ALTER TABLE ", tables.Name(name), ` RENAME COLUMN "`, old, `" TO "`, sort, strconv.Itoa(next), `"`)
}

// columns calls f with the name of each column of a table.
func (b *builder) columns(name string, f func(string)) error {
	return b.query(func(s *conn.Stmt) { f(s.ColumnText(0)) }, "SELECT name FROM pragma_table_info('c_", name, "')")
}

// removeColumn drops the column of a field. It drops the index first, because SQLite refuses to drop an indexed
// column (https://sqlite.org/lang_altertable.html, section 5). Unique sets were dropped earlier in the plan.
func (b *builder) removeColumn(name string, f *collection.Field) error {
	if err := b.unindex(name, []string{f.Name}); err != nil {
		return err
	}
	return b.run("ALTER TABLE ", tables.Name(name), ` DROP COLUMN "`, tables.Column(f.Name), `"`)
}

// drop drops a collection. No other collection refers to it.
func (b *builder) drop(name string) error {
	few, err := b.hasAtMost(name, b.d.Rewrite)
	if err != nil {
		return err
	}
	if err := b.tx.Exec(`DELETE FROM fields WHERE collection = ?1`, name); err != nil {
		return err
	}
	if err := b.tx.Exec(`DELETE FROM collections WHERE name = ?1`, name); err != nil {
		return err
	}
	if few {
		if err := b.tx.Exec(`DELETE FROM record_blobs WHERE collection = ?1`, name); err != nil {
			return err
		}
		return b.run("DROP TABLE ", tables.Name(name))
	}
	b.hidden = true
	return b.run("ALTER TABLE ", tables.Name(name), ` RENAME TO "`, gone, formatID(b.now.UnixMicro()), `_c_`, name, `"`)
}
