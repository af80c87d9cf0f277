package collection

import (
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/value"
)

// These tests call check(nil), the rules for a store that supports everything.

func TestEveryPropertyOfAFieldIsChecked(t *testing.T) {
	number := func(precision, scale int) Field {
		return Field{Name: "a", Type: Number, Precision: precision, Scale: scale}
	}
	options := func(options ...string) Field { return Field{Name: "a", Type: Select, Options: options} }
	belongs := func(change func(*Field)) Field {
		f := Field{Name: "a", Type: Relates, Relation: BelongsTo, Target: "b"}
		change(&f)
		return f
	}
	many := func(change func(*Field)) Field {
		f := Field{Name: "a", Type: Relates, Relation: HasMany, Target: "b", ForeignKey: "c"}
		change(&f)
		return f
	}
	nothing := func(*Field) {}
	for name, row := range map[string]struct {
		field Field
		want  []string // path: a part of the message
	}{
		"exact":                  {number(18, 18), nil},
		"whole":                  {number(5, 0), nil},
		"double":                 {number(0, 0), nil},
		"too precise":            {number(19, 2), []string{"precision: 1 to 18"}},
		"negative":               {number(-1, 0), []string{"precision: 1 to 18"}},
		"scale beyond precision": {number(5, 6), []string{"scale: precision of 5"}},
		"negative scale":         {number(5, -1), []string{"scale: from 0"}},
		"scale alone":            {number(0, 2), []string{"scale: set precision too"}},
		"digits of a string":     {Field{Name: "a", Type: String, Precision: 5, Scale: 1}, []string{"precision: number fields", "scale: number fields"}},
		"options":                {options("x", "y"), nil},
		"no options":             {options(), []string{"options: needs its options"}},
		"bad options":            {options("x", "", "x", strings.Repeat("x", 256)), []string{"options[1]: 1 to 255", "options[2]: options[0] already", "options[3]: 1 to 255"}},
		"many options":           {options(slices.Repeat([]string{"x"}, 501)...), nil},
		"options of a string":    {Field{Name: "a", Type: String, Options: []string{"x"}}, []string{"options: select and multiselect"}},
		"list of files":          {Field{Name: "a", Type: File, Multiple: true}, nil},
		"list of strings":        {Field{Name: "a", Type: String, Multiple: true}, []string{"multiple: file fields"}},
		"unique multiselect":     {Field{Name: "a", Type: Multiselect, Options: []string{"x"}, Unique: true}, []string{"unique: multiselect"}},
		"index of a file":        {Field{Name: "a", Type: File, Index: true}, []string{"index: file"}},
		"default of a file":      {Field{Name: "a", Type: File, Default: value.Trusted(`{}`)}, []string{"default: no default"}},
		"default no option":      {Field{Name: "a", Type: Select, Options: []string{"x"}, Default: value.String("y")}, []string{"default: y"}},
		"default too exact":      {Field{Name: "a", Type: Number, Precision: 3, Scale: 1, Default: value.Trusted("1.25")}, []string{"default: 1.25"}},
		"belongsTo":              {belongs(nothing), nil},
		"unique belongsTo":       {belongs(func(f *Field) { f.Unique, f.Required, f.OnDelete = true, true, Cascade }), nil},
		"no target":              {belongs(func(f *Field) { f.Target = "" }), []string{"target: name of the other"}},
		"no kind":                {belongs(func(f *Field) { f.Relation = "" }), []string{"kind: belongsTo"}},
		"another kind":           {belongs(func(f *Field) { f.Relation = "hasOne" }), []string{"kind: belongsTo"}},
		"on delete":              {belongs(func(f *Field) { f.OnDelete = "cascad" }), []string{"onDelete: did you mean cascade?"}},
		"null where required":    {belongs(func(f *Field) { f.OnDelete, f.Required = SetNull, true }), []string{"onDelete: required"}},
		"default of a relation":  {belongs(func(f *Field) { f.Default = value.Int(1) }), []string{"default: no default"}},
		"key of a belongsTo":     {belongs(func(f *Field) { f.ForeignKey = "x" }), []string{"foreignKey: hasMany"}},
		"hasMany":                {many(nothing), nil},
		"no key":                 {many(func(f *Field) { f.ForeignKey = "" }), []string{"foreignKey: other side"}},
		"rules of a hasMany": {many(func(f *Field) { f.Required, f.Unique, f.Index, f.OnDelete = true, true, true, Cascade }),
			[]string{"onDelete: other side", "required: stored", "unique: hasMany", "index: hasMany"}},
		"relation of a string": {Field{Name: "a", Type: String, Relation: BelongsTo, Target: "b", OnDelete: Cascade, ForeignKey: "c"},
			[]string{"kind: relation fields", "target: relation fields", "onDelete: relation fields", "foreignKey: relation fields"}},
	} {
		t.Run(name, func(t *testing.T) {
			problems := Collection{Name: "c", Fields: []Field{row.field}}.check(nil)
			if name == "many options" {
				if len(problems) != 501 || !strings.Contains(problems[0].Message, "500") {
					t.Fatalf("%d problems", len(problems))
				}
				return
			}
			expect(t, problems, "fields[0].", row.want)
		})
	}
}

func expect(t *testing.T, problems []Problem, at string, want []string) {
	t.Helper()
	if len(problems) != len(want) {
		t.Fatalf("problems are %+v", problems)
	}
	for i, p := range problems {
		path, says, _ := strings.Cut(want[i], ": ")
		if p.Path != at+path || !strings.Contains(p.Message, says) {
			t.Errorf("problem %+v, want %s", p, want[i])
		}
	}
}

func TestWhatNoStoreKeepsYetIsRefused(t *testing.T) {
	c := Collection{Name: "c", Unique: [][]string{{"a", "b"}}, Fields: []Field{
		{Name: "a", Type: Date}, {Name: "b", Type: Number, Precision: 5}, {Name: "d", Type: String, Was: "old"},
	}}
	expect(t, c.check([]string{"date", "precision", "was", "unique"}), "", []string{
		"fields[0].type: date", "fields[1].precision: not yet", "fields[2].was: not yet", "unique: not yet",
	})
	if problems := c.check(nil); len(problems) > 0 {
		t.Errorf("problems are %+v", problems)
	}
}

func TestOldNamesAndUniqueSetsAreChecked(t *testing.T) {
	c := Collection{Name: "c", Unique: [][]string{{"a", "b"}, {"a"}, {"a", "zz"}, {"a", "a"}, {"a", "j"}}, Fields: []Field{
		{Name: "a", Type: String, Was: "a"}, {Name: "b", Type: String, Was: "a"}, {Name: "d", Type: String, Was: "old"},
		{Name: "e", Type: String, Was: "old"}, {Name: "f", Type: String, Was: "o d"}, {Name: "j", Type: JSON},
	}}
	expect(t, c.check(nil), "", []string{
		"fields[0].was: this one already", "fields[1].was: a field still", "fields[3].was: d was old", "fields[4].was: not a valid field name",
		"unique[1]: 2 to 8", "unique[2][1]: no field", "unique[3][1]: twice", "unique[4][1]: cannot be unique",
	})
	c = Collection{Name: "c", Unique: slices.Repeat([][]string{{"a", "b"}}, 17), Fields: c.Fields[:0]}
	expect(t, c.check(nil), "", []string{"unique: 16"})
}

func TestCollectionsAreCheckedTogether(t *testing.T) {
	belongs := func(name, target string, required bool) Field {
		return Field{Name: name, Type: Relates, Relation: BelongsTo, Target: target, Required: required}
	}
	many := func(target, key string) Field {
		return Field{Name: "all", Type: Relates, Relation: HasMany, Target: target, ForeignKey: key}
	}
	of := func(name string, fields ...Field) Collection { return Collection{Name: name, Fields: fields} }
	none := func(string) (Collection, bool) { return Collection{}, false }
	for name, row := range map[string]struct {
		all    []Collection
		others Others
		want   []string
	}{
		"right":              {[]Collection{of("a", many("b", "a")), of("b", belongs("a", "a", true))}, none, nil},
		"itself":             {[]Collection{of("a", belongs("up", "a", false), many("a", "up"))}, none, nil},
		"elsewhere":          {[]Collection{of("a", belongs("b", "b", true))}, func(name string) (Collection, bool) { return of("b"), name == "b" }, nil},
		"unknown":            {[]Collection{of("orders", belongs("o", "order", true))}, none, []string{"collections[0].fields[0].target: did you mean orders?"}},
		"who knows":          {[]Collection{of("a", belongs("b", "b", true), many("c", "d"))}, nil, nil},
		"no other side":      {[]Collection{of("a", many("b", "aa")), of("b", belongs("a", "a", false))}, none, []string{"collections[0].fields[0].foreignKey: it has a"}},
		"a string":           {[]Collection{of("a", many("b", "s")), of("b", Field{Name: "s", Type: String})}, none, []string{"collections[0].fields[0].foreignKey: not a belongsTo"}},
		"of another":         {[]Collection{of("a", many("b", "x")), of("b", belongs("x", "b", false))}, none, []string{"collections[0].fields[0].foreignKey: belongs to b"}},
		"needs itself":       {[]Collection{of("a", belongs("up", "a", true))}, none, []string{"collections[0].fields[0].required: a → a"}},
		"a circle":           {[]Collection{of("x"), of("a", belongs("b", "b", true)), of("b", belongs("c", "c", true)), of("c", belongs("a", "a", true))}, none, []string{"collections[1].fields[0].required: a → b → c → a"}},
		"an optional circle": {[]Collection{of("a", belongs("b", "b", true)), of("b", belongs("a", "a", false))}, none, nil},
		"two circles": {[]Collection{of("a", belongs("b", "b", true), belongs("me", "a", true)), of("b", belongs("a", "a", true))}, none,
			[]string{"collections[0].fields[0].required: a → b → a", "collections[0].fields[1].required: a → a"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, CheckAll(row.all, row.others), "", row.want) })
	}
}
