package variable_test

import (
	"slices"
	"testing"

	"hookline.dev/hookline/internal/expr/variable"
	"hookline.dev/hookline/internal/value"
)

// given is a Scope over one object: root, then name.
type given struct{ all value.Value }

func (g given) Var(root, name string) (value.Value, error) { return g.all.Get(root).Get(name), nil }

func TestTheFirstPartThatLeadsNowhereIsFound(t *testing.T) {
	s := given{value.Trusted(`{"context":{"data":{"customer":{"id":7,"no":null},"lines":[{"sku":"a"},{"price":1}],"n":1},"headers":{"x-event":"push"}},"nodes":{"find":{"email":"x"}}}`)}
	names := func(root string) []string {
		var list []string
		for name := range s.all.Get(root).Members() {
			list = append(list, name)
		}
		return list
	}
	for path, want := range map[string]struct{ parent, name, nearest string }{
		"$context.data.customer.id":    {},
		"$context.data.customer.no":    {},
		"$context.data.lines.sku":      {},
		"$context.data.lines[0].sku":   {},
		"$context.data.costumer.id":    {"$context.data", "costumer", "$context.data.customer.id"},
		"$context.data.customer.di":    {"$context.data.customer", "di", "$context.data.customer.id"},
		"$context.data.lines.skus":     {"$context.data.lines", "skus", "$context.data.lines.sku"},
		"$context.data.lines[7].sku":   {"$context.data.lines", "[7]", ""},
		"$context.data.n.deep":         {"$context.data.n", "deep", ""},
		"$context.headers.X-Evnt":      {"$context.headers", "x-evnt", "$context.headers.x-event"},
		"$context.dta.customer":        {"$context", "dta", "$context.data.customer"},
		"$jobsMapByNodeKey.fnd.email":  {"$nodes", "fnd", "$nodes.find.email"},
		"$nodes.find.emial":            {"$nodes.find", "emial", "$nodes.find.email"},
		"$scopes.each.item":            {"$scopes", "each", ""},
		"$context.data.customer.no.so": {"$context.data.customer.no", "so", ""},
	} {
		p, err := variable.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		gap, ok, err := p.Gap(s, names)
		if err != nil || ok != (want.parent != "") || gap.Parent != want.parent || gap.Name != want.name {
			t.Errorf("%s: gap is %v %+v, error %v", path, ok, gap, err)
		}
		near, found := gap.Nearest()
		if found != (want.nearest != "") || found && near.String() != want.nearest {
			t.Errorf("%s: nearest is %v %s, want %q", path, found, near, want.nearest)
		}
	}
	p, _ := variable.Parse("$context.data.x")
	if gap, _, _ := p.Gap(s, names); !slices.Equal(gap.Names, []string{"customer", "lines", "n"}) {
		t.Errorf("names are %v", gap.Names)
	}
}
