package collection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// everything is a collection with a field of every type.
func everything() collection.Collection {
	return collection.Collection{Name: "all", Fields: []collection.Field{
		{Name: "s", Type: collection.String, Unique: true},
		{Name: "t", Type: collection.Text},
		{Name: "i", Type: collection.Integer},
		{Name: "n", Type: collection.Number},
		{Name: "x", Type: collection.Number, Precision: 6, Scale: 2},
		{Name: "b", Type: collection.Boolean},
		{Name: "d", Type: collection.Datetime},
		{Name: "day", Type: collection.Date},
		{Name: "j", Type: collection.JSON},
		{Name: "mail", Type: collection.Email},
		{Name: "link", Type: collection.URL},
		{Name: "phone", Type: collection.Phone},
		{Name: "one", Type: collection.Select, Options: []string{"red", "green", "1"}},
		{Name: "some", Type: collection.Multiselect, Options: []string{"red", "green", "1", `a","b`}},
		{Name: "f", Type: collection.File},
		{Name: "ff", Type: collection.File, Multiple: true},
		{Name: "owner", Type: collection.Relates, Relation: collection.BelongsTo, Target: "people"},
		{Name: "parent", Type: collection.Relates, Relation: collection.BelongsTo, Target: "all", OnDelete: collection.Cascade},
		{Name: "children", Type: collection.Relates, Relation: collection.HasMany, Target: "all", ForeignKey: "parent"},
	}}
}

// family returns the other collections.
func family() collection.Others {
	return func(name string) (collection.Collection, bool) {
		return collection.Collection{Name: "people", Fields: []collection.Field{
			{Name: "name", Type: collection.String},
			{Name: "age", Type: collection.Integer},
			{Name: "boss", Type: collection.Relates, Relation: collection.BelongsTo, Target: "people"},
			{Name: "things", Type: collection.Relates, Relation: collection.HasMany, Target: "all", ForeignKey: "owner"},
		}}, name == "people"
	}
}

// shown returns a bound filter on one line. A ! precedes a negated comparison.
func shown(b *collection.Bound) string {
	if b == nil {
		return "everything"
	}
	if b.Op == collection.And || b.Op == collection.Or {
		parts := make([]string, len(b.Parts))
		for i := range b.Parts {
			parts[i] = shown(&b.Parts[i])
		}
		return string(b.Op) + "(" + strings.Join(parts, ", ") + ")"
	}
	var s strings.Builder
	if b.Negated {
		s.WriteString("!")
	}
	if b.Via != nil {
		s.WriteString(b.Via.Field.Name + ".")
	}
	s.WriteString(b.Column.Field.Name + " " + string(b.Op))
	for _, cell := range b.Cells {
		s.WriteString(" " + b.Column.Field.Render(cell).Text())
	}
	return s.String()
}

// sound checks the guarantees that Bound gives to stores.
func sound(t interface{ Fatalf(string, ...any) }, b *collection.Bound) {
	if b == nil {
		return
	}
	leaves := []collection.FilterOp{collection.Eq, collection.Gt, collection.Gte, collection.Lt, collection.Lte, collection.In,
		collection.Includes, collection.StartsWith, collection.EndsWith, collection.Null}
	switch {
	case b.Op == collection.And || b.Op == collection.Or:
		if b.Negated || b.Cells != nil {
			t.Fatalf("%s is negated, or has cells", shown(b))
		}
		for i := range b.Parts {
			sound(t, &b.Parts[i])
		}
	case !slices.Contains(leaves, b.Op):
		t.Fatalf("the operator %s is left", b.Op)
	case b.Op == collection.Null && len(b.Cells) != 0, b.Op == collection.In && len(b.Cells) == 0,
		b.Op != collection.Null && b.Op != collection.In && len(b.Cells) != 1:
		t.Fatalf("%s has %d cells", shown(b), len(b.Cells))
	case !b.Column.Field.Stored():
		t.Fatalf("%s compares what is no column", shown(b))
	}
	for _, cell := range b.Cells {
		if cell.Kind == collection.CellNull || cell.Kind != b.Column.Field.Storage() {
			t.Fatalf("%s compares with a cell of kind %d", shown(b), cell.Kind)
		}
	}
}

func TestFiltersAreBound(t *testing.T) {
	for given, want := range map[string]string{
		`{}`:                                               "everything",
		`{"s":"open"}`:                                     `s $eq "open"`,
		`{"s":{"$ne":"open"}}`:                             `!s $eq "open"`,
		`{"s":5}`:                                          `s $eq "5"`,
		`{"s":null}`:                                       `s $null`,
		`{"s":{"$ne":null}}`:                               `!s $null`,
		`{"$not":{"s":{"$ne":"open"}}}`:                    `s $eq "open"`,
		`{"$not":{"s":"a","i":{"$gt":1}}}`:                 `$or(!s $eq "a", !i $gt 1)`,
		`{"$not":{"$or":[{"s":"a"},{"i":1}]}}`:             `$and(!s $eq "a", !i $eq 1)`,
		`{"s":{"$null":true}}`:                             `s $null`,
		`{"s":{"$null":false}}`:                            `!s $null`,
		`{"s":{"$notNull":"false"}}`:                       `s $null`,
		`{"s":{"$empty":true}}`:                            `$or(s $null, s $eq "")`,
		`{"s":{"$empty":false}}`:                           `$and(!s $null, !s $eq "")`,
		`{"s":{"$notEmpty":null}}`:                         `$and(!s $null, !s $eq "")`,
		`{"i":{"$empty":true}}`:                            `i $null`,
		`{"j":{"$notEmpty":true}}`:                         `!j $null`,
		`{"f":{"$empty":true}}`:                            `f $null`,
		`{"ff":{"$empty":true}}`:                           `$or(ff $null, ff $eq [])`,
		`{"some":{"$notEmpty":true}}`:                      `$and(!some $null, !some $eq [])`,
		`{"i":{"$in":[1,"2",3.0]}}`:                        `i $in 1 2 3`,
		`{"i":{"$notIn":[1]}}`:                             `!i $in 1`,
		`{"i":{"$in":[]}}`:                                 `$or()`,
		`{"i":{"$notIn":[]}}`:                              `$and()`,
		`{"i":{"$in":[null]}}`:                             `i $null`,
		`{"i":{"$in":[null,1]}}`:                           `$or(i $in 1, i $null)`,
		`{"i":{"$notIn":[1,null]}}`:                        `$and(!i $in 1, !i $null)`,
		`{"i":{"$between":[1,9]}}`:                         `$and(i $gte 1, i $lte 9)`,
		`{"$not":{"i":{"$between":[1,9]}}}`:                `$or(!i $gte 1, !i $lte 9)`,
		`{"i":9007199254740993}`:                           `i $eq 9007199254740993`,
		`{"x":{"$gt":"1.5"}}`:                              `x $gt 1.50`,
		`{"n":{"$lte":0.1}}`:                               `n $lte 0.1`,
		`{"b":"true"}`:                                     `b $eq true`,
		`{"d":{"$gte":"2026-11-22"}}`:                      `d $gte "2026-11-22T00:00:00.000Z"`,
		`{"d":{"$lt":"2026-11-22T09:00:00+01:00"}}`:        `d $lt "2026-11-22T08:00:00.000Z"`,
		`{"day":{"$between":["2026-01-01","2026-12-31"]}}`: `$and(day $gte "2026-01-01", day $lte "2026-12-31")`,
		`{"mail":"not an address"}`:                        `mail $eq "not an address"`,
		`{"mail":{"$endsWith":"@example.com"}}`:            `mail $endsWith "@example.com"`,
		`{"phone":"+49 (30) 12-34"}`:                       `phone $eq "+49301234"`,
		`{"phone":{"$startsWith":"+49"}}`:                  `phone $startsWith "+49"`,
		`{"phone":"call me"}`:                              `phone $eq "call me"`,
		`{"one":1}`:                                        `one $eq "1"`,
		`{"one":{"$includes":"re"}}`:                       `one $includes "re"`,
		`{"s":{"$includes":["a","b"]}}`:                    `$or(s $includes "a", s $includes "b")`,
		`{"s":{"$notIncludes":["a","b"]}}`:                 `$and(!s $includes "a", !s $includes "b")`,
		`{"t":{"$notStartsWith":"a"}}`:                     `!t $startsWith "a"`,
		`{"id":{"$gt":7}}`:                                 `id $gt 7`,
		`{"createdAt":{"$gt":"2026-11-22"}}`:               `createdAt $gt "2026-11-22T00:00:00.000Z"`,
		`{"owner":5}`:                                      `owner $eq 5`,
		`{"owner.id":{"$in":[5,6]}}`:                       `owner $in 5 6`,
		`{"owner":{"name":"Ann"}}`:                         `owner.name $eq "Ann"`,
		`{"owner.age":{"$ne":3}}`:                          `!owner.age $eq 3`,
		`{"owner.createdAt":{"$null":true}}`:               `owner.createdAt $null`,
		`{"owner.boss":4}`:                                 `owner.boss $eq 4`,
		`{"parent.s":"up"}`:                                `parent.s $eq "up"`,
	} {
		f, problems := collection.ParseFilter(value.Trusted(given))
		if len(problems) > 0 {
			t.Errorf("%s: %+v", given, problems)
			continue
		}
		b, broken := everything().CheckFilter(f, family())
		if broken != nil || shown(b) != want {
			t.Errorf("%s is bound as %s %+v, want %s", given, shown(b), broken, want)
		}
		sound(t, b)
	}
}

func TestFiltersThatDoNotFitAreExplained(t *testing.T) {
	for given, want := range map[string]string{ // code, field: a part of the message
		`{"sta":1}`:                    "unknown-field sta: has no field",
		`{"phon":1}`:                   "unknown-field phon: did you mean phone?",
		`{"createdat":1}`:              "unknown-field createdat: did you mean createdAt?",
		`{"i; drop table":1}`:          `unknown-field i; drop table: no field "i; drop table"`,
		`{"i":"many"}`:                 `type i: string "many"`,
		`{"i":1.5}`:                    "type i: whole number",
		`{"i":{"$gt":null}}`:           "filter i: $null",
		`{"i":[1,2]}`:                  "filter i: write $in",
		`{"i":{"$in":5}}`:              "filter i: array",
		`{"i":{"$in":[[1]]}}`:          "filter i: one value",
		`{"i":{"$between":[1]}}`:       "filter i: two values",
		`{"i":{"$between":[1,null]}}`:  "filter i: not null",
		`{"i":{"$includes":"1"}}`:      "filter i: $between",
		`{"b":{"$gt":true}}`:           "filter b: does not fit",
		`{"j":{"$eq":{"$a":1}}}`:       "",
		`{"j":5}`:                      "filter j: $empty",
		`{"f":{"$eq":"x"}}`:            "filter f: does not fit",
		`{"some":"red"}`:               "filter some: $includes",
		`{"some":{"$includes":"rde"}}`: `option some: did you mean "red"?`,
		`{"one":"grean"}`:              `option one: did you mean "green"?`,
		`{"x":1.234}`:                  "range x: 9999.99",
		`{"n":0.1234567890123456789}`:  "type n: 0.1234567890123456789",
		`{"d":"soon"}`:                 "type d: RFC 3339",
		`{"day":"2026-02-30"}`:         "format day: 2026-02-30",
		`{"s":{"$includes":""}}`:       "filter s: not empty",
		`{"s":{"$startsWith":[]}}`:     "filter s: at least one",
		`{"s":{"$null":"maybe"}}`:      "type $null of s: true or false",
		`{"s.t":1}`:                    "filter s.t: not a relation",
		`{"children.s":1}`:             "query children: hasMany",
		`{"children":1}`:               "query children: hasMany",
		`{"owner.things":1}`:           "query owner.things: hasMany",
		`{"owner.nam":1}`:              "unknown-field owner.nam: did you mean name?",
		`{"owner.boss.name":1}`:        "filter owner.boss.name: one relation",
		`{"owner":{"$gt":5}}`:          "filter owner: does not fit",
		`{"owner":"Ann"}`:              "type owner: id of a record of people",
	} {
		if want == "" {
			continue
		}
		f, problems := collection.ParseFilter(value.Trusted(given))
		if len(problems) > 0 {
			t.Errorf("%s: %+v", given, problems)
			continue
		}
		_, broken := everything().CheckFilter(f, family())
		at, says, _ := strings.Cut(want, ": ")
		code, field, _ := strings.Cut(at, " ")
		if broken == nil || broken.Code != code || broken.Field != field || !strings.Contains(broken.Message, says) {
			t.Errorf("%s: violation %+v, want %s", given, broken, want)
		}
	}
}

func TestAFilterNeedsTheTargetOfItsRelation(t *testing.T) {
	f, _ := collection.ParseFilter(value.Trusted(`{"owner.name":"Ann"}`))
	for _, others := range []collection.Others{nil, func(string) (collection.Collection, bool) { return collection.Collection{}, false }} {
		if _, broken := everything().CheckFilter(f, others); broken == nil || broken.Code != collection.CodeUnknownCollection {
			t.Errorf("violation %+v", broken)
		}
	}
}

func TestFiltersAreBoundedWhoeverMakesThem(t *testing.T) {
	numbers := func(n int) value.Value {
		return value.Trusted("[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]")
	}
	deep := collection.Filter{Op: collection.Eq, Field: "i", Value: value.Int(1)}
	for range 100 {
		deep = collection.Filter{Op: collection.Not, Parts: []collection.Filter{deep}}
	}
	wide := collection.Filter{Op: collection.Or, Parts: slices.Repeat([]collection.Filter{{Op: collection.Eq, Field: "i", Value: value.Int(1)}}, 501)}
	for name, f := range map[string]collection.Filter{
		"deep":     deep,
		"wide":     wide,
		"list":     {Op: collection.In, Field: "i", Value: numbers(1001)},
		"values":   {Op: collection.And, Parts: slices.Repeat([]collection.Filter{{Op: collection.In, Field: "i", Value: numbers(1000)}}, 6)},
		"any of":   {Op: collection.Includes, Field: "s", Value: numbers(501)},
		"operator": {Op: "$raw", Field: "i"},
		"not":      {Op: collection.Not},
	} {
		if _, broken := everything().CheckFilter(&f, nil); broken == nil || broken.Code != collection.CodeFilter {
			t.Errorf("%s: violation %+v", name, broken)
		}
	}
}

// TestNotIsAlwaysTheComplement checks that a filter and its $not never select the same record and never both
// leave it out, whatever the record contains, including null.
func TestNotIsAlwaysTheComplement(t *testing.T) {
	c := everything()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t, 3)
		yes, broken := c.CheckFilter(&f, family())
		if broken != nil {
			t.Fatalf("%s: %+v", written(&f), broken)
		}
		no, broken := c.CheckFilter(&collection.Filter{Op: collection.Not, Parts: []collection.Filter{f}}, family())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		sound(t, yes)
		sound(t, no)
		r := drawRow(t)
		if holds(yes, r) == holds(no, r) {
			t.Fatalf("%s: %s and %s are both %v of %v", written(&f), shown(yes), shown(no), holds(yes, r), r.Cells)
		}
	})
}

// drawFilter draws a filter with few fields and few values, so that it selects some records.
func drawFilter(t *rapid.T, depth int) collection.Filter {
	if depth > 0 && rapid.Bool().Draw(t, "nested") {
		op := rapid.SampledFrom([]collection.FilterOp{collection.And, collection.Or, collection.Not}).Draw(t, "op")
		n := 1
		if op != collection.Not {
			n = rapid.IntRange(0, 3).Draw(t, "parts")
		}
		f := collection.Filter{Op: op}
		for range n {
			f.Parts = append(f.Parts, drawFilter(t, depth-1))
		}
		return f
	}
	f := collection.Filter{Field: rapid.SampledFrom([]string{"s", "i", "some", "owner.age"}).Draw(t, "field")}
	ops := collection.Operators()
	var single string
	switch f.Field {
	case "s":
		single = rapid.SampledFrom([]string{`"a"`, `"ab"`, `"b"`}).Draw(t, "value")
	case "some":
		ops = []collection.FilterOp{collection.Includes, collection.NotIncludes, collection.Empty, collection.NotEmpty, collection.Null, collection.NotNull}
		single = rapid.SampledFrom([]string{`"red"`, `"green"`}).Draw(t, "value")
	default:
		ops = slices.DeleteFunc(ops, func(op collection.FilterOp) bool {
			return strings.Contains(strings.ToLower(string(op)), "ncludes") || strings.HasSuffix(string(op), "With")
		})
		single = rapid.SampledFrom([]string{`1`, `2`, `3`}).Draw(t, "value")
	}
	f.Op = rapid.SampledFrom(ops).Draw(t, "comparison")
	switch f.Op {
	case collection.Between:
		f.Value = value.Trusted("[" + single + "," + single + "]")
	case collection.In, collection.NotIn:
		f.Value = value.Trusted(rapid.SampledFrom([]string{"[]", "[null]", "[" + single + "]", "[null," + single + "]"}).Draw(t, "list"))
	case collection.Empty, collection.NotEmpty, collection.Null, collection.NotNull:
		f.Value = value.Bool(rapid.Bool().Draw(t, "yes"))
	default:
		f.Value = value.Trusted(single)
	}
	return f
}

// drawRow draws a record of everything. The age of its owner is stored at the owner's index.
func drawRow(t *rapid.T) collection.Row {
	r := collection.Row{ID: 1, Created: time.Unix(0, 0), Updated: time.Unix(0, 0), Cells: make([]collection.Cell, len(everything().Fields))}
	text := func(at int, texts ...string) {
		if s := rapid.SampledFrom(append(texts, "null")).Draw(t, "cell"); s != "null" {
			r.Cells[at] = collection.Cell{Kind: collection.CellText, Text: s}
		}
	}
	number := func(at int) {
		if n := rapid.Int64Range(0, 3).Draw(t, "number"); n > 0 {
			r.Cells[at] = collection.Cell{Kind: collection.CellInt, Int: n}
		}
	}
	text(0, "", "a", "ab", "b", "ba")
	number(2)
	text(13, "[]", `["red"]`, `["red","green"]`)
	number(16)
	return r
}

// holds evaluates a bound filter in Go, as a store would in a query.
func holds(b *collection.Bound, r collection.Row) bool {
	switch b.Op {
	case collection.And:
		return !slices.ContainsFunc(b.Parts, func(p collection.Bound) bool { return !holds(&p, r) })
	case collection.Or:
		return slices.ContainsFunc(b.Parts, func(p collection.Bound) bool { return holds(&p, r) })
	}
	var cell collection.Cell
	if b.Via != nil {
		cell = b.Via.Cell(r)
		if cell.Kind == collection.CellNull {
			return b.Negated // no such record
		}
	} else {
		cell = b.Column.Cell(r)
	}
	return compares(b, cell) != b.Negated
}

func compares(b *collection.Bound, cell collection.Cell) bool {
	if b.Op == collection.Null || cell.Kind == collection.CellNull {
		return b.Op == collection.Null && cell.Kind == collection.CellNull
	}
	if b.Op == collection.In {
		return slices.Contains(b.Cells, cell)
	}
	want := b.Cells[0]
	switch b.Op {
	case collection.Eq:
		return cell == want
	case collection.Includes:
		if b.Column.Field.Type == collection.Multiselect {
			return strings.Contains(cell.Text, `"`+want.Text+`"`)
		}
		return strings.Contains(cell.Text, want.Text)
	case collection.StartsWith:
		return strings.HasPrefix(cell.Text, want.Text)
	case collection.EndsWith:
		return strings.HasSuffix(cell.Text, want.Text)
	}
	return ranks(b.Op, cell, want)
}

func ranks(op collection.FilterOp, a, b collection.Cell) bool {
	c := strings.Compare(a.Text, b.Text)
	switch {
	case a.Int < b.Int || a.Float < b.Float:
		c = -1
	case a.Int > b.Int || a.Float > b.Float:
		c = 1
	}
	switch op {
	case collection.Gt:
		return c > 0
	case collection.Gte:
		return c >= 0
	case collection.Lt:
		return c < 0
	default:
		return c <= 0
	}
}
