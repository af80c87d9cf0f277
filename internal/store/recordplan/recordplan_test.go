package recordplan_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/recordplan"
	"hookline.dev/hookline/internal/value"
)

func belongs(name, target string, on collection.OnDelete) collection.Field {
	return collection.Field{Name: name, Type: collection.Relates, Relation: collection.BelongsTo, Target: target, OnDelete: on}
}

func TestChangesOfCollectionsArePlannedOrRefused(t *testing.T) {
	text := collection.Field{Name: "a", Type: collection.String}
	shop := collection.Collection{Name: "shops", Fields: []collection.Field{text}}
	order := collection.Collection{Name: "orders", Fields: []collection.Field{belongs("shop", "shops", "")}}
	stored := []collection.Collection{order, shop}
	type list = []collection.Collection
	for name, c := range map[string]struct {
		wanted list
		drop   []string
		kind   fault.Kind
		field  string
	}{
		"a definition that is wrong":       {wanted: list{{Name: "a", Fields: []collection.Field{{Name: "x", Type: "nothing"}}}}, kind: fault.Invalid, field: "collections.a.fields[0].type"},
		"a relation to nothing":            {wanted: list{{Name: "a", Fields: []collection.Field{belongs("x", "none", "")}}}, kind: fault.Invalid, field: "collections.a.fields[0].target"},
		"a relation to what is dropped":    {drop: []string{"shops"}, kind: fault.Invalid, field: "collections.orders.fields[0].target"},
		"dropping what does not exist":     {drop: []string{"none"}, kind: fault.NotFound},
		"wanting what is dropped":          {wanted: list{shop}, drop: []string{"shops", "orders"}, kind: fault.Invalid},
		"dropping all":                     {drop: []string{"shops", "orders"}},
		"a relation to what comes with it": {wanted: list{{Name: "b", Fields: []collection.Field{belongs("x", "c", "")}}, {Name: "c"}}},
	} {
		changes, err := recordplan.Redefine(stored, c.wanted, c.drop)
		if c.kind == 0 {
			if err != nil || len(changes) != len(c.wanted)+len(c.drop) {
				t.Errorf("%s: %v, %+v", name, err, changes)
			}
			continue
		}
		if !fault.Is(err, c.kind) || fieldOf(err) != c.field {
			t.Errorf("%s: %v (%s)", name, err, fieldOf(err))
		}
	}
	changes, err := recordplan.Redefine(stored, list{{Name: "shops"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := recordplan.RefuseLoss(changes); !fault.Is(err, fault.Conflict) || fieldOf(err) != "collections.shops.a" {
		t.Errorf("a field that is dropped: %v", err)
	}
}

func fieldOf(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Field
	}
	return ""
}

// memory implements Dependents in memory.
type memory map[recordplan.Key]map[string]int64

func (m memory) Dependent(ref recordplan.Reference, id int64) (int64, error) {
	least := int64(0)
	for k, to := range m {
		if k.Collection == ref.By && to[ref.Field.Name] == id && (least == 0 || k.ID < least) {
			least = k.ID
		}
	}
	return least, nil
}

func (m memory) Detach(ref recordplan.Reference, id int64) error {
	m[recordplan.Key{Collection: ref.By, ID: id}][ref.Field.Name] = 0
	return nil
}

func (m memory) Delete(k recordplan.Key) error {
	delete(m, k)
	return nil
}

// TestADeletionLeavesNoRecordThatBelongsToNothing deletes records from random graphs, including cycles, and
// checks that no remaining record refers to a deleted one.
func TestADeletionLeavesNoRecordThatBelongsToNothing(t *testing.T) {
	all := []collection.Collection{
		{Name: "b", Fields: []collection.Field{belongs("cascade", "a", collection.Cascade), belongs("restrict", "b", collection.Restrict)}},
		{Name: "a", Fields: []collection.Field{belongs("cascade", "b", collection.Cascade), belongs("null", "b", collection.SetNull), belongs("self", "a", collection.Cascade)}},
	}
	references := recordplan.References(all)
	rapid.Check(t, func(t *rapid.T) {
		m := memory{}
		for _, c := range all {
			for id := range int64(4) {
				to := make(map[string]int64)
				for _, f := range c.Fields {
					to[f.Name] = rapid.Int64Range(0, 4).Draw(t, f.Name)
				}
				m[recordplan.Key{Collection: c.Name, ID: id + 1}] = to
			}
		}
		before := maps.Clone(m)
		cascade := recordplan.NewCascade(m, references)
		root := recordplan.Key{Collection: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "collection"), ID: rapid.Int64Range(1, 4).Draw(t, "id")}
		broken, err := cascade.Delete(root)
		if err != nil || cascade.Exhausted {
			t.Fatal(err)
		}
		if broken != nil {
			return // a driver would undo the write
		}
		for k := range before {
			if _, there := m[k]; there == cascade.Deleted(k) {
				t.Fatalf("%v: there %v, deleted %v", k, there, cascade.Deleted(k))
			}
		}
		for k, to := range m {
			for _, ref := range slices.Concat(references["a"], references["b"]) {
				id := to[ref.Field.Name]
				if _, there := m[recordplan.Key{Collection: ref.Field.Target, ID: id}]; ref.By == k.Collection && id != 0 && !there {
					t.Fatalf("%v belongs to %d of %s, which is gone", k, id, ref.Field.Target)
				}
			}
		}
	})
}

func TestARestrictedDeletionIsAViolationAndALargeOneGoesOn(t *testing.T) {
	for on, want := range map[collection.OnDelete]string{"": "record", collection.Cascade: "", collection.SetNull: ""} {
		references := recordplan.References([]collection.Collection{{Name: "notes", Fields: []collection.Field{belongs("x", "a", on)}}})
		root := recordplan.Key{Collection: "a", ID: 1}
		m := memory{root: {}}
		for id := range int64(recordplan.MaxDependents + 1) {
			m[recordplan.Key{Collection: "notes", ID: id + 1}] = map[string]int64{"x": 1}
		}
		cascade := recordplan.NewCascade(m, references)
		broken, err := cascade.Delete(root)
		switch {
		case err != nil || (broken != nil) != (want != ""):
			t.Fatalf("%q: %v, %+v", on, err, broken)
		case broken != nil:
			continue
		}
		if _, there := m[root]; !there || !cascade.Exhausted {
			t.Fatalf("%q: the record is gone before its dependents", on)
		}
		cascade = recordplan.NewCascade(m, references)
		if broken, err := cascade.Delete(root); err != nil || broken != nil || cascade.Exhausted {
			t.Fatalf("%q: %v, %+v", on, err, broken)
		}
		if _, there := m[root]; there {
			t.Errorf("%q: the record is still there", on)
		}
	}
}

func TestResultsShowWhatFits(t *testing.T) {
	var none, few, large recordplan.Results
	few.Add(1, value.Trusted(`{"id":1}`))
	few.Add(2, value.Trusted(`{"id":2}`))
	long := value.String(strings.Repeat("x", recordplan.MaxResult/2))
	for id := range int64(3) {
		large.Add(id, long)
	}
	for want, got := range map[string]value.Value{
		`[]`: none.Value(), `[{"id":1},{"id":2}]`: few.Value(), `{"count":3,"ids":[0,1,2]}`: large.Value(), `{"id":1}`: few.First(),
		`{"count":2,"records":[{"id":1},{"id":2}]}`: recordplan.Counted(2, &few), `{"count":3}`: recordplan.Counted(3, &large), `{"count":9}`: recordplan.Counted(9, nil),
	} {
		if got.Text() != want {
			t.Errorf("got %s, want %s", got.Text(), want)
		}
	}
}
