package blobdir_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
)

func open(t *testing.T, path string, o blobdir.Options) *blobdir.Dir {
	t.Helper()
	d, err := blobdir.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t *testing.T, d *blobdir.Dir, content string) store.BlobWriter {
	t.Helper()
	w, err := d.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return w
}

func keep(t *testing.T, d *blobdir.Dir, content string) store.Blob {
	t.Helper()
	b, err := write(t, d, content).Keep()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t *testing.T, d *blobdir.Dir, sum string) (string, bool) {
	t.Helper()
	f, size, err := d.Open(sum)
	if fault.Is(err, fault.NotFound) {
		return "", false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	if err != nil || int64(len(text)) != size {
		t.Fatal(err, len(text), size)
	}
	return string(text), true
}

// files returns the mode of every file below path.
func files(t *testing.T, path string) map[string]fs.FileMode {
	t.Helper()
	all := make(map[string]fs.FileMode)
	err := filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if name, _ := filepath.Rel(path, p); err == nil {
			all[filepath.ToSlash(name)] = info.Mode()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestContentIsKeptUnderItsHashAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "blobs")
	d := open(t, path, blobdir.Options{})
	content := strings.Repeat("some content ", 10_000)
	b := keep(t, d, content)
	sum := sha256.Sum256([]byte(content))
	if b.SHA256 != hex.EncodeToString(sum[:]) || b.Size != int64(len(content)) {
		t.Fatalf("kept %+v", b)
	}
	if again := keep(t, d, content); again != b {
		t.Fatalf("kept %+v again", again)
	}
	if text, ok := read(t, d, b.SHA256); !ok || text != content {
		t.Fatal("it is not what was written")
	}
	want := map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "tmp": fs.ModeDir | 0o700, b.SHA256[:2]: fs.ModeDir | 0o700, b.SHA256[:2] + "/" + b.SHA256: 0o600,
	}
	got := files(t, path)
	for name, mode := range want {
		if got[name] != mode {
			t.Errorf("%s has mode %v", name, got[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("there are more files: %v", got)
	}
}

func TestWhatWasWrittenIsReadBackAndGivenUp(t *testing.T) {
	path := t.TempDir()
	d := open(t, path, blobdir.Options{})
	w := write(t, d, "0123456789")
	part := make([]byte, 4)
	if n, err := w.ReadAt(part, 3); n != 4 || err != nil || string(part) != "3456" {
		t.Fatal(n, err, string(part))
	}
	if _, err := w.Write([]byte("ab")); err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(io.NewSectionReader(w, 0, 100))
	if err != nil || string(whole) != "0123456789ab" {
		t.Fatal(err, string(whole))
	}
	w.Discard()
	w.Discard()
	if _, err := w.Keep(); err == nil {
		t.Error("it was kept after all")
	}
	if got := files(t, path); len(got) != 2 {
		t.Errorf("something is left: %v", got)
	}
	w = write(t, d, "kept")
	b, err := w.Keep()
	if err != nil {
		t.Fatal(err)
	}
	w.Discard()
	if _, ok := read(t, d, b.SHA256); !ok {
		t.Error("it was given up after Keep")
	}
}

func TestWhatIsNoHashIsNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "blobs")
	d := open(t, path, blobdir.Options{})
	secret := filepath.Join(filepath.Dir(path), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := keep(t, d, "content")
	for _, name := range []string{
		"", "../secret", "ab/../../secret", strings.Repeat("../", 20) + "etc", strings.ToUpper(b.SHA256), b.SHA256 + "0", b.SHA256[:63],
		b.SHA256[:63] + "/", b.SHA256[:63] + "\x00", "ab/" + strings.Repeat("a", 61), strings.Repeat(".", 64),
	} {
		if _, ok := read(t, d, name); ok {
			t.Errorf("%q was opened", name)
		}
		if err := d.Pin(name); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
		d.Unpin(name)
		if gone, err := d.Remove(name, unnamed); gone || err != nil {
			t.Errorf("%q was removed: %v", name, err)
		}
	}
	if _, err := os.Stat(secret); err != nil {
		t.Error(err)
	}
}

func unnamed() (bool, error)           { return false, nil }
func nobodys(string) (bool, error)     { return false, nil }
func future() time.Time                { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }
func full() error                      { return fault.New("test", fault.Unavailable, "no room") }
func broken(name string) (bool, error) { return false, fault.New("test", fault.Internal, "%s", name) }

func TestTheReserveOfTheDiskIsKept(t *testing.T) {
	var err error
	path := t.TempDir()
	d := open(t, path, blobdir.Options{Room: func() error { return err }})
	w := write(t, d, "begun")
	err = full()
	if _, e := d.Create(); !fault.Is(e, fault.Unavailable) || fault.Message(e) != "no room" {
		t.Error(e)
	}
	chunk := make([]byte, 1<<20)
	written := 0
	var e error
	for e == nil && written < 100 {
		_, e = w.Write(chunk)
		written++
	}
	if !fault.Is(e, fault.Unavailable) || written < 10 || written > 20 {
		t.Errorf("after %d MiB: %v", written, e)
	}
	w.Discard()
	if got := files(t, path); len(got) != 2 {
		t.Errorf("something is left: %v", got)
	}
}

func TestAFileThatIsNotWholeIsReplaced(t *testing.T) {
	path := t.TempDir()
	d := open(t, path, blobdir.Options{})
	b := keep(t, d, "content")
	if err := os.Truncate(filepath.Join(path, b.SHA256[:2], b.SHA256), 3); err != nil {
		t.Fatal(err)
	}
	keep(t, d, "content")
	if text, _ := read(t, d, b.SHA256); text != "content" {
		t.Errorf("it is %q", text)
	}
}

func TestASweepTakesWhatIsOldAndNobodys(t *testing.T) {
	path := t.TempDir()
	d := open(t, path, blobdir.Options{})
	orphan, pinned, twice := keep(t, d, "orphan"), keep(t, d, "pinned"), keep(t, d, "twice")
	d.Unpin(orphan.SHA256)
	if err := d.Pin(twice.SHA256); err != nil {
		t.Fatal(err)
	}
	d.Unpin(twice.SHA256)
	strange := filepath.Join(path, orphan.SHA256[:2], "notes.txt")
	wrong := filepath.Join(path, orphan.SHA256[:2], strings.Repeat("f", 64))
	for _, name := range []string{strange, wrong} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	unfinished := write(t, d, "unfinished")
	sweep := func(d *blobdir.Dir, before time.Time, want int) {
		t.Helper()
		if n, err := d.Sweep(before, nobodys); n != want || err != nil {
			t.Fatalf("%d were swept: %v", n, err)
		}
	}
	sweep(d, time.Unix(0, 0), 0)
	if _, err := d.Sweep(future(), broken); !fault.Is(err, fault.Internal) {
		t.Fatal(err)
	}
	if n, err := d.Sweep(future(), func(string) (bool, error) { return true, nil }); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	sweep(d, future(), 1)
	usage(t, d, pinned.Size+twice.Size)
	if _, err := unfinished.Write([]byte("goes on")); err != nil {
		t.Fatal(err)
	}
	sweep(open(t, path, blobdir.Options{}), future(), 3) // a restart: no pins, and a foreign temporary file
	for _, name := range []string{strange, wrong} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

func usage(t *testing.T, d *blobdir.Dir, want int64) {
	t.Helper()
	if n, err := d.Usage(); n != want || err != nil {
		t.Fatalf("usage is %d, want %d: %v", n, want, err)
	}
}

func TestContentThatIsKeptAgainIsYoungAgain(t *testing.T) {
	path := t.TempDir()
	d := open(t, path, blobdir.Options{})
	b := keep(t, d, "content")
	old := time.Unix(1_000_000_000, 0)
	if err := os.Chtimes(filepath.Join(path, b.SHA256[:2], b.SHA256), old, old); err != nil {
		t.Fatal(err)
	}
	keep(t, d, "content")
	d.Unpin(b.SHA256)
	d.Unpin(b.SHA256)
	if n, err := d.Sweep(old.Add(time.Hour), nobodys); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	usage(t, d, b.Size)
}

func TestUsageIsCounted(t *testing.T) {
	path := t.TempDir()
	first := keep(t, open(t, path, blobdir.Options{}), "of an earlier life")
	d := open(t, path, blobdir.Options{})
	usage(t, d, first.Size)
	b := keep(t, d, "more")
	keep(t, d, "more")
	usage(t, d, first.Size+b.Size)
	d.Unpin(b.SHA256)
	if gone, err := d.Remove(b.SHA256, unnamed); gone || err != nil {
		t.Fatal("a blob that is pinned twice was removed", err)
	}
	d.Unpin(b.SHA256)
	if gone, err := d.Remove(b.SHA256, unnamed); !gone || err != nil {
		t.Fatal(gone, err)
	}
	if gone, err := d.Remove(b.SHA256, unnamed); gone || err != nil {
		t.Fatal("it was removed twice", err)
	}
	usage(t, d, first.Size)
}

func TestNothingIsRemovedDuringAHold(t *testing.T) {
	d := open(t, t.TempDir(), blobdir.Options{})
	b := keep(t, d, "content")
	d.Unpin(b.SHA256)
	first, second := d.Hold(), d.Hold()
	remove := func() bool {
		gone, err := d.Remove(b.SHA256, unnamed)
		if err != nil {
			t.Fatal(err)
		}
		return gone
	}
	if n, err := d.Sweep(future(), nobodys); n != 0 || err != nil || remove() {
		t.Errorf("%d removed, %v", n, err)
	}
	first()
	first()
	if remove() {
		t.Error("the second hold has ended with the first")
	}
	second()
	if !remove() {
		t.Error("a hold that has ended goes on")
	}
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blobdir.Open(filepath.Join(file, "blobs"), blobdir.Options{}); err == nil || !strings.Contains(fault.Message(err), file) {
		t.Fatal(err)
	}
}

// FuzzNames checks that no name opens a file other than the blob.
func FuzzNames(f *testing.F) {
	f.Add("../../etc/passwd")
	f.Add(strings.Repeat("a", 64))
	path := f.TempDir()
	d, err := blobdir.Open(path, blobdir.Options{})
	if err != nil {
		f.Fatal(err)
	}
	w, err := d.Create()
	if err != nil {
		f.Fatal(err)
	}
	b, err := w.Keep()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		r, _, err := d.Open(name)
		if err == nil {
			_ = r.Close()
		}
		if (err == nil) != (name == b.SHA256) {
			t.Fatalf("%q: %v", name, err)
		}
		if !bytes.Equal([]byte(name), []byte(b.SHA256)) && d.Pin(name) == nil {
			t.Fatalf("%q was pinned", name)
		}
	})
}
