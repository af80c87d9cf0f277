package api

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/sheet"
	"hookline.dev/hookline/internal/value"
)

// dryRun reports which rows of a chunk would be rejected, without writing. It finds rows that break a rule by
// themselves, values of unique fields that are already stored or occur twice in the chunk, and relations to
// records that do not exist. It does not find duplicates in different chunks, or conflicts with stored sets of
// unique fields; the real import does.
func (im *importer) dryRun(ctx context.Context) error {
	rows, admitted := im.dropInvalid(im.chunk)
	refused := make([]bool, len(rows))
	refuse := func(i int, v *collection.Violation) {
		if !refused[i] {
			refused[i] = true
			im.refuse(rows[i], v)
		}
	}
	for at, f := range im.of.Fields {
		column := column{at: at, field: f, cells: admitted}
		var err error
		switch {
		case f.Type == collection.Relates && f.Stored():
			err = im.lost(ctx, column, refuse)
		case f.Unique && !slices.Contains(im.upsert, f.Name):
			err = im.taken(ctx, column, rows, refuse)
		}
		if err != nil {
			return err
		}
	}
	for _, gone := range refused {
		if !gone {
			im.report.Written++
		}
	}
	return nil
}

// column is one field of the records in a chunk.
type column struct {
	at    int // index of the field
	field collection.Field
	cells []collection.Admitted
}

func (c column) cell(i int) collection.Cell { return c.cells[i].Cells[c.at] }

// taken rejects rows with a value of a unique field that another record already has.
func (im *importer) taken(ctx context.Context, c column, rows []sheet.Row, refuse func(int, *collection.Violation)) error {
	first := make(map[collection.Cell]int64)
	var asked []value.Value
	twice := func(i int, by string) {
		refuse(i, &collection.Violation{Code: collection.CodeUnique, Field: c.field.Name,
			Message: c.field.Name + " must be unique, and " + rows[i].Values.Get(c.field.Name).Text() + " is " + by})
	}
	for i := range c.cells {
		cell := c.cell(i)
		if cell.Kind == collection.CellNull {
			continue
		}
		if _, again := first[cell]; again {
			twice(i, "in the file twice")
			continue
		}
		first[cell] = rows[i].N
		asked = append(asked, rows[i].Values.Get(c.field.Name))
	}
	stored, err := im.stored(ctx, im.of.Name, c.field, asked)
	if err != nil || len(im.upsert) > 0 { // with upsert, the record that has the value may be the one to change
		return err
	}
	for i := range c.cells {
		if stored[c.cell(i)] {
			twice(i, "stored already")
		}
	}
	return nil
}

// lost rejects rows that refer to a record that does not exist.
func (im *importer) lost(ctx context.Context, c column, refuse func(int, *collection.Violation)) error {
	var asked []value.Value
	first := make(map[int64]bool)
	for i := range c.cells {
		if cell := c.cell(i); cell.Kind == collection.CellInt && !first[cell.Int] {
			first[cell.Int] = true
			asked = append(asked, value.Int(cell.Int))
		}
	}
	stored, err := im.stored(ctx, c.field.Target, collection.Field{Name: "id", Type: collection.Integer}, asked)
	if err != nil {
		return err
	}
	for i := range c.cells {
		if cell := c.cell(i); cell.Kind == collection.CellInt && !stored[cell] {
			refuse(i, &collection.Violation{Code: collection.CodeRelation, Field: c.field.Name,
				Message: c.field.Name + " must be the id of a record of " + c.field.Target + ", and there is none with " + value.Int(cell.Int).Text()})
		}
	}
	return nil
}

// stored returns which of the values are stored in a unique field. It asks for as many values at once as fit on
// one page: each value belongs to at most one record, and the index finds that few quickly.
func (im *importer) stored(ctx context.Context, name string, f collection.Field, values []value.Value) (map[collection.Cell]bool, error) {
	alone := f
	alone.Required, alone.Default = false, value.Value{}
	of := collection.Collection{Name: name, Fields: []collection.Field{alone}}
	found := make(map[collection.Cell]bool)
	for asked := range slices.Chunk(values, collection.MaxPageSize) {
		var list value.ArrayBuilder
		for _, v := range asked {
			list.Add(v)
		}
		page, err := im.records.Find(ctx, collection.Query{
			Collection: name, Fields: []string{f.Name}, PageSize: collection.MaxPageSize, Sort: []collection.Sort{{Field: "id"}},
			Filter: &collection.Filter{Op: collection.In, Field: f.Name, Value: list.Value()},
		})
		if err != nil {
			return nil, err
		}
		for _, record := range page.Records {
			var b value.ObjectBuilder
			if a, v := of.Admit(b.Set(f.Name, record.JSON.Get(f.Name)).Value(), im.now.Now()); v == nil {
				found[a.Cells[0]] = true
			}
		}
	}
	return found, nil
}
