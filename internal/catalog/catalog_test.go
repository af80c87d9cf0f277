package catalog_test

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/end"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// fakeStore is a store.Catalog in memory.
type fakeStore struct {
	store.Catalog
	current   map[string]store.Published
	revisions map[string]value.Value
	defined   []collection.Collection
	channels  map[string]store.Channel
	writes    int
}

func (s *fakeStore) Channels(ctx context.Context) ([]store.Channel, error) {
	var all []store.Channel
	for _, name := range slices.Sorted(maps.Keys(s.channels)) {
		all = append(all, s.channels[name])
	}
	return all, nil
}

func (s *fakeStore) ChangeChannels(put []store.Channel, drop []string) error {
	s.writes++
	for _, name := range drop {
		delete(s.channels, name)
	}
	for _, c := range put {
		s.channels[c.Name] = c
	}
	return nil
}

func (s *fakeStore) Workflows(ctx context.Context) ([]store.Published, error) {
	var all []store.Published
	for _, p := range s.current {
		all = append(all, p)
	}
	return all, nil
}

func (s *fakeStore) Publish(list []store.Publication) error {
	s.writes++
	for _, p := range list {
		s.current[p.Key] = p.Published
		s.revisions[p.Key+p.Revision] = p.Document
	}
	return nil
}

func (s *fakeStore) SetEnabled(key string, on bool) error {
	p := s.current[key]
	p.Enabled = on
	s.current[key] = p
	return nil
}

func (s *fakeStore) Revision(ctx context.Context, workflow, hash string) (value.Value, error) {
	if doc, ok := s.revisions[workflow+hash]; ok {
		return doc, nil
	}
	return value.Value{}, fault.New("test.Revision", fault.NotFound, "no such revision")
}

func (s *fakeStore) Collections(ctx context.Context) ([]collection.Collection, error) {
	return s.defined, nil
}

func (s *fakeStore) Redefine(d store.Redefinition) ([]collection.Change, error) {
	s.defined = append(s.defined, d.Wanted...)
	return nil, nil
}

// testCatalog is a catalog over a fakeStore. It records the changes that it was notified of.
type testCatalog struct {
	*catalog.Catalog
	store *fakeStore
	live  []string // keys of live workflows after the last change
}

func open(t *testing.T, s *fakeStore) *testCatalog {
	t.Helper()
	r := &testCatalog{store: s}
	r.Catalog = catalog.New(catalog.Options{
		Store: s, Known: known(), Now: clock.System().Now, Log: slog.New(slog.DiscardHandler),
		Check: func(wf flow.Workflow) error {
			if wf.Title == "unservable" {
				return fault.New("test", fault.Invalid, "the front door cannot serve this")
			}
			return nil
		},
	})
	r.OnChange(func(entries []*catalog.Entry) {
		r.live = nil
		for _, e := range entries {
			if e.Live() {
				r.live = append(r.live, e.Key)
			}
		}
	})
	if err := r.Load(); err != nil {
		t.Fatal(err)
	}
	return r
}

func fresh(t *testing.T) *testCatalog {
	return open(t, &fakeStore{current: map[string]store.Published{}, revisions: map[string]value.Value{}})
}

// load publishes files as a directory.
func (r *testCatalog) load(t *testing.T, prune bool, files map[string]string) (catalog.Report, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	bundle, problems := document.Load(fsys, "docs", known())
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	return r.Publish(catalog.Batch{Workflows: bundle.Workflows, Collections: bundle.Collections, Directory: true, Prune: prune})
}

// doc returns a workflow with a title and a path.
func doc(key, title, path string) string {
	text := "workflow: " + key + "\ntitle: " + title + "\ntrigger: {type: webhook, auth: none"
	if path != "" {
		text += `, path: "` + path + `"`
	}
	return text + "}\nnodes: [{key: done, type: end}]\n"
}

func TestOnlyWhatChangedIsPublished(t *testing.T) {
	r := fresh(t)
	if _, err := r.load(t, false, map[string]string{"a.yaml": doc("a", "one", ""), "b.yaml": doc("b", "one", "")}); err != nil {
		t.Fatal(err)
	}
	if err := r.SetEnabled("a", false); err != nil {
		t.Fatal(err)
	}
	report, err := r.load(t, false, map[string]string{"a.yaml": doc("a", "one", ""), "b.yaml": doc("b", "two", "")})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Changes) != 1 || report.Changes[0].Before.Get("title").Text() != `"one"` || report.Changes[0].After.Get("title").Text() != `"two"` {
		t.Errorf("changes: %+v", report.Changes)
	}
	report.Changes = nil
	if diff := cmp.Diff(catalog.Report{Published: []string{"b"}, Unchanged: []string{"a"}}, report); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(r.live, []string{"b"}) {
		t.Errorf("live: %v; what was switched off must stay off", r.live)
	}
}

func TestARemovedFileIsReportedAndSwitchedOffOnlyWhenPruned(t *testing.T) {
	for _, prune := range []bool{false, true} {
		r := fresh(t)
		if _, err := r.load(t, false, map[string]string{"a.yaml": doc("a", "one", ""), "b.yaml": doc("b", "one", "")}); err != nil {
			t.Fatal(err)
		}
		report, err := r.load(t, prune, map[string]string{"b.yaml": doc("b", "one", "")})
		if err != nil || !slices.Equal(report.Removed, []string{"a"}) || (len(report.Disabled) == 1) != prune {
			t.Errorf("prune %v: %+v, %v", prune, report, err)
		}
		if slices.Contains(r.live, "a") == prune {
			t.Errorf("prune %v: live %v", prune, r.live)
		}
	}
}

func TestContradictionsWithWhatIsPublishedAreRefusedWhole(t *testing.T) {
	r := fresh(t)
	if _, err := r.load(t, false, map[string]string{"a.yaml": doc("a", "one", "/x/{id}")}); err != nil {
		t.Fatal(err)
	}
	writes := r.store.writes
	_, err := r.Publish(batch(t, doc("b", "one", "/x/{name}")+"---\n"+doc("c", "one", "")))
	if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "a") {
		t.Fatalf("got %v", err)
	}
	_, err = r.Publish(batch(t, doc("d", "unservable", "")))
	if err == nil || !strings.Contains(fault.Message(err), "new.yaml:1") {
		t.Fatalf("got %v", err)
	}
	if r.store.writes != writes || !slices.Equal(r.live, []string{"a"}) {
		t.Errorf("something was written: %d, live %v", r.store.writes-writes, r.live)
	}
}

func TestSwitchingOnWhatContradictsAnotherIsRefused(t *testing.T) {
	r := fresh(t)
	if _, err := r.Publish(batch(t, doc("a", "one", "/x"))); err != nil {
		t.Fatal(err)
	}
	if err := r.SetEnabled("a", false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Publish(batch(t, doc("b", "one", "/x"))); err != nil {
		t.Fatal(err)
	}
	if err := r.SetEnabled("a", true); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if err := r.SetEnabled("nobody", true); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAGeneratedKeyStaysWithItsDocument(t *testing.T) {
	r := fresh(t)
	first, err := r.load(t, false, map[string]string{"a.yaml": "workflow:\n" + strings.SplitN(doc("", "one", ""), "\n", 2)[1]})
	if err != nil || len(first.Published) != 1 {
		t.Fatal(first, err)
	}
	again, err := r.load(t, false, map[string]string{"a.yaml": "workflow:\n" + strings.SplitN(doc("", "two", ""), "\n", 2)[1]})
	if err != nil || !slices.Equal(again.Published, first.Published) {
		t.Errorf("the key %v became %v: %v", first.Published, again.Published, err)
	}
}

func TestOldRevisionsStayRunnable(t *testing.T) {
	r := fresh(t)
	if _, err := r.Publish(batch(t, doc("a", "one", ""))); err != nil {
		t.Fatal(err)
	}
	e, err := r.Find("a")
	if err != nil {
		t.Fatal(err)
	}
	old := e.Revision
	if _, err := r.Publish(batch(t, doc("a", "two", ""))); err != nil {
		t.Fatal(err)
	}
	again := open(t, r.store) // as after a restart
	for _, c := range []*catalog.Catalog{r.Catalog, again.Catalog} {
		compiled, err := c.Program("a", old)
		if err != nil || compiled.Workflow.Title != "one" || compiled.Workflow.Revision != old {
			t.Errorf("got %+v, %v", compiled, err)
		}
	}
	if _, err := r.Program("a", "nonsense"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAWorkflowOfAnotherVersionTakesNoCallsAndIsNamed(t *testing.T) {
	s := &fakeStore{current: map[string]store.Published{}, revisions: map[string]value.Value{}}
	s.current["a"] = store.Published{Key: "a", Enabled: true, Revision: "r",
		Document: value.Trusted(`{"workflow":"a","trigger":{"type":"webhook"},"nodes":[{"key":"x","type":"teleport"}]}`)}
	r := open(t, s)
	e, err := r.Find("a")
	if err != nil || e.Live() || !strings.Contains(e.Broken, "teleport") || len(r.live) != 0 {
		t.Fatalf("%+v, %v", e, err)
	}
	if err := r.SetEnabled("a", true); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
}

// batch returns documents that do not come from a directory.
func batch(t *testing.T, text string) catalog.Batch {
	t.Helper()
	bundle, problems := document.LoadFiles(fstest.MapFS{"new.yaml": &fstest.MapFile{Data: []byte(text)}}, "", []string{"new.yaml"}, known())
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	return catalog.Batch{Workflows: bundle.Workflows, Collections: bundle.Collections}
}

func known() document.Known {
	return document.Known{Kinds: node.NewSet(end.New()), Presets: verify.NewSet()}
}
