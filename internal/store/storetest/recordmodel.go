package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// recordModel is an in-memory model of the records that a store must have: a collection with a field of each type, and
// one that it belongs to. Package collection has admitted its rows, and the model evaluates them one by one.
type recordModel struct {
	suffix         string
	things, places map[int64]collection.Row
}

func newRecordModel(suffix string) *recordModel {
	return &recordModel{suffix: suffix, things: make(map[int64]collection.Row), places: make(map[int64]collection.Row)}
}

// place returns the collection that things belong to.
func (k *recordModel) place() collection.Collection {
	return collection.Collection{Name: "places" + k.suffix, Fields: []collection.Field{
		{Name: "label", Type: collection.String, Required: true, Unique: true},
		{Name: "room", Type: collection.Integer, Index: true},
		{Name: "things", Type: collection.Relates, Relation: collection.HasMany, Target: "things" + k.suffix, ForeignKey: "place"},
		{Name: "within", Type: collection.Relates, Relation: collection.BelongsTo, Target: "places" + k.suffix, OnDelete: collection.Cascade},
	}}
}

// thing returns a collection with a field of each type.
func (k *recordModel) thing() collection.Collection {
	return collection.Collection{
		Name: "things" + k.suffix,
		Fields: []collection.Field{
			{Name: "code", Type: collection.String, Unique: true},
			{Name: "name", Type: collection.String, Index: true},
			{Name: "notes", Type: collection.Text},
			{Name: "count", Type: collection.Integer, Index: true},
			{Name: "size", Type: collection.Integer},
			{Name: "price", Type: collection.Number, Precision: 12, Scale: 2, Index: true},
			{Name: "ratio", Type: collection.Number},
			{Name: "done", Type: collection.Boolean, Default: value.Bool(false)},
			{Name: "at", Type: collection.Datetime, Index: true},
			{Name: "day", Type: collection.Date},
			{Name: "data", Type: collection.JSON},
			{Name: "mail", Type: collection.Email},
			{Name: "site", Type: collection.URL},
			{Name: "tel", Type: collection.Phone},
			{Name: "color", Type: collection.Select, Options: []string{"red", "green", "blue", "it's"}, Index: true},
			{Name: "tags", Type: collection.Multiselect, Options: []string{"a", "b", "it's", `"q"`}},
			{Name: "place", Type: collection.Relates, Relation: collection.BelongsTo, Target: "places" + k.suffix, OnDelete: collection.SetNull},
		},
		Unique: [][]string{{"size", "day"}},
	}
}

// other returns a collection by name, for the checks of package collection.
func (k *recordModel) other(name string) (collection.Collection, bool) {
	for _, c := range []collection.Collection{k.thing(), k.place()} {
		if c.Name == name {
			return c, true
		}
	}
	return collection.Collection{}, false
}

func (k *recordModel) rows(c string) map[int64]collection.Row {
	if c == k.place().Name {
		return k.places
	}
	return k.things
}

// picked returns the rows that a filter selects, in an order.
func (k *recordModel) picked(c string, filter *collection.Bound, order []collection.Order) (rows []collection.Row) {
	for _, r := range k.rows(c) {
		if k.fits(r, filter) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b collection.Row) int {
		for _, o := range order {
			n := compareCells(o.Column.Cell(a), o.Column.Cell(b))
			if o.Desc {
				n = -n
			}
			if n != 0 {
				return n
			}
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return rows
}

// compareCells compares cells of one column. Null comes before every value.
func compareCells(a, b collection.Cell) int {
	null := func(c collection.Cell) int {
		if c.Kind == collection.CellNull {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(null(a), null(b)), cmp.Compare(a.Int, b.Int), cmp.Compare(a.Float, b.Float), strings.Compare(a.Text, b.Text))
}

// fits evaluates a filter on a row, as documented at collection.Bound.
func (k *recordModel) fits(r collection.Row, b *collection.Bound) bool {
	switch {
	case b == nil:
		return true
	case b.Op == collection.And:
		return !slices.ContainsFunc(b.Parts, func(p collection.Bound) bool { return !k.fits(r, &p) })
	case b.Op == collection.Or:
		return slices.ContainsFunc(b.Parts, func(p collection.Bound) bool { return k.fits(r, &p) })
	}
	if b.Via != nil {
		id := b.Via.Cell(r)
		var there bool
		if r, there = k.places[id.Int]; id.Kind == collection.CellNull || !there {
			return b.Negated
		}
	}
	return holds1(b, b.Column.Cell(r)) != b.Negated
}

// holds1 evaluates one comparison.
func holds1(b *collection.Bound, cell collection.Cell) bool {
	if b.Op == collection.Null || cell.Kind == collection.CellNull {
		return b.Op == collection.Null && cell.Kind == collection.CellNull
	}
	with := b.Cells[0]
	switch n := compareCells(cell, with); b.Op {
	case collection.Eq:
		return n == 0
	case collection.Gt:
		return n > 0
	case collection.Gte:
		return n >= 0
	case collection.Lt:
		return n < 0
	case collection.Lte:
		return n <= 0
	case collection.In:
		return slices.Contains(b.Cells, cell)
	case collection.StartsWith:
		return strings.HasPrefix(cell.Text, with.Text)
	case collection.EndsWith:
		return strings.HasSuffix(cell.Text, with.Text)
	case collection.Includes:
		if b.Column.Field.Type != collection.Multiselect {
			return strings.Contains(cell.Text, with.Text)
		}
		for e := range value.Trusted(cell.Text).Elements() {
			if text, _ := e.Str(); text == with.Text {
				return true
			}
		}
		return false
	default:
		panic(fmt.Sprintf("an operator that Bound does not know: %s", b.Op))
	}
}

// hostile returns texts that have a meaning in a database, or that are difficult to compare.
func hostile() []string {
	return []string{
		"", "a", "A", "ab", "aB", "b", "%", "_", "a%b", "a_b", `\`, `'`, `"`, "''", `' OR 1=1 --`, `"; DROP TABLE c_things; --`, "?1", "$1", ":a",
		"a\x00b", "\x00", "日本", "日", "é", "e\u0301", "ß", "\U0001F600", "\uffff", "a ", " a", "null", "NULL", "1", "01", "1.0", strings.Repeat("x", 300),
		"x'41'", "json('1')", "[]", "{}", "\n", "\ufeff",
	}
}

// samples returns values of a field, for records and for comparisons.
func samples(f collection.Field) []value.Value {
	texts := func(list ...string) (all []value.Value) {
		for _, t := range list {
			all = append(all, value.String(t))
		}
		return all
	}
	raw := func(list ...string) (all []value.Value) {
		for _, t := range list {
			all = append(all, value.Trusted(t))
		}
		return all
	}
	switch f.Type {
	case collection.String, collection.Text:
		return texts(hostile()...)
	case collection.Integer:
		return raw("0", "-1", "1", "7", "9007199254740993", "9223372036854775807", "-9223372036854775808")
	case collection.Number:
		if f.Precision > 0 {
			return raw("0", "0.01", "-0.01", "1.10", "9999999999.99", "-9999999999.99", "10")
		}
		return raw("0", "0.1", "-0.1", "1e300", "-1e-300", "3", "0.30000000000000004")
	case collection.Boolean:
		return raw("true", "false")
	case collection.Datetime:
		return texts("2026-11-22T08:30:00Z", "2026-11-22T08:30:00.000001Z", "1969-12-31T23:59:59.999999Z", "0000-01-01", "9999-12-31T23:59:59Z")
	case collection.Date:
		return texts("2026-11-22", "2026-11-23", "0000-01-01", "9999-12-31", "1999-02-28")
	case collection.JSON:
		return raw(`{}`, `[1,2]`, `"a"`, `1.0`, `true`)
	case collection.Email:
		return texts("a@example.com", "A@example.com", "o'hara@example.org")
	case collection.URL:
		return texts("https://example.com/", "http://example.com/?a='b'&c=%25")
	case collection.Phone:
		return texts("+4930123456", "030123456", "112")
	case collection.Select:
		return texts(f.Options...)
	case collection.Multiselect:
		return raw(`[]`, `["a"]`, `["b","a"]`, `["it's","\"q\""]`)
	case collection.Relates:
		return raw("1", "2", "3")
	default:
		return nil
	}
}
