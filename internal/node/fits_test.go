package node_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/value"
)

// shop has a collection and another one that it belongs to.
func shop(name string) (collection.Collection, bool) {
	switch name {
	case "orders":
		return collection.Collection{Name: "orders", Fields: []collection.Field{
			{Name: "number", Type: collection.String, Unique: true, Required: true},
			{Name: "status", Type: collection.String},
			{Name: "total", Type: collection.Integer},
			{Name: "customer", Type: collection.Relates, Relation: collection.BelongsTo, Target: "customers"},
		}}, true
	case "customers":
		return collection.Collection{Name: "customers", Fields: []collection.Field{{Name: "city", Type: collection.String}}}, true
	default:
		return collection.Collection{}, false
	}
}

func TestWhatNoDataCanChangeIsCheckedAgainstTheCollection(t *testing.T) {
	for _, test := range []struct{ kind, config, want string }{
		{"record.create", `{"collection":"orders","values":{"number":"{{$context.data.n}}","total":3}}`, ""},
		{"record.create", `{"collection":"orders","values":{"number":"A","statsu":"x"}}`, "values.statsu: collection orders has no field \"statsu\"; did you mean status?"},
		{"record.create", `{"collection":"orders","values":{"number":"A","total":"many"}}`, "values.total: "},
		{"record.create", `{"collection":"orders","values":{"total":3}}`, "values: a record of orders needs number"},
		{"record.create", `{"collection":"orders","values":{"{{$context.data.f}}":3}}`, ""},
		{"record.create", `{"collection":"orders","values":[{"number":"A"},{"number":null}]}`, "values[1].number: "},
		{"record.create", `{"collection":"orders","values":"{{$context.data}}","upsert":["number"]}`, ""},
		{"record.create", `{"collection":"orders","values":"{{$context.data}}","upsert":["status"]}`, "upsert: upsert needs a unique field"},
		{"record.create", `{"collection":"orders","params":{"values":{"number":"A","id":4}}}`, "params.values.id: id is set by the store: leave it out"},
		{"record.update", `{"collection":"orders","filter":{"id":1},"values":{"total":{"$inc":"{{$context.data.n}}"}}}`, ""},
		{"record.update", `{"collection":"orders","filter":{"id":1},"values":{"total":{"$inc":2}}}`, ""},
		{"record.update", `{"collection":"orders","filter":{"id":1},"values":{"status":{"$inc":2}}}`, "values.status: "},
		{"record.update", `{"collection":"orders","filter":{"ids":"{{$context.data.id}}"},"values":{"status":"x"}}`, "filter: "},
		{"record.update", `{"collection":"orders","filter":{"customer.city":"{{$context.data.city}}"},"values":{"status":null}}`, ""},
		{"record.update", `{"collection":"orders","filter":{"customer.town":"{{$context.data.city}}"},"values":{"status":"x"}}`, "filter: "},
		{"record.delete", `{"collection":"orders","filter":{"$or":[{"total":{"$gt":"a lot"}},{"status":{"$gt":"{{$context.data.s}}"}}]}}`, "filter: "},
		{"record.find", `{"collection":"orders","filter":"{{$context.data.f}}","sort":"-total","fields":["status","customer"],"expand":["customer"]}`, ""},
		{"record.find", `{"collection":"orders","sort":"-totl"}`, "sort[0]: "},
		{"record.find", `{"collection":"orders","fields":["status","nope"]}`, "fields[1]: "},
		{"record.find", `{"collection":"orders","params":{"appends":["buyer"]}}`, "params.appends[0]: "},
		{"record.find", `{"collection":"orders","many":true,"sort":"{{$context.query.s}}","pageSize":501}`, "pageSize: "},
		{"record.aggregate", `{"collection":"orders","function":"sum","field":"total","groupBy":["status"]}`, ""},
		{"record.aggregate", `{"collection":"orders","function":"sum","field":"status"}`, "field: "},
		{"record.aggregate", `{"collection":"orders","aggregator":"sum","params":{"field":"nope"}}`, "params.field: "},
	} {
		n, problems := kinds.Set(kinds.Deps{}).Find(test.kind).Compile(value.Trusted(test.config), node.About{Key: "n"})
		if len(problems) > 0 {
			t.Errorf("%s: %v", test.config, problems)
			continue
		}
		fitter := n.(node.Fitter)
		c, _ := shop(fitter.Collection())
		var got []string
		for _, p := range fitter.Fits(c, shop) {
			got = append(got, p.Path+": "+p.Message)
		}
		switch {
		case test.want == "" && got != nil:
			t.Errorf("%s: %q", test.config, got)
		case test.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], test.want)):
			t.Errorf("%s: %q, want %q", test.config, got, test.want)
		}
	}
}

func TestNamesAndSortsAreReadFromTextsAndLists(t *testing.T) {
	for given, want := range map[string][]collection.Sort{
		`"-a, b"`:    {{Field: "a", Desc: true}, {Field: "b"}},
		`["-a","b"]`: {{Field: "a", Desc: true}, {Field: "b"}},
		`""`:         nil,
		`null`:       nil,
	} {
		got, err := node.Sort(value.Trusted(given))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", given, err, diff)
		}
	}
	for _, given := range []string{`1`, `{}`, `[1]`, `[""]`, `true`} {
		if _, err := node.Sort(value.Trusted(given)); err == nil {
			t.Errorf("%s is read as an order", given)
		}
	}
}

func TestWholeNumbersMayComeAsText(t *testing.T) {
	for given, want := range map[string]int{`3`: 3, `"3"`: 3, `" 3 "`: 3, `3.0`: 3, `null`: 0} {
		if got, err := node.Whole(value.Trusted(given)); got != want || err != nil {
			t.Errorf("%s: %d, %v", given, got, err)
		}
	}
	for _, given := range []string{`0`, `-1`, `"x"`, `2.5`, `[]`, `99999999999`, `""`} {
		if _, err := node.Whole(value.Trusted(given)); err == nil {
			t.Errorf("%s is a page", given)
		}
	}
}
