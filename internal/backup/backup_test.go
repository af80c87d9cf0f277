package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/backup"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/store/sqlite"
)

// noon is the time at which every backup is made.
func noon() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

// data is a data directory with a store that names two blobs.
type data struct {
	testing.TB
	dir      string
	blobs    *blobdir.Dir
	names    []string // of the blobs
	delivery ident.ID
	snapshot string
}

func newData(t testing.TB) *data {
	t.Helper()
	d := &data{TB: t, dir: t.TempDir(), delivery: 77}
	var err error
	d.blobs, err = blobdir.Open(filepath.Join(d.dir, "blobs"), blobdir.Options{})
	d.ok(err)
	s, err := sqlite.Driver(nil).Open(store.Config{Dir: d.dir, Blobs: d.blobs, Reserve: -1})
	d.ok(err)
	req := hook.Request{Method: "POST", Path: "/api/webhooks/a", ReceivedAt: noon(), Body: []byte("{}")}
	for _, content := range []string{"one file", strings.Repeat("another file ", 1000)} {
		w, err := d.blobs.Create()
		d.ok(err)
		_, err = io.WriteString(w, content)
		d.ok(err)
		b, err := w.Keep()
		d.ok(err)
		req.Files = append(req.Files, hook.File{Name: "f", SHA256: b.SHA256, Size: b.Size})
		d.names = append(d.names, b.SHA256)
	}
	_, err = s.Accept(store.Accept{
		Delivery:  hook.Delivery{ID: d.delivery, Workflow: "a", Request: req, Outcome: hook.Accepted, Execution: 78},
		Execution: flow.Execution{ID: 78, Workflow: "a", Revision: "r", Delivery: d.delivery, Mode: flow.Async, Status: flow.Queued, CreatedAt: noon()},
	})
	d.ok(err)
	d.snapshot = filepath.Join(t.TempDir(), "snapshot")
	d.ok(s.(store.Snapshots).Snapshot(t.Context(), d.snapshot))
	d.ok(s.Close())
	return d
}

func (d *data) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// source describes the backup of the data.
func (d *data) source() backup.Source {
	d.Helper()
	s := backup.Source{
		Hookline: "v1", CreatedAt: noon(), Store: "SQLite", Database: d.snapshot, Name: sqlite.Driver(nil).Snapshots.File, Open: d.blobs.Open,
	}
	var err error
	s.Schema, err = sqlite.Driver(nil).Snapshots.Inspect(d.snapshot, false, func(sum string) error {
		s.Blobs = append(s.Blobs, sum)
		return nil
	})
	d.ok(err)
	return s
}

// archive returns a backup of the data.
func (d *data) archive(change func(*backup.Source)) []byte {
	d.Helper()
	s := d.source()
	if change != nil {
		change(&s)
	}
	var b bytes.Buffer
	_, err := backup.Write(d.Context(), &b, s)
	d.ok(err)
	return b.Bytes()
}

// target returns a new directory to restore to.
func target(t *testing.T) backup.Target {
	return backup.Target{
		Dir: filepath.Join(t.TempDir(), "restored"), Store: "SQLite", Snapshots: sqlite.Driver(nil).Snapshots, BlobsDir: "blobs",
		Blobs: func(path string) (store.Blobs, error) { return blobdir.Open(path, blobdir.Options{}) },
		Free:  func(string) (int64, bool) { return 1 << 30, true },
	}
}

// content returns every file below a directory; nil if there is none.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if e.IsDir() {
			all[name] = "directory"
			return nil
		}
		text, err := os.ReadFile(path)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// refused checks that a backup is refused with an error for people, and that nothing of it is left.
func refused(t *testing.T, archive []byte, kinds ...fault.Kind) error {
	t.Helper()
	to := target(t)
	_, err := backup.Restore(t.Context(), bytes.NewReader(archive), to)
	if err == nil || fault.Message(err) == "internal error" {
		t.Errorf("the backup was not refused: %v", err)
	}
	if left := content(t, to.Dir); left != nil {
		t.Errorf("a refused backup left %d files", len(left))
	}
	for _, kind := range kinds {
		if !fault.Is(err, kind) {
			t.Errorf("the error is of kind %v, want %v: %v", fault.KindOf(err), kind, err)
		}
	}
	return err
}

func TestABackupIsRestoredAsItWas(t *testing.T) {
	t.Parallel()
	d := newData(t)
	for _, zipped := range []bool{false, true} {
		to := target(t)
		m, err := backup.Restore(t.Context(), bytes.NewReader(d.archive(func(s *backup.Source) { s.Gzip = zipped })), to)
		d.ok(err)
		if m.Hookline != "v1" || !m.CreatedAt.Equal(noon()) || m.Blobs != 2 || m.Schema < 1 {
			t.Errorf("%+v", m)
		}
		for name, text := range content(t, to.Dir) {
			if text != "directory" && name != to.Snapshots.File && content(t, d.dir)[name] != text {
				t.Errorf("%s was not there before", name)
			}
		}
		blobs, err := blobdir.Open(filepath.Join(to.Dir, "blobs"), blobdir.Options{})
		d.ok(err)
		s, err := sqlite.Driver(nil).Open(store.Config{Dir: to.Dir, Blobs: blobs, Reserve: -1})
		d.ok(err)
		found, err := s.Delivery(t.Context(), d.delivery)
		d.ok(err)
		if len(found.Request.Files) != 2 || found.Request.Files[0].SHA256 != d.names[0] {
			t.Errorf("%+v", found.Request)
		}
		for _, name := range d.names {
			f, _, err := blobs.Open(name)
			d.ok(err)
			d.ok(f.Close())
		}
		d.ok(s.Close())
	}
}

func TestABackupIsRestoredIntoAnEmptyDirectoryOnly(t *testing.T) {
	t.Parallel()
	d := newData(t)
	archive := d.archive(nil)
	to := target(t)
	d.ok(os.Mkdir(to.Dir, 0o700))
	d.ok(os.WriteFile(filepath.Join(to.Dir, "note"), []byte("mine"), 0o600))
	_, err := backup.Restore(t.Context(), bytes.NewReader(archive), to)
	if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "note") {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(map[string]string{".": "directory", "note": "mine"}, content(t, to.Dir)); diff != "" {
		t.Error(diff)
	}
	d.ok(os.Remove(filepath.Join(to.Dir, "note")))
	_, err = backup.Restore(t.Context(), bytes.NewReader(archive[:len(archive)/2]), to)
	if diff := cmp.Diff(map[string]string{".": "directory"}, content(t, to.Dir)); diff != "" || err == nil {
		t.Error("after a failed restore:", err, diff)
	}
	_, err = backup.Restore(t.Context(), bytes.NewReader(archive), to)
	d.ok(err)
	_, err = backup.Restore(t.Context(), bytes.NewReader(archive), to)
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("a store was overwritten: %v", err)
	}
}

// places returns positions in an archive: all those in the headers of its entries would take minutes.
func places(length int) (list []int) {
	for at := 0; at < length; at += 1 + length/60 {
		list = append(list, at)
	}
	return append(list, length-1024, length-1536, length-1537, length-2048, length-1)
}

func TestACutBackupIsRefused(t *testing.T) {
	t.Parallel()
	d := newData(t)
	for _, zipped := range []bool{false, true} {
		archive := d.archive(func(s *backup.Source) { s.Gzip = zipped })
		for _, at := range places(len(archive)) {
			refused(t, archive[:max(0, at)])
		}
	}
}

// TestAChangedBackupIsRefused changes single bytes. A few of them mean nothing, such as the padding after the checksum;
// then the restored data must be the same.
func TestAChangedBackupIsRefused(t *testing.T) {
	t.Parallel()
	d := newData(t)
	for _, zipped := range []bool{false, true} {
		archive := d.archive(func(s *backup.Source) { s.Gzip = zipped })
		whole := target(t)
		_, err := backup.Restore(t.Context(), bytes.NewReader(archive), whole)
		d.ok(err)
		harmless := 0
		for i, at := range places(len(archive)) {
			changed := bytes.Clone(archive)
			changed[max(0, at)] ^= 1 << (i % 8)
			to := target(t)
			if _, err := backup.Restore(t.Context(), bytes.NewReader(changed), to); err != nil {
				if left := content(t, to.Dir); left != nil {
					t.Errorf("byte %d: %d files are left", at, len(left))
				}
				continue
			}
			harmless++
			if diff := cmp.Diff(content(t, whole.Dir), content(t, to.Dir)); diff != "" {
				t.Errorf("byte %d: something else was restored", at)
			}
		}
		if harmless > 3 {
			t.Errorf("%d changes were not noticed", harmless)
		}
	}
}

func TestABlobThatIsMissingIsListedAndOneThatIsDamagedIsNot(t *testing.T) {
	t.Parallel()
	d := newData(t)
	path := filepath.Join(d.dir, "blobs", d.names[0][:2], d.names[0])
	d.ok(os.WriteFile(path, []byte("one fils"), 0o600))
	if _, err := backup.Write(t.Context(), io.Discard, d.source()); err == nil || !strings.Contains(err.Error(), d.names[0]) {
		t.Errorf("a damaged blob: %v", err)
	}
	d.ok(os.Remove(path))
	m, err := backup.Restore(t.Context(), bytes.NewReader(d.archive(nil)), target(t))
	d.ok(err)
	if diff := cmp.Diff(d.names[:1], m.Missing); diff != "" || m.Blobs != 1 {
		t.Error(diff, m.Blobs)
	}
}

func TestABackupCanBeCanceled(t *testing.T) {
	t.Parallel()
	d := newData(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backup.Write(ctx, io.Discard, d.source()); err == nil {
		t.Error("it was written")
	}
	if _, err := backup.Restore(ctx, bytes.NewReader(d.archive(nil)), target(t)); err == nil {
		t.Error("it was restored")
	}
}

func TestABackupThatDoesNotFitOnTheDiskIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	d := newData(t)
	to := target(t)
	to.Free = func(string) (int64, bool) { return 1000, true }
	if _, err := backup.Restore(t.Context(), bytes.NewReader(d.archive(nil)), to); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

// entries returns the entries of an archive, without the checksum.
func entries(t *testing.T, archive []byte) (list []entry) {
	t.Helper()
	in := tar.NewReader(bytes.NewReader(archive))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		text, readErr := io.ReadAll(in)
		if err != nil || readErr != nil {
			t.Fatal(err, readErr)
		}
		if h.Name != "checksum" {
			list = append(list, entry{*h, text})
		}
	}
}
