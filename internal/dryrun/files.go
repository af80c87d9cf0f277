package dryrun

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"sync"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// files are the files as the run sees them: those that are stored, and its own, which are in memory and end with it. It
// implements store.Blobs and is safe for concurrent use.
type files struct {
	stored store.Blobs

	mu   sync.Mutex
	own  map[string][]byte
	used int // bytes, unfinished files included
}

// Create implements store.Blobs.
func (f *files) Create() (store.BlobWriter, error) { return &file{files: f}, nil }

// Open implements store.Blobs.
func (f *files) Open(sum string) (io.ReadCloser, int64, error) {
	f.mu.Lock()
	content, own := f.own[sum]
	f.mu.Unlock()
	if own {
		return io.NopCloser(bytes.NewReader(content)), int64(len(content)), nil
	}
	return f.stored.Open(sum)
}

// Unpin implements store.Blobs. The run's own files stay until it ends.
func (f *files) Unpin(string) {}

// names returns the hashes of the run's own files.
func (f *files) names() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.own))
}

// file is one that is being written.
type file struct {
	files   *files
	content []byte
}

// Write implements io.Writer.
func (w *file) Write(p []byte) (int, error) {
	w.files.mu.Lock()
	defer w.files.mu.Unlock()
	if w.files.used+len(p) > maxFileBytes {
		return 0, fault.New("dryrun.Write", fault.TooLarge, "the files of a test without effects have at most %d MiB together", maxFileBytes>>20)
	}
	w.files.used += len(p)
	w.content = append(w.content, p...)
	return len(p), nil
}

// ReadAt implements io.ReaderAt.
func (w *file) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(w.content).ReadAt(p, at)
}

// Keep implements store.BlobWriter.
func (w *file) Keep() (store.Blob, error) {
	sum := sha256.Sum256(w.content)
	b := store.Blob{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(w.content))}
	w.files.mu.Lock()
	defer w.files.mu.Unlock()
	if w.files.own == nil {
		w.files.own = make(map[string][]byte)
	}
	w.files.own[b.SHA256] = w.content
	return b, nil
}

// Discard implements store.BlobWriter.
func (w *file) Discard() {}
