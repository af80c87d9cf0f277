package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

func (w *harness) draft(key, text string) store.Draft {
	return store.Draft{
		Workflow: key, Base: 3, Document: value.Trusted(text),
		CreatedAt: w.now(), CreatedBy: "ключ", ChangedAt: w.now(), ChangedBy: "ключ",
	}
}

// put writes a draft that must be accepted.
func (w *harness) put(d store.Draft, have int64) store.Draft {
	w.Helper()
	out, err := w.PutDraft(d, have)
	w.ok(err)
	return out
}

func testDrafts(t *testing.T, d Driver) {
	// is checks which draft of a workflow is stored.
	is := func(w *harness, want store.Draft) {
		w.Helper()
		got, err := w.Draft(w.Context(), want.Workflow)
		w.ok(err)
		w.same("draft", got, want)
	}

	t.Run("a draft is kept as written, also if it is no workflow", func(t *testing.T) {
		w := newHarness(t, d)
		for i, text := range []string{`{"workflow":"a", "n":1.0,"é":"\u003c"}`, `null`, `[1,2]`, `"text"`} {
			key := fmt.Sprint("key ", i, " '\"\x00é")
			want := w.draft(key, text)
			got := w.put(want, 0)
			want.Version = got.Version
			w.same("written", got, want)
			is(w, want)
		}
		w.reopen()
		list, err := w.Drafts(t.Context())
		w.ok(err)
		w.same("drafts", len(list), 4)
		for i, one := range list {
			w.same("workflow", one.Workflow, fmt.Sprint("key ", i, " '\"\x00é"))
			w.same("document in a list", one.Document.IsMissing(), true)
			w.same("changed by", one.ChangedBy, "ключ")
		}
		_, err = w.Draft(t.Context(), "nope")
		w.fails(err, fault.NotFound)
	})

	t.Run("who has read another version changes nothing, and gets the stored draft", func(t *testing.T) {
		w := newHarness(t, d)
		if _, err := w.PutDraft(w.draft("a", `1`), 7); !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
		first := w.put(w.draft("a", `1`), 0)
		w.clock.Advance(time.Minute)
		change := w.draft("a", `2`)
		change.ChangedBy = "second"
		second := w.put(change, first.Version)
		w.same("created at", second.CreatedAt, first.CreatedAt)
		w.same("created by", second.CreatedBy, "ключ")
		if second.Version <= first.Version {
			t.Fatalf("version %d follows %d", second.Version, first.Version)
		}
		for _, have := range []int64{0, first.Version, second.Version + 1} {
			got, err := w.PutDraft(w.draft("a", `3`), have)
			w.fails(err, fault.Conflict)
			w.same("the stored draft", got, second)
			if have != 0 {
				w.fails(w.DropDraft("a", have), fault.Conflict)
			}
			is(w, second)
		}
		w.same("written again", w.put(change, first.Version), second) // its answer was lost
		third := w.put(w.draft("a", `3`), store.AnyVersion)
		is(w, third)
		w.ok(w.DropDraft("a", third.Version))
		w.fails(w.DropDraft("a", third.Version), fault.NotFound)
		w.reopen()
		fourth := w.put(w.draft("a", `3`), 0)
		if fourth.Version <= third.Version {
			t.Fatalf("version %d was given out after %d", fourth.Version, third.Version)
		}
		w.ok(w.DropDraft("a", store.AnyVersion))
	})

	t.Run("a draft without times gets those of the write", func(t *testing.T) {
		w := newHarness(t, d)
		got := w.put(store.Draft{Workflow: "a", Document: value.Trusted(`1`), ChangedBy: "me"}, 0)
		want := store.Draft{Workflow: "a", Version: got.Version, Document: value.Trusted(`1`), CreatedAt: w.now(), CreatedBy: "me", ChangedAt: w.now(), ChangedBy: "me"}
		w.same("draft", got, want)
		is(w, want)
	})

	t.Run("a draft that is too large or not whole is refused", func(t *testing.T) {
		w := newHarness(t, d)
		text := func(size int) string { return `"` + strings.Repeat("x", size-2) + `"` }
		largest := w.put(w.draft("a", text(store.MaxDraft)), 0)
		is(w, largest)
		for want, bad := range map[fault.Kind]store.Draft{
			fault.TooLarge: w.draft("a", text(store.MaxDraft+1)),
			fault.Invalid:  {Workflow: "a"},
		} {
			_, err := w.PutDraft(bad, largest.Version)
			w.fails(err, want)
		}
		_, err := w.PutDraft(w.draft("", `1`), 0)
		w.fails(err, fault.Invalid)
		is(w, largest)
	})
}

func testSamples(t *testing.T, d Driver) {
	sample := func(w *harness) store.Sample {
		call := w.delivery(hook.Accepted)
		call.Request.Files = []hook.File{{Name: "f", Filename: "ключ.txt", Type: "text/plain", Size: 3, SHA256: strings.Repeat("ab", 32)}}
		return store.Sample{Request: call.Request, Delivery: call.ID, SetAt: w.now(), SetBy: "ключ"}
	}
	is := func(w *harness, key string, want store.Sample) {
		w.Helper()
		got, err := w.Sample(w.Context(), key)
		w.ok(err)
		w.same("sample", got, want)
	}

	t.Run("a sample is kept as it arrived, with and without a draft", func(t *testing.T) {
		w := newHarness(t, d)
		_, err := w.Sample(t.Context(), "a")
		w.fails(err, fault.NotFound)
		a := sample(w)
		w.ok(w.PutSample("a", a))
		draft := w.put(w.draft("b", `1`), 0)
		b := sample(w)
		b.Request.Opened, b.Delivery, b.Request.Body = []byte{}, 0, nil
		w.ok(w.PutSample("b", b))
		w.same("a new version", w.put(w.draft("b", `1`), draft.Version).Version, draft.Version)
		w.reopen()
		is(w, "a", a)
		is(w, "b", b)
		a.Request.Body, a.SetBy = []byte("other"), "second"
		w.ok(w.PutSample("a", a))
		is(w, "a", a)
		w.ok(w.DropDraft("b", draft.Version))
		is(w, "b", b)
		w.ok(w.DropSample("b"))
		w.ok(w.DropSample("b"))
		_, err = w.Sample(t.Context(), "b")
		w.fails(err, fault.NotFound)
	})

	t.Run("the body is in the sample, wherever the delivery keeps it", func(t *testing.T) {
		w := newHarness(t, d)
		s := sample(w)
		s.Request.Stored, s.SetAt = strings.Repeat("cd", 32), time.Time{}
		w.ok(w.PutSample("a", s))
		s.Request.Stored, s.SetAt = "", w.now()
		is(w, "a", s)
	})

	t.Run("a sample that is too large or not whole is refused", func(t *testing.T) {
		w := newHarness(t, d)
		s := sample(w)
		w.ok(w.PutSample("a", s))
		large, nothing := s, s
		large.Request.Body, large.Request.Opened = make([]byte, store.MaxSample-1), make([]byte, 2)
		nothing.Request.Method = ""
		w.fails(w.PutSample("a", large), fault.TooLarge)
		w.fails(w.PutSample("a", nothing), fault.Invalid)
		w.fails(w.PutSample("", s), fault.Invalid)
		is(w, "a", s)
	})
}

// draftWorkload returns the writes of editors for the workload of testFaults.
func (w *harness) draftWorkload(n int) (tries []*attempt) {
	w.Helper()
	add := func(name string, write func() error, found func() (bool, error)) {
		tries = append(tries, &attempt{name: name, write: write, found: found})
	}
	name := func(what string) string { return fmt.Sprintf("%s-%d", what, n) }
	stored := func(key, text string) func() (bool, error) {
		return func() (bool, error) {
			d, err := w.Draft(w.Context(), key)
			found, err := presence(err)
			return found && d.Document.Text() == text, err
		}
	}

	edited := w.put(w.draft(name("edited"), `1`), 0)
	add("draft", func() error { _, err := w.PutDraft(w.draft(edited.Workflow, `2`), edited.Version); return err }, stored(edited.Workflow, `2`))
	add("new draft", func() error { _, err := w.PutDraft(w.draft(name("new"), `1`), 0); return err }, stored(name("new"), `1`))
	sample := store.Sample{Request: w.delivery(hook.Accepted).Request}
	add("sample", func() error { return w.PutSample(name("sample"), sample) }, func() (bool, error) {
		_, err := w.Sample(w.Context(), name("sample"))
		return presence(err)
	})

	ready := w.put(w.draft(name("ready"), `1`), 0)
	add("publish a draft", func() error {
		return w.Publish([]store.Publication{{Published: w.published(ready.Workflow, "1"), Draft: ready.Version}})
	}, func() (bool, error) { return w.movedOn(ready.Workflow, 1) })

	gone := name("gone")
	w.ok(w.publish(w.published(gone, "1")))
	w.put(w.draft(gone, `1`), 0)
	add("delete a workflow", func() error { return w.DeleteWorkflow(gone) }, func() (bool, error) {
		there, err := w.isPublished(gone)
		draft, also := presence(draftError(w, gone))
		if err == nil && also == nil && there != draft {
			return false, fmt.Errorf("of %s the workflow is there: %v, its draft: %v", gone, there, draft)
		}
		return !there, err
	})
	return tries
}

func draftError(w *harness, key string) error {
	_, err := w.Draft(w.Context(), key)
	return err
}

// movedOn reports whether a workflow is published with so many versions and has no draft. A part of it is an error.
func (w *harness) movedOn(key string, versions int) (bool, error) {
	list, err := w.Versions(w.Context(), key, 0, 10)
	if err != nil {
		return false, err
	}
	current, err := w.isPublished(key)
	if err != nil {
		return false, err
	}
	draft, err := presence(draftError(w, key))
	if current == draft || current != (len(list) == versions) {
		return false, fmt.Errorf("%s is published in part: current %v, draft %v, versions %d", key, current, draft, len(list))
	}
	return current, err
}

func (w *harness) isPublished(key string) (bool, error) {
	list, err := w.Workflows(w.Context())
	for _, p := range list {
		if p.Key == key {
			return true, err
		}
	}
	return false, err
}
