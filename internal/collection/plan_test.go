package collection_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func TestAPlanSaysWhatIsDoneAndWhatIsLost(t *testing.T) {
	field := func(name string, of collection.Type, change ...func(*collection.Field)) collection.Field {
		f := collection.Field{Name: name, Type: of}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	required := func(f *collection.Field) { f.Required = true }
	unique := func(f *collection.Field) { f.Unique = true }
	index := func(f *collection.Field) { f.Index = true }
	def := func(text string) func(*collection.Field) {
		return func(f *collection.Field) { f.Default = value.Trusted(text) }
	}
	was := func(name string) func(*collection.Field) { return func(f *collection.Field) { f.Was = name } }
	options := func(o ...string) func(*collection.Field) { return func(f *collection.Field) { f.Options = o } }
	belongs := func(target string, del collection.OnDelete) func(*collection.Field) {
		return func(f *collection.Field) { f.Relation, f.Target, f.OnDelete = collection.BelongsTo, target, del }
	}
	many := func(target, key string) func(*collection.Field) {
		return func(f *collection.Field) { f.Relation, f.Target, f.ForeignKey = collection.HasMany, target, key }
	}
	of := func(fields ...collection.Field) collection.Collection {
		return collection.Collection{Name: "c", Fields: fields}
	}
	a, b := field("a", collection.String), field("b", collection.Integer)
	for name, row := range map[string]struct {
		stored, wanted collection.Collection
		want           []string // the text; "! " before it for a loss, "? " for a loss that depends on the records
	}{
		"nothing":            {of(a, b), of(a, b), nil},
		"a field":            {of(a), of(a, b), []string{"add-field c: add field b (integer), null in existing records"}},
		"with a default":     {of(a), of(a, field("b", collection.Integer, def("7"))), []string{"add-field c: add field b (integer), 7 in existing records"}},
		"a required field":   {of(a), of(a, field("b", collection.Integer, required)), []string{"add-field c: add field b (integer), which is required and has no default: refused while there are records"}},
		"a lost field":       {of(a, b), of(a), []string{"! drop-field c: drop field b (integer): its values are lost"}},
		"another name":       {of(a), of(field("z", collection.String)), []string{"! drop-field c: drop field a (string): its values are lost", "add-field c: add field z (string), null in existing records"}},
		"renamed":            {of(a), of(field("z", collection.String, was("a"))), []string{"rename-field c: rename field a to z"}},
		"renamed before":     {of(field("z", collection.String)), of(field("z", collection.String, was("a"))), nil},
		"renamed from none":  {of(), of(field("z", collection.String, was("a"))), []string{"add-field c: add field z (string), null in existing records"}},
		"renamed and more":   {of(a), of(field("z", collection.Text, was("a"), required)), []string{"rename-field c: rename field a to z", "retype-field c: change field z from string to text", "require-field c: field z becomes required: refused while a record has null there"}},
		"wider":              {of(a), of(field("a", collection.Text)), []string{"retype-field c: change field a from string to text"}},
		"another type":       {of(a), of(field("a", collection.Integer)), []string{"? retype-field c: change field a from string to integer: values that do not fit are lost and become null"}},
		"required":           {of(a), of(field("a", collection.String, required)), []string{"require-field c: field a becomes required: refused while a record has null there"}},
		"no longer required": {of(field("a", collection.String, required)), of(a), []string{"relax-field c: field a is no longer required"}},
		"unique":             {of(a), of(field("a", collection.String, unique)), []string{"index-field c: field a becomes unique: refused while two records have the same value there"}},
		"no longer unique":   {of(field("a", collection.String, unique)), of(a), []string{"index-field c: field a is no longer unique"}},
		"index":              {of(a), of(field("a", collection.String, index)), []string{"index-field c: field a gets an index"}},
		"no index":           {of(field("a", collection.String, index)), of(a), []string{"index-field c: field a loses its index; no data is lost"}},
		"default":            {of(a), of(field("a", collection.String, def(`"x"`))), []string{`default-field c: new records get "x" in field a`}},
		"no default":         {of(field("a", collection.String, def(`"x"`))), of(a), []string{"default-field c: field a has no default any more"}},
		"an option more":     {of(field("a", collection.Select, options("x"))), of(field("a", collection.Select, options("x", "y"))), []string{"retype-field c: change field a from select of x to select of x, y"}},
		"an option less":     {of(field("a", collection.Select, options("x", "y"))), of(field("a", collection.Select, options("x"))), []string{"? retype-field c: change field a from select of x, y to select of x: values that do not fit are lost and become null"}},
		"on delete":          {of(field("a", collection.Relates, belongs("p", ""))), of(field("a", collection.Relates, belongs("p", collection.Cascade))), []string{"relate-field c: what becomes of records when a is deleted changes from restrict to cascade"}},
		"on delete in full":  {of(field("a", collection.Relates, belongs("p", ""))), of(field("a", collection.Relates, belongs("p", collection.Restrict))), nil},
		"another target":     {of(field("a", collection.Relates, belongs("p", ""))), of(field("a", collection.Relates, belongs("q", ""))), []string{"? retype-field c: change field a from relation to p to relation to q: values that do not fit are lost and become null"}},
		"another side":       {of(field("a", collection.Relates, many("p", "c"))), of(field("a", collection.Relates, many("p", "d"))), []string{"relate-field c: a is now the other side of d of p"}},
		"a hasMany":          {of(), of(field("a", collection.Relates, many("p", "c"))), []string{"add-field c: add field a (hasMany)"}},
		"no hasMany":         {of(field("a", collection.Relates, many("p", "c"))), of(), []string{"drop-field c: drop a, which holds no data of its own"}},
		"from column to hasMany": {of(b), of(field("b", collection.Relates, many("p", "c"))),
			[]string{"! drop-field c: drop field b (integer): its values are lost", "add-field c: add field b (hasMany)"}},
		"order": {of(a, b), of(b, a), []string{"order-fields c: the order of the fields in records changes"}},
		"sets": {collection.Collection{Name: "c", Fields: []collection.Field{a, b}, Unique: [][]string{{"a", "b"}}}, collection.Collection{Name: "c", Fields: []collection.Field{a, b}, Unique: [][]string{{"b", "a"}}},
			[]string{"drop-unique c: [a, b] is no longer unique together", "add-unique c: [b, a] becomes unique together: refused while two records have the same values there"}},
	} {
		t.Run(name, func(t *testing.T) {
			changes := collection.Compare(row.stored, row.wanted)
			var got []string
			for _, c := range changes {
				mark := map[bool]string{true: "! "}[c.Loss]
				if c.Depends {
					mark = "? "
				}
				got = append(got, mark+string(c.Kind)+" "+c.Text)
			}
			if strings.Join(got, "\n") != strings.Join(row.want, "\n") {
				t.Errorf("the plan is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(row.want, "\n"))
			}
		})
	}
}

func TestAPlanOfManyCollectionsDropsNone(t *testing.T) {
	a := collection.Collection{Name: "a", Fields: []collection.Field{{Name: "x", Type: collection.String}}}
	changes := collection.PlanAll([]collection.Collection{a, {Name: "b"}}, []collection.Collection{{Name: "c", Fields: a.Fields}, {Name: "d"}, {Name: "a", Fields: a.Fields}})
	if len(changes) != 2 || changes[0].Text != "create collection c with x" || changes[1].Kind != collection.CreateCollection {
		t.Errorf("changes are %+v", changes)
	}
	if d := collection.Drop(a); !d.Loss || d.Kind != collection.DropCollection || !strings.Contains(d.Text, "collection a") {
		t.Errorf("change is %+v", d)
	}
}

func TestValuesAreConvertedExactlyOrNotAtAll(t *testing.T) {
	c := everything()
	at := func(name string) collection.Field {
		for _, f := range c.Fields {
			if f.Name == name {
				return f
			}
		}
		t.Fatal(name)
		return collection.Field{}
	}
	fewer := at("some")
	fewer.Options = []string{"red"}
	elsewhere := at("owner")
	elsewhere.Target = "all"
	for _, row := range []struct {
		from, given string
		to          collection.Field
		want        string // "" if it is lost
	}{
		{"s", `"42"`, at("i"), `42`},
		{"s", `"x"`, at("i"), ""},
		{"s", `null`, at("i"), `null`},
		{"s", `"a"`, at("t"), `"a"`},
		{"s", `"a"`, at("j"), `"a"`},
		{"s", `"red"`, at("one"), `"red"`},
		{"s", `"red"`, at("some"), `["red"]`},
		{"s", `"ann@example.com"`, at("mail"), `"ann@example.com"`},
		{"i", `42`, at("s"), `"42"`},
		{"i", `42`, at("n"), `42`},
		{"i", `9007199254740993`, at("n"), ""},
		{"i", `42`, at("x"), `42.00`},
		{"i", `10000`, at("x"), ""},
		{"i", `7`, at("owner"), `7`},
		{"i", `-7`, at("owner"), ""},
		{"x", `1.50`, at("s"), `"1.50"`},
		{"x", `1.50`, at("n"), `1.5`},
		{"x", `1.50`, at("i"), ""},
		{"b", `true`, at("s"), `"true"`},
		{"d", `"2026-11-22"`, at("day"), `"2026-11-22"`},
		{"d", `"2026-11-22T00:00:00.000001Z"`, at("day"), ""},
		{"day", `"2026-11-22"`, at("d"), `"2026-11-22T00:00:00.000Z"`},
		{"j", `{"a":1}`, at("s"), ""},
		{"j", `5`, at("i"), `5`},
		{"some", `["red"]`, at("one"), `"red"`},
		{"some", `["red","green"]`, at("one"), ""},
		{"some", `["green","red"]`, fewer, ""},
		{"f", file, at("ff"), `[` + file + `]`},
		{"ff", `[` + file + `]`, at("f"), file},
		{"ff", `[` + file + `,` + file + `]`, at("f"), ""},
		{"owner", `7`, elsewhere, ""},
	} {
		from := at(row.from)
		a, broken := c.Admit(value.Trusted(`{"`+row.from+`":`+row.given+`}`), now())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		for i, f := range c.Fields {
			if f.Name != row.from {
				continue
			}
			cell, ok := from.Convert(row.to, a.Cells[i])
			if ok != (row.want != "") || ok && row.to.Render(cell).Text() != row.want {
				t.Errorf("%s %s as %s is %s %v, want %q", row.from, row.given, row.to.Type, row.to.Render(cell), ok, row.want)
			}
		}
	}
}

// TestAConversionThatIsSaidToLoseNothingLosesNothing checks that Convert keeps every value of a field if its
// change of type has no Loss.
func TestAConversionThatIsSaidToLoseNothingLosesNothing(t *testing.T) {
	c := everything()
	rapid.Check(t, func(t *rapid.T) {
		a, broken := c.Admit(drawRecord(t), now())
		if broken != nil {
			t.Fatalf("%+v", broken)
		}
		for i, f := range c.Fields {
			for _, to := range c.Fields {
				to.Name, to.Unique, to.Required = f.Name, f.Unique, f.Required
				for _, change := range collection.Compare(collection.Collection{Fields: []collection.Field{f}}, collection.Collection{Fields: []collection.Field{to}}) {
					cell, ok := f.Convert(to, a.Cells[i])
					if change.Kind == collection.RetypeField && !change.Loss && !ok {
						t.Fatalf("%s loses %s", change.Text, f.Render(a.Cells[i]))
					}
					if change.Kind == collection.RetypeField && ok && cell.Kind != collection.CellNull && cell.Kind != to.Storage() {
						t.Fatalf("%s gives a cell of kind %d", change.Text, cell.Kind)
					}
				}
			}
		}
	})
}
