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

// writer is a blob on its way.
type writer struct {
	dir   *Dir
	f     *os.File
	sum   hash.Hash
	size  int64
	asked int64 // size when the room was asked for last
	done  bool  // kept or discarded
}

// roomEvery is how many bytes are written before the room on the disk is asked for again.
const roomEvery = 16 << 20

func newWriter(d *Dir, f *os.File) *writer { return &writer{dir: d, f: f, sum: sha256.New()} }

// Write appends.
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

// ReadAt reads back what was written.
func (w *writer) ReadAt(p []byte, off int64) (int, error) { return w.f.ReadAt(p, off) }

// Keep syncs the content, moves it to its place, and pins it.
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

// Discard removes what was written.
func (w *writer) Discard() {
	if w.done {
		return
	}
	w.done = true
	_ = w.f.Close()
	_ = os.Remove(w.f.Name()) // else Sweep does, after a restart
}

// keep moves a synced file to its place, unless the content is there, and pins it.
func (d *Dir) keep(from string, b store.Blob) error {
	to, s, _ := d.place(b.SHA256)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch info, err := os.Stat(to); {
	case err == nil && info.Mode().IsRegular() && info.Size() == b.Size:
		// Moved all the same, so that it is as young as this call. Where a file that is open cannot be
		// replaced (Windows), the old one does.
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
	// Also for what was there: whoever moved it may have been killed before the folder was synced.
	if err := syncDir(filepath.Dir(to)); err != nil {
		return err
	}
	s.pins[b.SHA256]++
	return nil
}

// move makes the folder when it is the first blob in it.
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
