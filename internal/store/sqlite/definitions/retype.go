package definitions

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/tables"
)

// retype changes the type of a field. If all cells remain the same and all fit, it does not write to the table.
func (b *builder) retype(ch *collection.Change) error {
	if !ch.Loss && sameCells(&ch.Old, &ch.New) {
		return nil
	}
	if err := b.refuseLarge(ch); err != nil {
		return err
	}
	name, t := ch.Collection, tables.Name(ch.Collection)
	fresh := `"n` + tables.Column(ch.New.Name) + `"`
	if err := b.run("ALTER TABLE ", t, " ADD COLUMN ", fresh, " ", tables.ColumnType(&ch.New)); err != nil {
		return err
	}
	if err := b.convert(ch, fresh); err != nil {
		return err
	}
	// The unique sets that contain the field lose their index with the column. They are created again below.
	inSet := func(i index) bool { return len(i.fields) > 1 && slices.Contains(i.fields, ch.Old.Name) }
	all, err := b.indexes(name)
	if err != nil {
		return err
	}
	if err := b.dropIndexes(name, inSet); err != nil {
		return err
	}
	if err := b.removeColumn(name, &ch.Old); err != nil {
		return err
	}
	if err := b.run("ALTER TABLE ", t, " RENAME COLUMN ", fresh, ` TO "`, tables.Column(ch.New.Name), `"`); err != nil {
		return err
	}
	for _, i := range all {
		if inSet(i) {
			if err := b.createIndex(name, i.fields, i.unique, ""); err != nil {
				return err
			}
		}
	}
	if ch.Old.Unique != ch.New.Unique || ch.Old.Index != ch.New.Index {
		return nil // another change of the plan creates the index
	}
	return b.indexField(name, &ch.New)
}

// sameCells reports whether every cell of one field is stored in the same way in the other.
func sameCells(old, f *collection.Field) bool {
	text := func(f *collection.Field) bool {
		switch f.Type {
		case collection.String, collection.Text, collection.Email, collection.URL, collection.Phone, collection.Select, collection.Date:
			return true
		default:
			return false
		}
	}
	switch {
	case text(old) && text(f):
		return true
	case old.Type != f.Type:
		return old.Type == collection.Integer && f.Type == collection.Number && f.Precision > 0 && f.Scale == 0
	case f.Type == collection.Number:
		return old.Precision > 0 && f.Precision > 0 && old.Scale == f.Scale
	default:
		return f.Type == collection.Multiselect
	}
}

// convert fills a new column from the old one.
func (b *builder) convert(ch *collection.Change, fresh string) error {
	t := tables.Name(ch.Collection)
	read, err := b.tx.Prepare("SELECT id, \"" + tables.Column(ch.Old.Name) + "\" FROM " + t + " WHERE id > ?1 ORDER BY id LIMIT 500")
	if err != nil {
		return err
	}
	defer read.Finalize()
	write, err := b.tx.Prepare("UPDATE " + t + " SET " + fresh + " = ?2 WHERE id = ?1")
	if err != nil {
		return err
	}
	defer write.Finalize()
	type cell struct {
		id   int64
		cell collection.Cell
	}
	for last := int64(0); ; {
		var page []cell
		read.Int(1, last)
		if err := read.Each(func(s *conn.Stmt) {
			page = append(page, cell{s.ColumnInt(0), s.ColumnCell(1, ch.Old.Storage())})
		}, b.tx.Step); err != nil {
			return err
		}
		for _, x := range page {
			to, err := b.converted(ch, x.id, x.cell)
			if err != nil {
				return err
			}
			if to.Kind == collection.CellNull {
				continue
			}
			write.Int(1, x.id)
			write.Cell(2, &to)
			if err := b.tx.Run(write); err != nil {
				return err
			}
		}
		if len(page) == 0 {
			return nil
		}
		last = page[len(page)-1].id
	}
}

// converted returns the new value of a cell. If it would lose data without permission, the result is a conflict.
func (b *builder) converted(ch *collection.Change, id int64, cell collection.Cell) (collection.Cell, error) {
	to, whole := ch.Old.Convert(ch.New, cell)
	if to.Kind == collection.CellInt && ch.New.Relation == collection.BelongsTo {
		found, err := tables.Exists(b.tx, ch.New.Target, to.Int)
		if err != nil {
			return to, err
		}
		if !found {
			to, whole = collection.Cell{}, false
		}
	}
	if ch.New.Type == collection.File && to.Kind == collection.CellText {
		missing, err := b.d.Blobs.ReferenceCell(b.tx, ch.Collection, id, &ch.New, to)
		if err != nil {
			return to, err
		}
		if missing != "" {
			to, whole = collection.Cell{}, false
		}
	}
	switch {
	case whole:
		return to, nil
	case !b.lose:
		c := *ch
		c.Text += "; record " + formatID(id) + " has " + ch.Old.Render(cell).Text()
		return to, recordplan.LossError(c)
	case to.Kind == collection.CellNull && ch.New.Required:
		return to, recordplan.ConflictError(ch.Collection, ch.New.Name, "field "+ch.New.Name+" of collection "+ch.Collection+" is required, and the value of record "+
			formatID(id)+" would be lost: "+ch.Old.Render(cell).Text())
	default:
		return to, nil
	}
}

// refuseLarge returns a conflict if the collection is too large to rewrite in one write.
func (b *builder) refuseLarge(ch *collection.Change) error {
	if few, err := b.hasAtMost(ch.Collection, b.d.Rewrite); few || err != nil {
		return err
	}
	return recordplan.ConflictError(ch.Collection, ch.New.Name, ch.Text+": this rewrites all records in one write, which is done for up to "+strconv.Itoa(b.d.Rewrite)+
		" of them; add a field of another name, and fill it by updates")
}

// hasAtMost reports whether a collection has at most this many records.
func (b *builder) hasAtMost(name string, most int) (bool, error) {
	more := false
	err := b.query(func(*conn.Stmt) { more = true }, "SELECT 1 FROM ", tables.Name(name), " LIMIT 1 OFFSET ", strconv.Itoa(most))
	return !more, err
}

func formatID(n int64) string { return strconv.FormatInt(n, 10) }
