package storetest

import (
	"testing"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func (w *harness) published(key, revision string) store.Published {
	return store.Published{
		Key: key, Enabled: true, Revision: revision, Source: key + ".yaml", UpdatedAt: w.now(), FileRevision: revision,
		Document:    value.Trusted(`{"workflow":"` + key + `","revision":"` + revision + `","n":1.0}`),
		PublishedAt: w.now(), PublishedBy: "ключ@example.com", Note: "why \"" + revision + `"`,
	}
}

// publish publishes without conditions.
func (w *harness) publish(list ...store.Published) error {
	publications := make([]store.Publication, len(list))
	for i, p := range list {
		publications[i] = store.Publication{Published: p, Origin: p.Source, Replaces: store.AnyVersion}
	}
	return w.Publish(publications)
}

// has checks which workflows are published.
func (w *harness) has(want ...store.Published) {
	w.Helper()
	list, err := w.Workflows(w.Context())
	w.ok(err)
	w.same("number of workflows", len(list), len(want))
	for i := range want {
		w.same("workflow", list[i], want[i])
	}
}

// at returns the workflow with the number of its current version.
func at(version int64, p store.Published) store.Published {
	p.Version = version
	return p
}

func testCatalog(t *testing.T, d Driver) {
	t.Run("what is published is current, and old revisions stay", func(t *testing.T) {
		w := newHarness(t, d)
		w.has()
		a1, b1 := w.published("a", "1"), w.published("b", "1")
		w.ok(w.publish(b1, a1))
		w.clock.Advance(time.Minute)
		a2 := w.published("a", "2")
		a2.Enabled = false
		w.ok(w.publish(a2))
		w.reopen()
		w.has(at(2, a2), at(1, b1))
		for _, p := range []store.Published{a1, a2, b1} {
			doc, err := w.Revision(t.Context(), p.Key, p.Revision)
			w.ok(err)
			w.same("document", doc, p.Document)
		}
		_, err := w.Revision(t.Context(), "b", "2")
		w.fails(err, fault.NotFound)
		w.ok(w.publish(a1)) // back to an old revision
		w.has(at(3, a1), at(1, b1))
	})

	t.Run("workflows are switched on and off", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.publish(w.published("a", "1")))
		for _, on := range []bool{false, true} {
			w.ok(w.SetEnabled("a", on))
			list, err := w.Workflows(t.Context())
			w.ok(err)
			w.same("enabled", list[0].Enabled, on)
		}
		w.fails(w.SetEnabled("b", true), fault.NotFound)
	})

	t.Run("what is not whole is refused, and nothing of it is written", func(t *testing.T) {
		w := newHarness(t, d)
		bad := w.published("b", "1")
		bad.Document = value.Value{}
		w.fails(w.publish(w.published("a", "1"), bad), fault.Invalid)
		list, err := w.Workflows(t.Context())
		w.ok(err)
		w.same("workflows", len(list), 0)
	})
}

func testCollections(t *testing.T, d Driver) {
	define := func(w *harness, fields ...collection.Field) error {
		return w.define([]collection.Collection{{Name: "people", Fields: fields}})
	}
	name := collection.Field{Name: "name", Type: collection.String}
	create := func(w *harness, values string) *collection.Violation {
		return w.outcome(w.creating(w.accepted().Execution.ID, 1, values)).Violation
	}

	t.Run("definitions are kept in their order", func(t *testing.T) {
		w := newHarness(t, d)
		other := collection.Collection{Name: "a_list", Fields: []collection.Field{name}}
		w.ok(w.define([]collection.Collection{people(), other}))
		w.ok(w.define([]collection.Collection{people()})) // defined again: nothing changes
		w.reopen()
		list, err := w.Collections(t.Context())
		w.ok(err)
		w.same("collections", list, []collection.Collection{other, people()})
	})

	t.Run("a new field gives old records its default", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(define(w, name))
		w.same("violation", create(w, `{"name":"a"}`), (*collection.Violation)(nil))
		w.ok(define(w, collection.Field{Name: "level", Type: collection.Integer, Required: true, Default: value.Int(7)}, name,
			collection.Field{Name: "quote", Type: collection.Text, Default: value.String(`it's "x"`)},
			collection.Field{Name: "ratio", Type: collection.Number, Default: value.Trusted("0.1")},
			collection.Field{Name: "free", Type: collection.JSON}))
		w.same("violation", create(w, `{"name":"b","level":8}`), (*collection.Violation)(nil))
		list := w.records()
		for i, want := range []string{`{"level":8,"name":"b"`, `{"level":7,"name":"a"`} {
			want += `,"quote":"it's \"x\"","ratio":0.1,"free":null}`
			got := list[i].JSON
			var b value.ObjectBuilder
			for _, f := range []string{"level", "name", "quote", "ratio", "free"} {
				b.Set(f, got.Get(f))
			}
			w.same("record", b.Value().Text(), want)
		}
	})

	t.Run("ids go on after a restart and after a change", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(define(w, name))
		create(w, `{}`)
		w.reopen()
		w.begin()
		create(w, `{}`)
		w.ok(define(w, name, collection.Field{Name: "more", Type: collection.String}))
		create(w, `{}`)
		list := w.records()
		w.same("ids", []int64{list[0].ID, list[1].ID, list[2].ID}, []int64{3, 2, 1})
	})

	for what, c := range map[string]struct {
		before  []collection.Field
		records []string
		after   []collection.Field
	}{
		"drop a field":                  {[]collection.Field{name}, nil, nil},
		"lose what does not fit a type": {[]collection.Field{name}, []string{`{"name":"7"}`, `{"name":"a"}`}, []collection.Field{{Name: "name", Type: collection.Integer}}},
		"require what is not there":     {[]collection.Field{name}, []string{`{}`}, []collection.Field{{Name: "name", Type: collection.String, Required: true}}},
		"add a required field":          {[]collection.Field{name}, []string{`{}`}, []collection.Field{name, {Name: "x", Type: collection.String, Required: true}}},
		"make unique what stands twice": {[]collection.Field{name}, []string{`{"name":"a"}`, `{"name":"a"}`}, []collection.Field{{Name: "name", Type: collection.String, Unique: true}}},
	} {
		t.Run("a change that would "+what+" is a conflict and changes nothing", func(t *testing.T) {
			w := newHarness(t, d)
			w.ok(define(w, c.before...))
			for _, r := range c.records {
				create(w, r)
			}
			before := w.records()
			second := collection.Collection{Name: "other", Fields: []collection.Field{name}}
			w.fails(w.define([]collection.Collection{second, {Name: "people", Fields: c.after}}), fault.Conflict)
			list, err := w.Collections(t.Context())
			w.ok(err)
			w.same("collections", list, []collection.Collection{{Name: "people", Fields: c.before}})
			w.same("records", w.records(), before)
			w.same("still takes records", create(w, `{"name":"new"}`), (*collection.Violation)(nil))
		})
	}

	t.Run("rules may change where no record breaks them", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(define(w, name))
		create(w, `{"name":"a"}`)
		w.ok(define(w, collection.Field{Name: "name", Type: collection.String, Required: true, Unique: true}))
		for values, code := range map[string]string{`{"name":"a"}`: collection.CodeUnique, `{}`: collection.CodeRequired} {
			if v := create(w, values); v == nil || v.Code != code {
				t.Fatalf("%s: violation is %+v", values, v)
			}
		}
		w.ok(define(w, name))
		w.same("free again", create(w, `{"name":"a"}`), (*collection.Violation)(nil))
	})

	t.Run("a definition that is wrong is refused with its field", func(t *testing.T) {
		w := newHarness(t, d)
		err := define(w, collection.Field{Name: `x"; drop`, Type: collection.String})
		w.fails(err, fault.Invalid)
	})
}
