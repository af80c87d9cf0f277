package blobdir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// writer is a blob that is still in its temporary file.
type writer struct {
	dir   *Dir
	f     *os.File
	sum   hash.Hash
	size  int64
	asked int64 // size at the last call of room
	done  bool  // kept or discarded
}

// roomEvery is the number of bytes written between two checks of the free disk space.
const roomEvery = 16 << 20

func newWriter(d *Dir, f *os.File) *writer { return &writer{dir: d, f: f, sum: sha256.New()} }

// Write appends to the blob. It returns an error of kind fault.Unavailable if the disk is full or its reserve is
// reached.
func (w *writer) Write(p []byte) (int, error) {
	const op = "blobdir.Write"
	if w.size-w.asked >= roomEvery {
		if err := w.dir.room(); err != nil {
			return 0, fault.Wrap(op, err)
		}
		w.asked = w.size
	}
	n, err := w.f.Write(p)
	_, _ = w.sum.Write(p[:n]) // never fails (package hash)
	w.size += int64(n)
	if err != nil {
		return n, classify(op, err, "a blob cannot be written")
	}
	return n, nil
}

// ReadAt reads back content that was written before. It is valid until Keep or Discard.
func (w *writer) ReadAt(p []byte, off int64) (int, error) { return w.f.ReadAt(p, off) }

// Keep syncs the content, renames it to its final name, and pins it. After an error the content is discarded.
func (w *writer) Keep() (store.Blob, error) {
	const op = "blobdir.Keep"
	if w.done {
		return store.Blob{}, fault.New(op, fault.Conflict, "a blob is kept or discarded once")
	}
	err := w.f.Sync()
	if err == nil {
		w.done = true
		err = w.f.Close()
	}
	b := store.Blob{SHA256: hex.EncodeToString(w.sum.Sum(nil)), Size: w.size}
	if err == nil {
		err = w.dir.keep(w.f.Name(), b)
	}
	if err != nil {
		w.done = false
		w.Discard()
		return store.Blob{}, classify(op, err, "a blob cannot be kept")
	}
	return b, nil
}

// Discard deletes the content. After Keep or another Discard it does nothing.
func (w *writer) Discard() {
	if w.done {
		return
	}
	w.done = true
	_ = w.f.Close()
	_ = os.Remove(w.f.Name()) // if this fails, Sweep deletes it after a restart
}

// keep renames a synced file to its final name and pins the blob. If the content already exists, the new file
// replaces it.
func (d *Dir) keep(from string, b store.Blob) error {
	to, s, _ := d.place(b.SHA256)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch info, err := os.Stat(to); {
	case err == nil && info.Mode().IsRegular() && info.Size() == b.Size:
		// Rename anyway, so that the modification time is new. On systems where an open file cannot be replaced
		// (Windows), keep the old file.
		if os.Rename(from, to) != nil {
			_ = os.Remove(from)
		}
	case err == nil || errors.Is(err, fs.ErrNotExist):
		if err := d.move(from, to); err != nil {
			return err
		}
		d.total.Add(b.Size)
	default:
		return err
	}
	// Sync also if the content existed: its writer may have been killed before it synced the directory.
	if err := syncDir(filepath.Dir(to)); err != nil {
		return err
	}
	s.pins[b.SHA256]++
	return nil
}

// move renames a file. It creates the directory if this is the first blob in it.
func (d *Dir) move(from, to string) error {
	err := os.Rename(from, to)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Mkdir(filepath.Dir(to), dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := syncDir(d.path); err != nil {
		return err
	}
	return os.Rename(from, to)
}
