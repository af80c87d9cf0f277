package storetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func testRedefine(t *testing.T, d Driver) {
	shape := func(fields ...collection.Field) collection.Collection {
		return collection.Collection{Name: "shapes", Fields: fields}
	}
	typed := func(typ collection.Type) collection.Field { return collection.Field{Name: "x", Type: typ} }
	belongs := collection.Field{Name: "x", Type: collection.Relates, Relation: collection.BelongsTo, Target: "others"}
	other := collection.Collection{Name: "others", Fields: []collection.Field{{Name: "name", Type: collection.String}}}
	money := collection.Field{Name: "x", Type: collection.Number, Precision: 6, Scale: 2}
	tags := collection.Field{Name: "x", Type: collection.Multiselect, Options: []string{"a", "b"}}

	for name, c := range map[string]struct {
		from, to  collection.Field
		records   []string // values of x
		after     []string
		loses     bool
		conflicts bool // even if data may be lost
	}{
		"a text that is a number":        {from: typed(collection.String), to: typed(collection.Integer), records: []string{`"7"`, `null`, `"-1"`}, after: []string{`7`, `null`, `-1`}},
		"a text that is no number":       {from: typed(collection.String), to: typed(collection.Integer), records: []string{`"7"`, `"seven"`}, after: []string{`7`, `null`}, loses: true},
		"a number to text":               {from: typed(collection.Integer), to: typed(collection.String), records: []string{`9007199254740993`, `null`}, after: []string{`"9007199254740993"`, `null`}},
		"a text to a longer one":         {from: typed(collection.String), to: typed(collection.Text), records: []string{`"it's \u0000"`}, after: []string{`"it's \u0000"`}},
		"an integer to money":            {from: typed(collection.Integer), to: money, records: []string{`12`, `9999`}, after: []string{`12.00`, `9999.00`}},
		"an integer beyond money":        {from: typed(collection.Integer), to: money, records: []string{`12`, `10000`}, after: []string{`12.00`, `null`}, loses: true},
		"more digits":                    {from: money, to: collection.Field{Name: "x", Type: collection.Number, Precision: 9, Scale: 3}, records: []string{`12.34`}, after: []string{`12.340`}},
		"money to a double":              {from: money, to: typed(collection.Number), records: []string{`12.30`}, after: []string{`12.3`}},
		"a time to a day":                {from: typed(collection.Datetime), to: typed(collection.Date), records: []string{`"2026-11-22T00:00:00.000Z"`, `"2026-11-22T00:00:01.000Z"`}, after: []string{`"2026-11-22"`, `null`}, loses: true},
		"options that are gone":          {from: tags, to: collection.Field{Name: "x", Type: collection.Multiselect, Options: []string{"b", "c"}}, records: []string{`["a","b"]`, `["b"]`}, after: []string{`["b"]`, `["b"]`}, loses: true},
		"options that come":              {from: tags, to: collection.Field{Name: "x", Type: collection.Multiselect, Options: []string{"b", "c", "a"}}, records: []string{`["a","b"]`}, after: []string{`["a","b"]`}},
		"a number to a relation":         {from: typed(collection.Integer), to: belongs, records: []string{`1`, `2`}, after: []string{`1`, `2`}},
		"a number of no record":          {from: typed(collection.Integer), to: belongs, records: []string{`1`, `77`}, after: []string{`1`, `null`}, loses: true},
		"a relation to a number":         {from: belongs, to: typed(collection.Integer), records: []string{`1`, `null`}, after: []string{`1`, `null`}},
		"a required one that would lose": {from: typed(collection.String), to: collection.Field{Name: "x", Type: collection.Integer, Required: true}, records: []string{`"x"`}, conflicts: true, loses: true},
		"text to json":                   {from: typed(collection.String), to: typed(collection.JSON), records: []string{`"{\"a\":1}"`}, after: []string{`"{\"a\":1}"`}},
		"a unique one":                   {from: collection.Field{Name: "x", Type: collection.String, Unique: true}, to: collection.Field{Name: "x", Type: collection.Integer, Unique: true}, records: []string{`"7"`, `"7.0"`}, conflicts: true, loses: true},
	} {
		t.Run("a field's type: "+name, func(t *testing.T) {
			w := newHarness(t, d)
			w.ok(w.define([]collection.Collection{other, shape(c.from)}))
			w.fill("others", 3, `{"name":"#"}`)
			for _, r := range c.records {
				w.wrote(collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(`{"x":` + r + `}`)})
			}
			re := store.Redefinition{Wanted: []collection.Collection{shape(c.to)}}
			dry := re
			dry.Dry = true
			planned, err := w.Redefine(dry)
			w.ok(err)
			if lost := slices.ContainsFunc(planned, func(ch collection.Change) bool { return ch.Loss }); lost != c.loses && !c.conflicts {
				t.Errorf("the plan loses %v: %+v", lost, planned)
			}
			if c.loses {
				_, err := w.Redefine(re)
				w.fails(err, fault.Conflict)
				w.shapes(c.records)
				re.Lose = true
			}
			_, err = w.Redefine(re)
			if c.conflicts {
				w.fails(err, fault.Conflict)
				w.shapes(c.records)
				return
			}
			w.ok(err)
			w.shapes(c.after)
			w.reopen()
			w.shapes(c.after)
			again, err := w.Redefine(re)
			w.ok(err)
			w.same("changes of a second time", len(again), 0)
			w.wrote(collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(`{"x":` + c.after[0] + `}`)})
		})
	}

	t.Run("fields are renamed, dropped and added in one write, and their indexes with them", func(t *testing.T) {
		w := newHarness(t, d)
		a := collection.Field{Name: "a", Type: collection.String, Unique: true}
		b := collection.Field{Name: "b", Type: collection.Integer, Index: true}
		w.ok(w.define([]collection.Collection{other, {Name: "shapes", Fields: []collection.Field{a, b, {Name: "c", Type: collection.String}, belongs}, Unique: [][]string{{"b", "c"}}}}))
		w.fill("others", 3, `{"name":"#"}`)
		w.fill("shapes", 3, `{"a":"#","b":#,"c":"c","x":#}`)
		renamed := a
		renamed.Name, renamed.Was = "z", "a"
		re := store.Redefinition{Wanted: []collection.Collection{{Name: "shapes", Fields: []collection.Field{
			renamed, {Name: "e", Type: collection.Integer, Index: true, Default: value.Int(5)}, {Name: "c", Type: collection.String}, {Name: "d", Type: collection.Date},
		}, Unique: [][]string{{"c", "z"}}}}}
		_, err := w.Redefine(re)
		w.fails(err, fault.Conflict)
		re.Lose = true
		changes, err := w.Redefine(re)
		w.ok(err)
		if len(changes) < 5 {
			t.Errorf("changes are %+v", changes)
		}
		for range 2 {
			got, err := w.Find(t.Context(), collection.Query{Collection: "shapes", Fields: []string{"z", "e", "c", "d"}, Filter: eq("z", `"2"`)})
			w.ok(err)
			w.same("record", got.Records[0].JSON.Text(), `{"id":2,"z":"2","e":5,"c":"c","d":null}`)
			out, err := w.Write(collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(`{"z":"2"}`)})
			w.ok(err)
			if out.Violation == nil || out.Violation.Field != "z" {
				t.Fatalf("violation is %+v", out.Violation)
			}
			w.reopen()
		}
		list, err := w.Collections(t.Context())
		w.ok(err)
		want := re.Wanted[0]
		want.Fields[0].Was = ""
		w.same("definition", list[1], want)
		want.Fields = append(want.Fields, collection.Field{Name: "a", Type: collection.Integer, Index: true})
		w.ok(w.define([]collection.Collection{want}))
		w.same("another of the name that was", w.count("shapes", &collection.Filter{Op: collection.Null, Field: "a"}), int64(3))
		w.wrote(collection.Op{Kind: collection.Delete, Collection: "others", All: true}) // nothing refers to them any more
		_, err = w.Redefine(store.Redefinition{Drop: []string{"others"}, Lose: true})
		w.ok(err)
		w.fill("shapes", 1, `{"z":"new"}`)
	})

	t.Run("collections are dropped with their records, unless something belongs to them", func(t *testing.T) {
		w := withCounters(t, d)
		w.fill("counters", 3, `{"name":"#","parent":null}`)
		w.wrote(collection.Op{Kind: collection.Update, Collection: "counters", All: true, Values: value.Trusted(`{"parent":3}`)})
		w.fill("ticks", 3, `{"counter":2}`)
		_, err := w.Redefine(store.Redefinition{Drop: []string{"ticks"}})
		w.fails(err, fault.Conflict)
		_, err = w.Redefine(store.Redefinition{Drop: []string{"counters"}, Lose: true})
		w.fails(err, fault.Invalid)
		_, err = w.Redefine(store.Redefinition{Drop: []string{"nothing"}, Lose: true})
		w.fails(err, fault.NotFound)
		planned, err := w.Redefine(store.Redefinition{Drop: []string{"counters", "ticks", "notes", "locks"}, Dry: true})
		w.ok(err)
		w.same("planned", len(planned), 4)
		_, err = w.Redefine(store.Redefinition{Drop: []string{"counters", "ticks", "notes", "locks"}, Lose: true})
		w.ok(err)
		list, err := w.Collections(t.Context())
		w.ok(err)
		w.same("left", len(list), 0)
		_, err = w.Find(t.Context(), collection.Query{Collection: "counters"})
		w.fails(err, fault.NotFound)
		w.ok(w.define(counters()))
		w.fill("counters", 1, `{"name":"1"}`)
		w.same("records", w.count("counters", nil), int64(1))
	})

	t.Run("relations lead to what is there", func(t *testing.T) {
		w := newHarness(t, d)
		err := w.define([]collection.Collection{shape(belongs)})
		w.fails(err, fault.Invalid)
		if !strings.Contains(err.Error(), "others") {
			t.Error(err)
		}
		w.ok(w.define([]collection.Collection{shape(belongs), other}))
		out, err := w.Write(collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(`[{"x":null},{"x":7}]`)})
		w.ok(err)
		if v := out.Violation; v == nil || v.Code != collection.CodeRelation || v.Field != "[1].x" || !strings.Contains(v.Message, "7") {
			t.Fatalf("violation is %+v", v)
		}
	})

	t.Run("no write makes a record belong to one that does not exist", func(t *testing.T) { newHarness(t, d).dangling() })

	t.Run("a field of a unique set changes its type", func(t *testing.T) {
		w := newHarness(t, d)
		set := func(typ collection.Type) collection.Collection {
			return collection.Collection{Name: "shapes", Fields: []collection.Field{typed(typ), {Name: "y", Type: collection.Integer}}, Unique: [][]string{{"x", "y"}}}
		}
		w.ok(w.define([]collection.Collection{set(collection.String)}))
		w.fill("shapes", 3, `{"x":"#","y":1}`)
		w.ok(w.define([]collection.Collection{set(collection.Integer)}))
		w.shapes([]string{"1", "2", "3"})
		out, err := w.Write(collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(`{"x":2,"y":1}`)})
		w.ok(err)
		if v := out.Violation; v == nil || v.Code != collection.CodeUnique || v.Field != "x, y" {
			t.Fatalf("violation is %+v", v)
		}
	})

	t.Run("operations under way meet a change whole or not at all", func(t *testing.T) { w := newHarness(t, d); w.reshaping(t) })
}

// shapes checks the values of x, sorted by id.
func (w *harness) shapes(want []string) {
	w.Helper()
	got, err := w.Find(w.Context(), collection.Query{Collection: "shapes", Sort: []collection.Sort{{Field: "id"}}, PageSize: 100})
	w.ok(err)
	w.same("values", column(got.Records, func(r collection.Record) string { return r.JSON.Get("x").Text() }), want)
}

// dangling tries every kind of write with the id of a record that does not exist, that was deleted, or that is
// the record itself.
func (w *harness) dangling() {
	w.Helper()
	w.ok(w.define([]collection.Collection{{Name: "nodes", Fields: []collection.Field{
		{Name: "name", Type: collection.String, Unique: true},
		{Name: "parent", Type: collection.Relates, Relation: collection.BelongsTo, Target: "nodes", OnDelete: collection.SetNull},
	}}}))
	w.fill("nodes", 3, `{"name":"#"}`)
	w.wrote(collection.Op{Kind: collection.Delete, Collection: "nodes", Filter: eq("id", "3")})
	write := func(kind collection.OpKind, upsert []string, filter *collection.Filter, values string) *collection.Violation {
		w.Helper()
		out, err := w.Write(collection.Op{Kind: kind, Collection: "nodes", Upsert: upsert, Filter: filter, Values: value.Trusted(values)})
		w.ok(err)
		return out.Violation
	}
	name := []string{"name"}
	for what, broken := range map[string]*collection.Violation{
		"create":             write(collection.Create, nil, nil, `{"parent":9}`),
		"create of an array": write(collection.Create, nil, nil, `[{"parent":1},{"parent":3}]`),
		"upsert, new":        write(collection.Create, name, nil, `{"name":"new","parent":3}`),
		"upsert, there":      write(collection.Create, name, nil, `{"name":"1","parent":3}`),
		"update":             write(collection.Update, nil, eq("id", "1"), `{"parent":3}`),
		"update of all":      write(collection.Update, nil, &collection.Filter{Op: collection.Gt, Field: "id", Value: value.Int(0)}, `{"name":null,"parent":9}`),
	} {
		if broken == nil || broken.Code != collection.CodeRelation {
			w.Errorf("%s: violation is %+v", what, broken)
		}
	}
	w.same("records", w.count("nodes", nil), int64(2))
	w.same("those with a parent", w.count("nodes", &collection.Filter{Op: collection.Ne, Field: "parent", Value: value.Null()}), int64(0))
	for _, broken := range []*collection.Violation{
		write(collection.Update, nil, eq("id", "1"), `{"parent":1}`),
		write(collection.Create, name, nil, `{"name":"2","parent":1}`),
		write(collection.Create, nil, nil, `[{"name":"4","parent":2},{"name":"5","parent":2}]`),
	} {
		if broken != nil {
			w.Errorf("violation is %+v", broken)
		}
	}
	w.wrote(collection.Op{Kind: collection.Delete, Collection: "nodes", Filter: eq("id", "2")})
	w.same("those with a parent", w.count("nodes", &collection.Filter{Op: collection.Ne, Field: "parent", Value: value.Null()}), int64(1))
}

// reshaping renames, drops and adds fields while other goroutines write and read.
func (w *harness) reshaping(t *testing.T) {
	first := collection.Collection{Name: "shapes", Fields: []collection.Field{{Name: "a", Type: collection.Integer}, {Name: "n", Type: collection.Integer, Index: true}}}
	second := collection.Collection{Name: "shapes", Fields: []collection.Field{
		{Name: "b", Type: collection.Integer, Was: "a", Index: true}, {Name: "n", Type: collection.Integer}, {Name: "extra", Type: collection.String, Default: value.String("e")},
	}}
	third := collection.Collection{Name: "shapes", Fields: []collection.Field{{Name: "a", Type: collection.Integer, Was: "b"}, {Name: "n", Type: collection.Integer, Index: true}}}
	w.ok(w.define([]collection.Collection{first}))
	done := make(chan struct{})
	var all sync.WaitGroup
	created := make([]int, 8)
	for g := range created {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				name := []string{"a", "b"}[i%2]
				op := collection.Op{Kind: collection.Create, Collection: "shapes", Values: value.Trusted(fmt.Sprintf(`[{"%s":1,"n":%d},{"%s":1,"n":%d}]`, name, g, name, g))}
				switch i % 5 {
				case 1:
					op = collection.Op{Kind: collection.Update, Collection: "shapes", Filter: eq(name, "1"), Values: value.Trusted(`{"` + name + `":{"$inc":0}}`)}
				case 2:
					op.Values = value.Trusted(fmt.Sprintf(`{"%s":1,"n":%d}`, name, g))
				case 3:
					q := collection.Query{Collection: "shapes", Filter: eq(name, "1"), Sort: []collection.Sort{{Field: name}, {Field: "n"}}}
					if _, err := w.Find(t.Context(), q); err != nil && !fault.Is(err, fault.Invalid) {
						t.Errorf("finding: %v", err)
					}
					continue
				}
				var out collection.Outcome
				var err error
				if i%3 == 0 {
					out, err = w.doing(op, w.now())
				} else {
					out, err = w.Write(op)
				}
				if err != nil || out.Violation != nil && out.Violation.Code != collection.CodeUnknownField {
					t.Errorf("%+v: %v, %+v", op, err, out.Violation)
				}
				if err == nil && out.Violation == nil && op.Kind == collection.Create {
					created[g] += 1 + int(flagOf(op.Values.Kind() == value.KindArray))
				}
			}
		})
	}
	for i := range 20 {
		c := []collection.Collection{second, third}[i%2]
		if _, err := w.Redefine(store.Redefinition{Wanted: []collection.Collection{c}, Lose: true}); err != nil {
			t.Errorf("redefining: %v", err)
		}
	}
	close(done)
	all.Wait()
	for g, n := range created {
		w.same("records", w.count("shapes", eq("n", strconv.Itoa(g))), int64(n))
	}
	w.same("those without a value", w.count("shapes", &collection.Filter{Op: collection.Ne, Field: "a", Value: value.Int(1)}), int64(0))
}

func flagOf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
