package catalog_test

import (
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"

	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

func everyKind() document.Known {
	return document.Known{Kinds: kinds.Set(kinds.Deps{}), Presets: verify.NewSet()}
}

// newWithCustomers returns a catalog with one collection.
func newWithCustomers(t *testing.T) (*catalog.Catalog, *fakeStore) {
	t.Helper()
	s := &fakeStore{current: map[string]store.Published{}, revisions: map[string]value.Value{}, defined: []collection.Collection{customers("email", "name", "plan")}}
	c := catalog.New(catalog.Options{Store: s, Known: everyKind(), Now: clock.System().Now, Log: slog.New(slog.DiscardHandler)})
	if err := c.Load(); err != nil {
		t.Fatal(err)
	}
	return c, s
}

func customers(fields ...string) collection.Collection {
	c := collection.Collection{Name: "customers"}
	for _, name := range fields {
		c.Fields = append(c.Fields, collection.Field{Name: name, Type: collection.String, Unique: name == "email"})
	}
	return c
}

const sync = `
workflow: sync
trigger: {type: webhook, auth: none}
nodes:
  - {key: save, type: record.create, config: {collection: customers, upsert: [email], values: {email: "{{$context.data.email}}", name: x}}}
  - key: each
    type: loop
    config: {over: 3}
    branches:
      do:
        - {key: found, type: record.find, config: {collection: customers, filter: {plan: "{{$context.data.plan}}"}}}
`

func publish(t *testing.T, c *catalog.Catalog, text string) error {
	t.Helper()
	bundle, problems := document.LoadFiles(fstest.MapFS{"new.yaml": {Data: []byte(text)}}, "", []string{"new.yaml"}, everyKind())
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	_, err := c.Publish(catalog.Batch{Workflows: bundle.Workflows, Collections: bundle.Collections})
	return err
}

func TestAWorkflowThatUsesWhatDoesNotExistIsNotPublished(t *testing.T) {
	for given, want := range map[string]string{
		strings.ReplaceAll(sync, "collection: customers, filter", "collection: customer, filter"): `new.yaml:11: nodes[1].branches.do[0].config.collection: there is no collection "customer"; did you mean customers?`,
		strings.ReplaceAll(sync, "name: x", "nam: x"):                                             `new.yaml:5: nodes[0].config.values.nam: collection customers has no field "nam"; did you mean name?`,
		strings.ReplaceAll(sync, "upsert: [email]", "upsert: [name]"):                             "new.yaml:5: nodes[0].config.upsert: upsert needs a unique field, or a unique set of fields, of customers: email",
		strings.ReplaceAll(sync, "plan: \"", "plans: \""):                                         "new.yaml:11: nodes[1].branches.do[0].config.filter: ",
	} {
		c, s := newWithCustomers(t)
		err := publish(t, c, given)
		if !fault.Is(err, fault.Conflict) || !strings.HasPrefix(fault.Message(err), want) || strings.Contains(fault.Message(err), "\n") {
			t.Errorf("%s: %v", want, err)
		}
		if s.writes != 0 {
			t.Error("something was published")
		}
	}
	c, _ := newWithCustomers(t)
	if err := publish(t, c, sync); err != nil {
		t.Fatal(err)
	}
}

func TestACollectionMayComeWithTheWorkflowThatUsesIt(t *testing.T) {
	c, _ := newWithCustomers(t)
	const orders = "---\ncollections: [{name: orders, fields: [{name: number, type: string}]}]\n"
	other := strings.NewReplacer("workflow: sync", "workflow: other", "customers, filter: {plan", "orders, filter: {number").Replace(sync)
	if err := publish(t, c, other+orders); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnEnabledWorkflowUsesIsNotDropped(t *testing.T) {
	for _, test := range []struct {
		wanted  []collection.Collection
		dropped []string
		want    []string // parts of the error message; none: the change is allowed
	}{
		{nil, []string{"customers"}, []string{"workflow sync: nodes[0].config.collection: there is no collection \"customers\"", "nodes[1].branches.do[0].config.collection"}},
		{[]collection.Collection{customers("email", "name")}, nil, []string{"workflow sync: nodes[1].branches.do[0].config.filter: ", `"plan"`}},
		{[]collection.Collection{customers("name", "plan")}, nil, []string{"nodes[0].config.values.email", "nodes[0].config.upsert"}},
		{[]collection.Collection{customers("email", "name", "plan", "more")}, nil, nil},
		{[]collection.Collection{{Name: "others"}}, nil, nil},
	} {
		c, _ := newWithCustomers(t)
		if err := publish(t, c, sync); err != nil {
			t.Fatal(err)
		}
		done := false
		alter := func() error { return c.Alter(test.wanted, test.dropped, func() error { done = true; return nil }) }
		err := alter()
		if done != (test.want == nil) || (err == nil) != done || err != nil && !fault.Is(err, fault.Conflict) {
			t.Errorf("%v: done %v, %v", test, done, err)
		}
		for _, part := range test.want {
			if !strings.Contains(fault.Message(err), part) {
				t.Errorf("%q does not say %q", fault.Message(err), part)
			}
		}
		if err := c.SetEnabled("sync", false); err != nil {
			t.Fatal(err)
		}
		if err := alter(); err != nil || !done {
			t.Errorf("a workflow that is off keeps what it uses: %v", err)
		}
	}
}

func TestAWorkflowIsNotSwitchedOnWhenWhatItUsesIsGone(t *testing.T) {
	c, s := newWithCustomers(t)
	if err := publish(t, c, sync); err != nil {
		t.Fatal(err)
	}
	if err := c.SetEnabled("sync", false); err != nil {
		t.Fatal(err)
	}
	s.defined = nil
	if err := c.SetEnabled("sync", true); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "customers") {
		t.Errorf("got %v", err)
	}
}

func TestWhatDidNotFitBeforeIsNoReasonToRefuseAChange(t *testing.T) {
	c, s := newWithCustomers(t)
	if err := publish(t, c, sync); err != nil {
		t.Fatal(err)
	}
	s.defined = nil // as an older version may have left it
	if err := c.MayAlter([]collection.Collection{{Name: "others"}}, nil); err != nil {
		t.Error(err)
	}
}
