package storetest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// snapshotBodies is the number of large deliveries in the store before a snapshot, so that it takes a while.
const snapshotBodies = 150

func testSnapshots(t *testing.T, d Driver) {
	if d.Snapshots == nil {
		return
	}
	t.Run("a snapshot under load has what was answered before, and nothing in part", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken"}`))
		for range snapshotBodies {
			a := w.call(0)
			a.Delivery.Request.Body = bytes.Repeat([]byte("body "), 10_000)
			w.ok(w.accept(a))
		}
		before := w.workload(1)
		atOnce(before)
		// Only one of the writes under way may change the data key.
		changesKey := func(a *attempt) bool { return strings.HasPrefix(a.name, resealing) }
		during := slices.Concat(w.workload(2), slices.DeleteFunc(w.workload(3), changesKey), slices.DeleteFunc(w.workload(4), changesKey))
		var writing sync.WaitGroup
		writing.Go(func() { atOnce(during) })
		path := filepath.Join(w.snapshotDir(), d.Snapshots.File)
		w.ok(w.snapshot(w.Context(), path))
		writing.Wait()
		w.inspected(path)
		w.asStore(filepath.Dir(path), func() {
			for _, a := range before {
				w.ok(a.err)
				w.checkResult(a, "in the snapshot")
			}
			for _, a := range during {
				w.ok(a.err)
				if _, err := a.found(); err != nil {
					w.Fatalf("in the snapshot: %s: %v", a.name, err)
				}
			}
			w.backlog(int64(w.unfinished()))
		})
		for _, a := range slices.Concat(before, during) {
			w.checkResult(a, "after the snapshot")
		}
	})

	t.Run("a snapshot of a stopped store, also of one that crashed", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		crashed := w.copyFiles()
		path := filepath.Join(w.snapshotDir(), d.Snapshots.File)
		w.fails(d.Snapshots.Copy(w.dir, path), fault.Conflict)
		w.fails(d.Snapshots.Copy(w.TempDir(), path), fault.NotFound)
		w.ok(w.Close())
		for _, dir := range []string{w.dir, crashed} {
			path := filepath.Join(w.snapshotDir(), d.Snapshots.File)
			w.ok(d.Snapshots.Copy(dir, path))
			w.inspected(path)
			w.asStore(filepath.Dir(path), func() { w.load(id) })
		}
	})

	t.Run("a snapshot names its blobs", func(t *testing.T) {
		if d.Blobs == nil {
			return
		}
		w := newHarness(t, d)
		a, list := w.storing("a body", "a file")
		w.ok(w.accept(a))
		w.unpin(list)
		path := filepath.Join(w.snapshotDir(), d.Snapshots.File)
		w.ok(w.snapshot(w.Context(), path))
		want := []string{list[0].SHA256, list[1].SHA256}
		slices.Sort(want)
		w.same("blobs", w.inspected(path), want)
	})

	t.Run("what ends a snapshot leaves the store as it is", func(t *testing.T) {
		w := newHarness(t, d)
		w.accepted()
		over, cancel := context.WithCancel(w.Context())
		cancel()
		w.fails(w.snapshot(over, filepath.Join(w.TempDir(), "a")), fault.Unavailable)
		if w.snapshot(w.Context(), filepath.Join(w.TempDir(), "no folder", "a")) == nil {
			t.Error("a snapshot was written to nowhere")
		}
		w.accepted()
		w.ok(w.snapshot(w.Context(), filepath.Join(w.TempDir(), "a")))
		w.ok(w.Close())
		w.fails(w.snapshot(w.Context(), filepath.Join(w.TempDir(), "a")), fault.Unavailable)
	})

	t.Run("a damaged snapshot is found", func(t *testing.T) {
		w := newHarness(t, d)
		w.accepted()
		path := filepath.Join(w.TempDir(), d.Snapshots.File)
		w.ok(w.snapshot(w.Context(), path))
		whole, err := os.ReadFile(path)
		w.ok(err)
		for name, content := range map[string][]byte{
			"cut":         whole[:len(whole)/2],
			"empty":       nil,
			"text":        []byte("not a database"),
			"overwritten": slices.Concat(whole[:len(whole)/2], make([]byte, len(whole)-len(whole)/2)),
		} {
			w.ok(os.WriteFile(path, content, 0o600))
			if _, err := d.Snapshots.Inspect(path, true, func(string) error { return nil }); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// snapshot calls the store's Snapshot.
func (w *harness) snapshot(ctx context.Context, path string) error {
	w.Helper()
	s, ok := w.Store.(store.Snapshots)
	if !ok {
		w.Fatal("the driver has Snapshots, and its store has no Snapshot")
	}
	return s.Snapshot(ctx, path)
}

// snapshotDir returns a new directory for a snapshot. In it is what the driver expects beside its database.
func (w *harness) snapshotDir() string {
	w.Helper()
	dir := w.TempDir()
	w.ok(os.MkdirAll(filepath.Join(w.dir, "blobs"), 0o700))
	w.ok(os.CopyFS(filepath.Join(dir, "blobs"), os.DirFS(filepath.Join(w.dir, "blobs"))))
	return dir
}

// inspected checks a snapshot and returns the blobs that it names.
func (w *harness) inspected(path string) (blobs []string) {
	w.Helper()
	version, err := w.driver.Snapshots.Inspect(path, true, func(sha256 string) error {
		blobs = append(blobs, sha256)
		return nil
	})
	w.ok(err)
	if version < 1 {
		w.Fatalf("the schema has version %d", version)
	}
	return blobs
}

// asStore runs f with a snapshot as the store.
func (w *harness) asStore(dir string, f func()) {
	w.Helper()
	live, blobs := w.Store, w.blobs
	w.Store, w.blobs = w.openIn(dir, Options{Clock: w.clock})
	f()
	w.ok(w.Close())
	w.Store, w.blobs = live, blobs
}
