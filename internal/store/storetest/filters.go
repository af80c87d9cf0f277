package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// withRecords defines the collections of a model and fills them. Each thing has null in some fields, and each sample
// occurs somewhere.
func (w *harness) withRecords(suffix string, things int) *recordModel {
	w.Helper()
	k := newRecordModel(suffix)
	w.ok(w.define([]collection.Collection{k.place(), k.thing()}))
	for i, label := range []string{"hall", "it's", "attic"} {
		values := fmt.Sprintf(`{"label":%s,"room":%d}`, value.String(label).Text(), i)
		if i == 2 {
			values = `{"label":"attic","within":1}`
		}
		k.keep(w, k.place(), w.wrote(collection.Op{Kind: collection.Create, Collection: k.place().Name, Values: value.Trusted(values)}))
	}
	var list value.ArrayBuilder
	for i := range things {
		var b value.ObjectBuilder
		b.Set("code", value.String(fmt.Sprintf("code-%d", i)))
		for j, f := range k.thing().Fields {
			all := samples(f)
			switch n := i + j*7; {
			case f.Name == "code" || f.Name == "day":
			case n%4 == 3:
				b.Set(f.Name, value.Null())
			default:
				b.Set(f.Name, all[(i*(j+1)+i/3)%len(all)])
			}
		}
		list.Add(b.Value())
	}
	k.keepAll(w, k.thing(), w.wrote(collection.Op{Kind: collection.Create, Collection: k.thing().Name, Values: list.Value()}))
	return k
}

// wrote runs an operation that must succeed.
func (w *harness) wrote(op collection.Op) value.Value {
	w.Helper()
	out, err := w.Write(op)
	w.ok(err)
	if out.Violation != nil || out.Next != nil {
		w.Fatalf("outcome of %+v is %+v", op, out.Violation)
	}
	return out.Record
}

// keep adds a record that a store returned to the model.
func (k *recordModel) keep(w *harness, c collection.Collection, record value.Value) {
	row := rowOf(w.Fatalf, c, record)
	k.rows(c.Name)[row.ID] = row
}

func (k *recordModel) keepAll(w *harness, c collection.Collection, records value.Value) {
	for record := range records.Elements() {
		k.keep(w, c, record)
	}
}

// rowOf converts a record back to cells.
func rowOf(fatalf func(string, ...any), c collection.Collection, record value.Value) collection.Row {
	var b value.ObjectBuilder
	for _, f := range c.Fields {
		if f.Stored() {
			b.Set(f.Name, record.Get(f.Name))
		}
	}
	text, _ := record.Get("createdAt").Str()
	created, ok := collection.ParseDatetime(text)
	text, _ = record.Get("updatedAt").Str()
	updated, ok2 := collection.ParseDatetime(text)
	a, broken := c.Admit(b.Value(), created)
	id, ok3 := record.Get("id").Int()
	if broken != nil || !ok || !ok2 || !ok3 {
		fatalf("%s is no record of %s: %+v", record.Text(), c.Name, broken)
	}
	return collection.Row{ID: id, Created: created, Updated: updated, Cells: a.Cells}
}

// found checks that a store finds the same records as the model, on all pages.
func (k *recordModel) found(t fataler, s collection.Reader, q collection.Query) {
	t.Helper()
	c, _ := k.other(q.Collection)
	sel, broken := c.CheckQuery(q, k.other)
	if broken != nil {
		if _, err := s.Find(context.Background(), q); !fault.Is(err, fault.Invalid) {
			t.Fatalf("%+v is refused by CheckQuery (%s), and finding gives %v", q, broken.Message, err)
		}
		return
	}
	want := k.picked(q.Collection, sel.Filter, sel.Order)
	got, pages := []collection.Record(nil), 0
	for q.Count = true; ; q.Count = false {
		page, err := s.Find(context.Background(), q)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if q.Count && page.Count != int64(len(want)) {
			t.Fatalf("%+v: counted %d of %d", q, page.Count, len(want))
		}
		got = append(got, page.Records...)
		if pages++; page.Next == "" || pages > len(want)+1 {
			break
		}
		if len(page.Records) != max(q.PageSize, 1) && q.PageSize > 0 {
			t.Fatalf("%+v: a page of %d has %d records", q, q.PageSize, len(page.Records))
		}
		q.After = page.Next
	}
	ids := func(r collection.Record) int64 { return r.ID }
	if !slices.EqualFunc(want, got, func(a collection.Row, b collection.Record) bool { return a.ID == ids(b) }) {
		t.Fatalf("%+v: found %v, want %v", describeQuery(q), column(got, ids), column(want, func(r collection.Row) int64 { return r.ID }))
	}
	for i, r := range got {
		if q.Expand != nil {
			break
		}
		if text := c.RenderAs(want[i], sel.Fields, nil).Text(); r.JSON.Text() != text {
			t.Fatalf("record is %s, want %s", r.JSON.Text(), text)
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func column[T, E any](list []T, f func(T) E) (all []E) {
	for _, x := range list {
		all = append(all, f(x))
	}
	return all
}

func describeQuery(q collection.Query) string {
	filter := "none"
	if q.Filter != nil {
		filter = describeFilter(*q.Filter)
	}
	return fmt.Sprintf("filter %s, sort %v, page size %d", filter, q.Sort, q.PageSize)
}

func describeFilter(f collection.Filter) string {
	if f.Parts != nil {
		return fmt.Sprintf("%s%v", f.Op, column(f.Parts, describeFilter))
	}
	return fmt.Sprintf("(%s %s %s)", f.Field, f.Op, f.Value.Text())
}

func testFilters(t *testing.T, d Driver) {
	w := newHarness(t, d)
	k := w.withRecords("", 60)
	c := k.thing()
	fields := append(slices.Clone(c.Fields), collection.Field{Name: "id", Type: collection.Integer}, collection.Field{Name: "createdAt", Type: collection.Datetime},
		collection.Field{Name: "place.label", Type: collection.String}, collection.Field{Name: "place.room", Type: collection.Integer},
		collection.Field{Name: "place.id", Type: collection.Integer}, collection.Field{Name: "nothing", Type: collection.String})
	n := 0
	for _, f := range fields {
		for _, op := range collection.Operators() {
			t.Run(f.Name+" "+string(op), func(t *testing.T) {
				for _, v := range operands(f, op) {
					for _, not := range []bool{false, true} {
						if n++; n%d.stride() != 0 {
							continue
						}
						filter := collection.Filter{Op: op, Field: f.Name, Value: v}
						if not {
							filter = collection.Filter{Op: collection.Not, Parts: []collection.Filter{filter}}
						}
						k.found(t, w, collection.Query{Collection: c.Name, Filter: &filter, PageSize: collection.MaxPageSize})
					}
				}
			})
		}
	}
}

// operands returns values to compare a field with.
func operands(f collection.Field, op collection.FilterOp) (all []value.Value) {
	list := samples(f)
	switch op {
	case collection.Null, collection.NotNull, collection.Empty, collection.NotEmpty:
		return []value.Value{{}, value.Bool(true), value.Bool(false), value.String("no")}
	case collection.In, collection.NotIn, collection.Between:
		for i := range list {
			all = append(all, array(list[i]), array(list[i], list[(i*3+1)%len(list)]), array(list[i], value.Null(), list[(i+2)%len(list)]))
		}
		return append(all, array(), array(value.Null()), value.Null(), array(value.Trusted("{}")))
	case collection.Includes, collection.StartsWith, collection.EndsWith, collection.NotIncludes, collection.NotStartsWith, collection.NotEndsWith:
		for _, text := range hostile() {
			all = append(all, value.String(text))
		}
		all = append(all, array(value.String("a"), value.String("b")), array())
	}
	return append(append(all, list...), value.Null(), value.Trusted("{}"), value.Trusted("[1]"), value.String("nonsense"))
}

func array(list ...value.Value) value.Value {
	var b value.ArrayBuilder
	for _, v := range list {
		b.Add(v)
	}
	return b.Value()
}

// drawFilter draws a tree of conditions.
func drawFilter(t *rapid.T, c collection.Collection, depth int) collection.Filter {
	if kind := rapid.IntRange(0, 9).Draw(t, "kind"); depth > 0 && kind < 5 {
		op := []collection.FilterOp{collection.And, collection.Or, collection.Not, collection.And, collection.Or}[kind]
		n := 1
		if op != collection.Not {
			n = rapid.IntRange(0, 3).Draw(t, "parts")
		}
		f := collection.Filter{Op: op, Parts: []collection.Filter{}}
		for range n {
			f.Parts = append(f.Parts, drawFilter(t, c, depth-1))
		}
		return f
	}
	fields := append(slices.Clone(c.Fields), collection.Field{Name: "id", Type: collection.Integer}, collection.Field{Name: "place.room", Type: collection.Integer})
	f := rapid.SampledFrom(fields).Draw(t, "field")
	op := rapid.SampledFrom(collection.Operators()).Draw(t, "operator")
	return collection.Filter{Op: op, Field: f.Name, Value: rapid.SampledFrom(operands(f, op)).Draw(t, "value")}
}

func testQueries(t *testing.T, d Driver) {
	w := newHarness(t, d)
	k := w.withRecords("", 150)
	c := k.thing()
	t.Run("any filter in any order, page by page", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			q := collection.Query{Collection: c.Name, PageSize: rapid.IntRange(1, 200).Draw(t, "size")}
			if rapid.Bool().Draw(t, "filtered") {
				f := drawFilter(t, c, 3)
				q.Filter = &f
			}
			names := append(column(c.Fields, func(f collection.Field) string { return f.Name }), "id", "createdAt", "updatedAt")
			for range rapid.IntRange(0, 3).Draw(t, "keys") {
				q.Sort = append(q.Sort, collection.Sort{Field: rapid.SampledFrom(names).Draw(t, "sort"), Desc: rapid.Bool().Draw(t, "desc")})
			}
			if rapid.Bool().Draw(t, "some fields") {
				q.Fields = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 5, rapid.ID[string]).Draw(t, "fields")
			}
			k.found(t, w, q)
		})
	})
	t.Run("pages by number", func(t *testing.T) {
		for page := range 6 {
			got, err := w.Find(t.Context(), collection.Query{Collection: c.Name, Page: page + 1, PageSize: 40})
			if err != nil {
				t.Fatal(err)
			}
			want := k.picked(c.Name, nil, []collection.Order{{Column: idColumn(c), Desc: true}})
			want = want[min(page*40, len(want)):min(page*40+40, len(want))]
			if len(got.Records) != len(want) || len(want) > 0 && got.Records[0].ID != want[0].ID || got.Count != -1 {
				t.Fatalf("page %d has %d records, want %d", page+1, len(got.Records), len(want))
			}
		}
	})
	t.Run("relations are expanded", func(t *testing.T) {
		filter := collection.Filter{Op: collection.NotNull, Field: "place"}
		got, err := w.Find(t.Context(), collection.Query{Collection: c.Name, Filter: &filter, Expand: []string{"place"}, Fields: []string{"code", "place"}, PageSize: 500})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Records {
			row := k.things[r.ID]
			id, _ := r.JSON.Get("place").Get("id").Int()
			label, _ := r.JSON.Get("place").Get("label").Str()
			if id != row.Cells[16].Int || label != k.places[id].Cells[0].Text || label == "" {
				t.Fatalf("record is %s", r.JSON.Text())
			}
		}
		got, err = w.Find(t.Context(), collection.Query{Collection: k.place().Name, Expand: []string{"things", "within"}, Sort: []collection.Sort{{Field: "id"}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Records {
			var want []int64
			for _, row := range k.picked(c.Name, nil, nil) {
				if row.Cells[16].Int == r.ID {
					want = append(want, row.ID)
				}
			}
			var have []int64
			for line := range r.JSON.Get("things").Elements() {
				id, _ := line.Get("id").Int()
				have = append(have, id)
			}
			if !slices.Equal(want, have) || len(want) == 0 {
				t.Fatalf("place %d has the things %v, want %v", r.ID, have, want)
			}
		}
		if label, _ := got.Records[2].JSON.Get("within").Get("label").Str(); label != "hall" {
			t.Fatalf("record is %s", got.Records[2].JSON.Text())
		}
	})
	t.Run("what does not fit is refused with its part", func(t *testing.T) {
		for part, q := range map[string]collection.Query{
			"sort[0]":   {Sort: []collection.Sort{{Field: `id"; DROP TABLE c_things; --`}}},
			"fields[0]": {Fields: []string{`id, (SELECT value FROM settings)`}},
			"expand[0]": {Expand: []string{`place) --`}},
			"after":     {After: `' OR 1=1 --`},
			"pageSize":  {PageSize: 501},
		} {
			q.Collection = c.Name
			_, err := w.Find(t.Context(), q)
			if f := (&fault.Error{}); !errors.As(err, &f) || f.Field != part {
				t.Errorf("%s: error is %v", part, err)
			}
		}
		_, err := w.Find(t.Context(), collection.Query{Collection: `things"; --`})
		w.fails(err, fault.NotFound)
		_, err = w.Aggregate(t.Context(), collection.Aggregate{Collection: `things"; --`, Function: "count"})
		w.fails(err, fault.NotFound)
	})
}

func idColumn(c collection.Collection) collection.Column {
	sel, _ := c.CheckQuery(collection.Query{}, nil)
	return sel.Order[len(sel.Order)-1].Column
}
