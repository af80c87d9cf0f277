package collection_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func TestChangesThatLoseNothingArePlanned(t *testing.T) {
	a := collection.Field{Name: "a", Type: collection.String}
	b := collection.Field{Name: "b", Type: collection.Integer, Index: true}
	needed := collection.Field{Name: "a", Type: collection.String, Required: true, Unique: true}
	of := func(fields ...collection.Field) collection.Collection {
		return collection.Collection{Name: "c", Fields: fields}
	}
	for name, c := range map[string]struct {
		stored, wanted collection.Collection
		want           collection.Changes
		conflict       string
	}{
		"nothing":      {of(a, b), of(a, b), collection.Changes{}, ""},
		"order":        {of(a, b), of(b, a), collection.Changes{}, ""},
		"a new field":  {of(a), of(b, a), collection.Changes{Add: []collection.Field{b}}, ""},
		"rules":        {of(a), of(needed), collection.Changes{Index: []collection.Field{needed}, Required: []collection.Field{needed}}, ""},
		"weaker rules": {of(needed), of(a), collection.Changes{Index: []collection.Field{a}}, ""},
		"a lost field": {of(a, b), of(a), collection.Changes{}, "collections.c.b"},
		"another type": {of(a), of(collection.Field{Name: "a", Type: collection.Text}), collection.Changes{}, "collections.c.a"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collection.Plan(c.stored, c.wanted)
			if c.conflict != "" {
				if !fault.Is(err, fault.Conflict) || !strings.HasPrefix(fault.Message(err), c.conflict+": ") {
					t.Fatalf("error is %v", err)
				}
				return
			}
			same := cmp.Comparer(func(x, y value.Value) bool { return x.Text() == y.Text() && x.IsMissing() == y.IsMissing() })
			if diff := cmp.Diff(c.want, got, same); err != nil || diff != "" {
				t.Fatalf("%v\n%s", err, diff)
			}
		})
	}
}
