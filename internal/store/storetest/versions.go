package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// versions returns the numbers and revisions of all versions, read in pages.
func (w *harness) versions(key string, limit int) (list []string) {
	w.Helper()
	before := int64(0)
	for {
		page, err := w.Versions(w.Context(), key, before, limit)
		w.ok(err)
		for _, v := range page {
			w.same("document in a list", v.Document.IsMissing(), true)
			list = append(list, fmt.Sprint(v.Number, " ", v.Revision))
			before = v.Number
		}
		if len(page) < limit {
			return list
		}
	}
}

func testVersions(t *testing.T, d Driver) {
	t.Run("a revision that is saved is no version", func(t *testing.T) {
		w := newHarness(t, d)
		for range 2 {
			w.ok(w.SaveRevision("a", "tested", value.Trusted(`{"n":1.0}`)))
		}
		doc, err := w.Revision(w.Context(), "a", "tested")
		w.ok(err)
		w.same("document", doc.Text(), `{"n":1.0}`)
		w.same("versions", len(w.versions("a", 2)), 0)
		all, err := w.Workflows(w.Context())
		w.ok(err)
		w.same("workflows", len(all), 0)
		w.ok(w.publish(w.published("a", "tested")))
		w.same("after it is published", w.versions("a", 2), []string{"1 tested"})
		w.fails(w.SaveRevision("a", "", value.Null()), fault.Invalid)
		w.fails(w.SaveRevision("", "x", value.Null()), fault.Invalid)
		w.fails(w.SaveRevision("a", "x", value.Value{}), fault.Invalid)
	})
	t.Run("each publication of another revision is a version", func(t *testing.T) {
		w := newHarness(t, d)
		w.same("of none", len(w.versions("a", 2)), 0)
		for _, revision := range []string{"x", "y", "y", "x", "z"} { // the same again is no version
			w.clock.Advance(time.Minute)
			w.ok(w.publish(w.published("a", revision), w.published("b", "x")))
		}
		w.reopen()
		w.same("versions", w.versions("a", 2), []string{"4 z", "3 x", "2 y", "1 x"})
		w.same("versions of another", w.versions("b", 2), []string{"1 x"})
		v, err := w.Version(t.Context(), "a", 4)
		w.ok(err)
		p := w.published("a", "z")
		w.same("version", v, store.Version{
			Workflow: "a", Number: 4, Revision: "z", PublishedAt: w.now(), PublishedBy: p.PublishedBy, Note: p.Note, Origin: "a.yaml", Document: p.Document,
		})
		for _, number := range []int64{0, -1, 5} {
			_, err = w.Version(t.Context(), "a", number)
			w.fails(err, fault.NotFound)
		}
		for _, limit := range []int{0, -1, store.MaxPage + 1} {
			_, err = w.Versions(t.Context(), "a", 0, limit)
			w.fails(err, fault.Invalid)
		}
	})

	t.Run("a condition that does not hold refuses the whole write", func(t *testing.T) {
		w := newHarness(t, d)
		first := store.Publication{Published: w.published("a", "1")} // Replaces is 0: there is none
		w.ok(w.Publish([]store.Publication{first}))
		draft, err := w.PutDraft(store.Draft{Workflow: "a", Base: 1, Document: value.Trusted(`{}`)}, 0)
		w.ok(err)
		next := store.Publication{Published: w.published("a", "2"), Replaces: 1, Draft: draft.Version}
		other := store.Publication{Published: w.published("b", "1")}
		for what, change := range map[string]func(*store.Publication){
			"it is published":       func(p *store.Publication) { p.Replaces = 0 },
			"another version":       func(p *store.Publication) { p.Replaces = 2 },
			"another draft":         func(p *store.Publication) { p.Draft++ },
			"no draft":              func(p *store.Publication) { p.Key = "b"; p.Replaces = 0 },
			"it is not there":       func(p *store.Publication) { p.Key, p.Draft = "c", 0 },
			"no draft of that name": func(p *store.Publication) { p.Key, p.Replaces = "c", store.AnyVersion },
		} {
			bad := next
			change(&bad)
			if err := w.Publish([]store.Publication{other, bad}); !fault.Is(err, fault.Conflict) {
				t.Fatalf("%s: error is %v", what, err)
			}
			w.has(at(1, first.Published))
			_, err := w.Draft(t.Context(), "a")
			w.ok(err)
		}
		w.ok(w.Publish([]store.Publication{other, next}))
		w.has(at(2, next.Published), at(1, other.Published))
		_, err = w.Draft(t.Context(), "a")
		w.fails(err, fault.NotFound)
	})

	t.Run("of many publishers that replace the same version, one wins", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.publish(w.published("a", "0")))
		const publishers = 8
		errs := make([]error, publishers)
		var all sync.WaitGroup
		for i := range publishers {
			all.Go(func() {
				errs[i] = w.Publish([]store.Publication{{Published: w.published("a", fmt.Sprint("by ", i)), Replaces: 1}})
			})
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			w.fails(err, fault.Conflict)
		}
		w.same("winners", won, 1)
		w.same("versions", len(w.versions("a", 10)), 2)
	})

	t.Run("a deleted workflow leaves its history", func(t *testing.T) {
		w := newHarness(t, d)
		p := w.published("github-push", "0123456789abcdef0123456789abcdef")
		w.ok(w.publish(p, w.published("other", "1")))
		done := w.end(flow.Succeeded)
		_, err := w.PutDraft(store.Draft{Workflow: p.Key, Base: 1, Document: p.Document}, 0)
		w.ok(err)
		w.ok(w.PutSample(p.Key, store.Sample{Request: w.delivery(hook.Accepted).Request}))
		w.ok(w.DeleteWorkflow(p.Key))
		w.fails(w.DeleteWorkflow(p.Key), fault.NotFound)
		w.reopen()
		w.has(at(1, w.published("other", "1")))
		_, err = w.Draft(t.Context(), p.Key)
		w.fails(err, fault.NotFound)
		_, err = w.Sample(t.Context(), p.Key)
		w.fails(err, fault.NotFound)
		w.same("versions", w.versions(p.Key, 5), []string{"1 " + p.Revision})
		doc, err := w.Revision(t.Context(), p.Key, p.Revision)
		w.ok(err)
		w.same("document", doc, p.Document)
		w.same("execution", w.load(done).Execution.Workflow, p.Key)
		w.fails(w.SetEnabled(p.Key, true), fault.NotFound)
		w.ok(w.publish(p)) // the numbers go on
		w.same("versions", w.versions(p.Key, 5), []string{"2 " + p.Revision, "1 " + p.Revision})
	})

	t.Run("a workflow that was never published is deleted with its draft", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.PutDraft(store.Draft{Workflow: "a", Document: value.Trusted(`1`)}, 0)
		w.ok(err)
		w.ok(w.DeleteWorkflow("a"))
		w.fails(w.DeleteWorkflow("a"), fault.NotFound)
	})

	t.Run("what a file contains is noted without publishing", func(t *testing.T) {
		w := newHarness(t, d)
		p := w.published("a", "1")
		w.ok(w.publish(p))
		w.clock.Advance(time.Minute)
		w.ok(w.SetSource("a", "other.yaml", "2"))
		p.Source, p.FileRevision = "other.yaml", "2"
		w.has(at(1, p))
		w.fails(w.SetSource("b", "b.yaml", "1"), fault.NotFound)
	})
}
