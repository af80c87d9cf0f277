package collection_test

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func order(s collection.Selection) string {
	var parts []string
	for _, o := range s.Order {
		parts = append(parts, map[bool]string{true: "-"}[o.Desc]+o.Column.Field.Name)
	}
	return strings.Join(parts, ",")
}

func TestQueriesAreCompleted(t *testing.T) {
	asc, desc := func(f string) collection.Sort { return collection.Sort{Field: f} }, func(f string) collection.Sort { return collection.Sort{Field: f, Desc: true} }
	for _, row := range []struct {
		query         collection.Query
		order         string
		offset, limit int
	}{
		{collection.Query{}, "-id", 0, 20},
		{collection.Query{PageSize: 500, Page: 3}, "-id", 1000, 500},
		{collection.Query{Page: 1}, "-id", 0, 20},
		{collection.Query{Sort: []collection.Sort{asc("s")}}, "s,id", 0, 20},
		{collection.Query{Sort: []collection.Sort{asc("s"), desc("createdAt")}}, "s,-createdAt,-id", 0, 20},
		{collection.Query{Sort: []collection.Sort{desc("id")}}, "-id", 0, 20},
		{collection.Query{Sort: []collection.Sort{asc("i"), asc("id"), desc("s")}}, "i,id", 0, 20},
	} {
		s, broken := everything().CheckQuery(row.query, family())
		if broken != nil || order(s) != row.order || s.Offset != row.offset || s.Limit != row.limit {
			t.Errorf("%+v: order %s, from %d, %d; %+v", row.query, order(s), s.Offset, s.Limit, broken)
		}
	}
}

func TestAQueryShowsAndExpandsWhatItNames(t *testing.T) {
	s, broken := everything().CheckQuery(collection.Query{Fields: []string{"s", "id", "updatedAt", "owner"}, Expand: []string{"owner", "children"}}, family())
	if broken != nil {
		t.Fatal(broken)
	}
	r := stored(t, `{"s":"a","i":1,"owner":5}`)
	expanded := make([]value.Value, len(everything().Fields))
	expanded[s.Expand[0].Column.Index] = value.Trusted(`{"id":5,"name":"Ann"}`)
	expanded[s.Expand[1].Column.Index] = value.Trusted(`[]`)
	got := everything().RenderAs(r, s.Fields, expanded).Text()
	if want := `{"id":7,"s":"a","updatedAt":"2026-11-22T07:30:00.000005Z","owner":{"id":5,"name":"Ann"},"children":[]}`; got != want {
		t.Errorf("shown is %s, want %s", got, want)
	}
	if s.Expand[0].Target.Name != "people" || s.Expand[1].Key.Field.Name != "parent" {
		t.Errorf("expansions are %+v", s.Expand)
	}
	s, broken = everything().CheckQuery(collection.Query{Fields: []string{"id"}}, nil)
	if got := everything().RenderAs(r, s.Fields, nil).Text(); broken != nil || got != `{"id":7}` {
		t.Errorf("shown is %s %+v", got, broken)
	}
	whole := everything().Render(r.ID, r.Created, r.Updated, r.Cells).Text()
	if got := everything().RenderAs(r, nil, make([]value.Value, len(expanded))).Text(); got != whole {
		t.Errorf("shown is %s, want %s", got, whole)
	}
}

func TestQueriesThatDoNotFitAreExplained(t *testing.T) {
	one := func(f string) []collection.Sort { return []collection.Sort{{Field: f}} }
	for _, row := range []struct {
		query       collection.Query
		field, says string
	}{
		{collection.Query{Sort: one("ss")}, "sort[0]", "no field"},
		{collection.Query{Sort: one("s; drop")}, "sort[0]", "no field"},
		{collection.Query{Sort: one("t")}, "sort[0]", "cannot be sorted"},
		{collection.Query{Sort: one("j")}, "sort[0]", "cannot be sorted"},
		{collection.Query{Sort: one("children")}, "sort[0]", "hasMany"},
		{collection.Query{Sort: append(one("s"), one("s")...)}, "sort[1]", "twice"},
		{collection.Query{Sort: slices.Repeat(one("s"), 5)}, "sort", "at most 4"},
		{collection.Query{Fields: []string{"s", "zz"}}, "fields[1]", "no field"},
		{collection.Query{Fields: []string{"s", "s"}}, "fields[1]", "twice"},
		{collection.Query{Fields: []string{"children"}}, "fields[0]", "expand"},
		{collection.Query{Fields: make([]string, 300)}, "fields", "more than"},
		{collection.Query{Expand: []string{"s"}}, "expand[0]", "no relation"},
		{collection.Query{Expand: []string{"ownr"}}, "expand[0]", "did you mean owner?"},
		{collection.Query{Expand: []string{"owner.boss"}}, "expand[0]", "one relation"},
		{collection.Query{Expand: []string{"owner", "owner"}}, "expand[1]", "twice"},
		{collection.Query{Expand: []string{"owner"}, Fields: []string{"s"}}, "expand[0]", "leaves out"},
		{collection.Query{Expand: make([]string, 11)}, "expand", "at most 10"},
		{collection.Query{PageSize: 501}, "pageSize", "500"},
		{collection.Query{PageSize: -1}, "pageSize", "500"},
		{collection.Query{Page: -1}, "page", "from 1"},
		{collection.Query{Page: 1 << 60}, "page", "cursor"},
		{collection.Query{Page: 2, After: "x"}, "page", "cursor"},
		{collection.Query{After: "x"}, "after", "not a valid cursor"},
		{collection.Query{Filter: &collection.Filter{Op: collection.Eq, Field: "zz"}}, "zz", "no field"},
	} {
		_, broken := everything().CheckQuery(row.query, family())
		if broken == nil || broken.Field != row.field || !strings.Contains(broken.Message, row.says) {
			t.Errorf("%.80v: violation %+v, want %s saying %q", row.query, broken, row.field, row.says)
		}
	}
}

func TestACursorBelongsToItsOrder(t *testing.T) {
	c := everything()
	sort := func(keys ...collection.Sort) collection.Query { return collection.Query{Sort: keys} }
	s, broken := c.CheckQuery(sort(collection.Sort{Field: "s"}, collection.Sort{Field: "x", Desc: true}), nil)
	if broken != nil {
		t.Fatal(broken)
	}
	r := stored(t, `{"s":"a\"b","x":1.5}`)
	cursor := s.Cursor(r)
	q := sort(collection.Sort{Field: "s"}, collection.Sort{Field: "x", Desc: true})
	q.After = cursor
	s, broken = c.CheckQuery(q, nil)
	if broken != nil || len(s.After) != 3 || s.After[0] != r.Cells[0] || s.After[1] != r.Cells[4] || s.After[2].Int != 7 {
		t.Fatalf("after %v, %+v", s.After, broken)
	}
	again := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	plain, _ := base64.RawURLEncoding.DecodeString(cursor)
	for name, row := range map[string]struct {
		query  collection.Query
		cursor string
	}{
		"another order":     {sort(collection.Sort{Field: "s"}, collection.Sort{Field: "x"}), cursor},
		"no order":          {collection.Query{}, cursor},
		"padding":           {q, cursor + "="},
		"not base64":        {q, "$$$"},
		"not JSON":          {q, again("[")},
		"an object":         {q, again(`{}`)},
		"one cell less":     {q, again(`["s -x:2 -id ","a",1]`)},
		"another type":      {q, again(`["s -x:2 -id ","a","many",7]`)},
		"an id that is no":  {q, again(`["s -x:2 -id ","a",1,null]`)},
		"a deep one":        {q, again(`["s -x:2 -id ",[["a"]],1,7]`)},
		"an exact overflow": {q, again(`["s -x:2 -id ","a",1e9,7]`)},
		"too long":          {q, strings.Repeat("A", 1<<20)},
	} {
		row.query.After = row.cursor
		if _, broken := c.CheckQuery(row.query, nil); broken == nil || broken.Field != "after" {
			t.Errorf("%s: violation %+v (the cursor is %s)", name, broken, plain)
		}
	}
}

// TestBeyondIsWhatStandsBehind checks that a cursor's filter selects exactly the records after the one it was
// made from, whatever is null and in all directions.
func TestBeyondIsWhatStandsBehind(t *testing.T) {
	c := everything()
	rapid.Check(t, func(t *rapid.T) {
		var q collection.Query
		for _, name := range rapid.Permutation([]string{"s", "i", "owner"}).Draw(t, "keys")[:rapid.IntRange(0, 3).Draw(t, "many")] {
			q.Sort = append(q.Sort, collection.Sort{Field: name, Desc: rapid.Bool().Draw(t, "desc")})
		}
		s, broken := c.CheckQuery(q, family())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		a, b := drawRow(t), drawRow(t)
		b.ID = rapid.Int64Range(0, 2).Draw(t, "id")
		q.After = s.Cursor(a)
		if s, broken = c.CheckQuery(q, family()); broken != nil {
			t.Fatalf("%+v", broken)
		}
		matched := 0
		for _, conditions := range s.AfterCursor() {
			all := &collection.Bound{Op: collection.And, Parts: conditions}
			sound(t, all)
			if holds(all, b) {
				matched++
			}
		}
		if follows := place(s.Order, b, a) > 0; follows != (matched == 1) || matched > 1 {
			t.Fatalf("order %s: %v follows %v: %v, but %d ranges have it", order(s), b.Cells, a.Cells, follows, matched)
		}
	})
}

// place compares two records by an order. Null comes first, or last if descending.
func place(keys []collection.Order, a, b collection.Row) int {
	for _, o := range keys {
		x, y := o.Column.Cell(a), o.Column.Cell(b)
		way := cmp.Or(cmp.Compare(min(x.Kind, 1), min(y.Kind, 1)), cmp.Compare(x.Int, y.Int), cmp.Compare(x.Text, y.Text))
		if o.Desc {
			way = -way
		}
		if way != 0 {
			return way
		}
	}
	return 0
}

func FuzzCursor(f *testing.F) {
	c := everything()
	q := collection.Query{Sort: []collection.Sort{{Field: "s"}, {Field: "d", Desc: true}, {Field: "x"}, {Field: "n"}}}
	s, broken := c.CheckQuery(q, nil)
	if broken != nil {
		f.Fatal(broken)
	}
	a, _ := c.Admit(value.Trusted(`{"s":"x","n":0.5}`), now())
	f.Add(s.Cursor(collection.Row{ID: 1, Created: a.Created, Updated: a.Created, Cells: a.Cells}))
	f.Add("W10")
	f.Fuzz(func(t *testing.T, cursor string) {
		cells, broken := s.ReadCursor(cursor)
		if broken != nil {
			return
		}
		r := collection.Row{Cells: make([]collection.Cell, len(c.Fields)), Created: time.Unix(0, 0), Updated: time.Unix(0, 0)}
		for i, o := range s.Order {
			if o.Column.Index == collection.ID {
				r.ID = cells[i].Int
				continue
			}
			r.Cells[o.Column.Index] = cells[i]
		}
		again, broken := s.ReadCursor(s.Cursor(r))
		if broken != nil || !slices.Equal(again, cells) {
			t.Fatalf("%v became %v %+v", cells, again, broken)
		}
		next := s
		next.After = cells
		for _, conditions := range next.AfterCursor() {
			all := &collection.Bound{Op: collection.And, Parts: conditions}
			sound(t, all)
			if holds(all, r) {
				t.Fatalf("a record follows itself: %v", cells)
			}
		}
	})
}

func TestAggregatesAreChecked(t *testing.T) {
	for _, row := range []struct {
		aggregate   collection.Aggregate
		field, says string // "" if it fits
	}{
		{collection.Aggregate{Function: "count"}, "", ""},
		{collection.Aggregate{Function: "count", Field: "owner", Distinct: true}, "", ""},
		{collection.Aggregate{Function: "count", Field: "j"}, "", ""},
		{collection.Aggregate{Function: "sum", Field: "x", GroupBy: []string{"one", "owner", "day", "createdAt"}}, "", ""},
		{collection.Aggregate{Function: "avg", Field: "i"}, "", ""},
		{collection.Aggregate{Function: "min", Field: "day"}, "", ""},
		{collection.Aggregate{Function: "max", Field: "updatedAt"}, "", ""},
		{collection.Aggregate{Function: "max", Field: "s"}, "", ""},
		{collection.Aggregate{Function: "average", Field: "i"}, "function", "use one of count"},
		{collection.Aggregate{Function: "cuont"}, "function", "did you mean count?"},
		{collection.Aggregate{Function: "sum"}, "field", "needs a field"},
		{collection.Aggregate{Function: "sum", Field: "zz"}, "field", "no field"},
		{collection.Aggregate{Function: "sum", Field: "s"}, "field", "integer or a number"},
		{collection.Aggregate{Function: "sum", Field: "d"}, "field", "integer or a number"},
		{collection.Aggregate{Function: "min", Field: "b"}, "field", "no min"},
		{collection.Aggregate{Function: "min", Field: "t"}, "field", "no min"},
		{collection.Aggregate{Function: "count", Field: "children"}, "field", "hasMany"},
		{collection.Aggregate{Function: "count", Field: "some", Distinct: true}, "field", "different values"},
		{collection.Aggregate{Function: "count", Distinct: true}, "distinct", "a field"},
		{collection.Aggregate{Function: "sum", Field: "i", Distinct: true}, "distinct", "count"},
		{collection.Aggregate{Function: "count", GroupBy: []string{"j"}}, "groupBy[0]", "cannot be grouped"},
		{collection.Aggregate{Function: "count", GroupBy: []string{"s", "zz"}}, "groupBy[1]", "no field"},
		{collection.Aggregate{Function: "count", GroupBy: []string{"s", "s"}}, "groupBy[1]", "twice"},
		{collection.Aggregate{Function: "count", GroupBy: []string{"s", "i", "b", "d", "n"}}, "groupBy", "at most 4"},
		{collection.Aggregate{Function: "count", GroupBy: []string{"children"}}, "groupBy[0]", "hasMany"},
		{collection.Aggregate{Function: "count", Filter: &collection.Filter{Op: collection.Gt, Field: "b", Value: value.Int(1)}}, "b", "does not fit"},
	} {
		r, broken := everything().CheckAggregate(row.aggregate, family())
		if row.field == "" {
			if broken != nil || r.Function != row.aggregate.Function || len(r.GroupBy) != len(row.aggregate.GroupBy) || (r.Column != nil) != (row.aggregate.Field != "") {
				t.Errorf("%+v: %+v %+v", row.aggregate, r, broken)
			}
			continue
		}
		if broken == nil || broken.Field != row.field || !strings.Contains(broken.Message, row.says) {
			t.Errorf("%+v: violation %+v, want %s saying %q", row.aggregate, broken, row.field, row.says)
		}
	}
	taken := collection.Collection{Name: "c", Fields: []collection.Field{{Name: "Value", Type: collection.String}}}
	if _, broken := taken.CheckAggregate(collection.Aggregate{Function: "count", GroupBy: []string{"Value"}}, nil); broken == nil {
		t.Error("a group has two members called value")
	}
}
