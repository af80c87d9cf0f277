package blobdir

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// Options configure a Dir. Zero fields use the defaults.
type Options struct {
	// Room is called before a blob is started and again after every 16 MiB. The caller gets its error. nil means
	// that there is no limit.
	Room func() error
}

// Dir is a directory of blobs. It is safe for concurrent use. Only one process at a time may use the directory;
// the lock of the data directory ensures that.
type Dir struct {
	path   string
	room   func() error
	prefix string       // of the temporary files of this process
	next   atomic.Int64 // number of the next temporary file
	shards [shards]shard

	// measuring guards measured. Usage holds it for the whole first measurement, so that only one goroutine walks
	// the directory.
	measuring sync.Mutex
	measured  bool
	total     atomic.Int64 // bytes; valid once measured
}

var _ store.Blobs = (*Dir)(nil)

// shard holds the lock and the pins of the blobs whose hash begins with the same byte. mu guards pins and holds, and
// also the moves and removals of the shard's files.
type shard struct {
	mu    sync.Mutex
	pins  map[string]int
	holds int // while it is not zero, nothing is removed
}

const (
	shards   = 256
	hashLen  = 64 // number of hex digits of a SHA-256
	tmpName  = "tmp"
	dirMode  = 0o700
	fileMode = 0o600
)

// Open opens the directory and creates it if it is missing. Errors are of kind fault.Unavailable.
func Open(path string, o Options) (*Dir, error) {
	const op = "blobdir.Open"
	if err := os.MkdirAll(filepath.Join(path, tmpName), dirMode); err != nil {
		return nil, classify(op, err, "the folder %s cannot be made", path)
	}
	for _, p := range []string{path, filepath.Dir(path)} {
		if err := syncDir(p); err != nil {
			return nil, classify(op, err, "the folder %s cannot be synced", p)
		}
	}
	var instance [8]byte
	_, _ = rand.Read(instance[:]) // never fails (crypto/rand)
	d := &Dir{path: path, room: o.Room, prefix: hex.EncodeToString(instance[:]) + "-"}
	if d.room == nil {
		d.room = func() error { return nil }
	}
	for i := range d.shards {
		d.shards[i].pins = make(map[string]int)
	}
	return d, nil
}

// Create starts a blob in a temporary file. It returns the error of Options.Room if there is no room.
func (d *Dir) Create() (store.BlobWriter, error) {
	const op = "blobdir.Create"
	if err := d.room(); err != nil {
		return nil, fault.Wrap(op, err)
	}
	name := filepath.Join(d.path, tmpName, d.prefix+strconv.FormatInt(d.next.Add(1), 10))
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, classify(op, err, "a blob cannot be begun")
	}
	return newWriter(d, f), nil
}

// Open returns the content of a blob and its size in bytes. The error is of kind fault.NotFound if there is no
// such blob. The caller closes the reader.
func (d *Dir) Open(sha256 string) (io.ReadCloser, int64, error) {
	const op = "blobdir.Open"
	path, _, ok := d.place(sha256)
	if !ok {
		return nil, 0, gone(op, sha256)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, gone(op, sha256)
	}
	if err != nil {
		return nil, 0, classify(op, err, "blob %s cannot be read", sha256)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, 0, classify(op, err, "blob %s cannot be read", sha256)
	}
	return f, info.Size(), nil
}

// Pin protects an existing blob, as Keep does, so that another delivery can refer to it. The error is of kind
// fault.NotFound if there is no such blob.
func (d *Dir) Pin(sha256 string) error {
	const op = "blobdir.Pin"
	path, s, ok := d.place(sha256)
	if !ok {
		return gone(op, sha256)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return gone(op, sha256)
		}
		return classify(op, err, "blob %s cannot be read", sha256)
	}
	s.pins[sha256]++
	return nil
}

// Unpin removes the pin of one Keep or Pin.
func (d *Dir) Unpin(sha256 string) {
	_, s, ok := d.place(sha256)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pins[sha256]--; s.pins[sha256] <= 0 {
		delete(s.pins, sha256)
	}
}

// place returns the path of a blob and its shard. ok is false if sha256 is not a SHA-256 in lower-case hex.
func (d *Dir) place(sha256 string) (path string, s *shard, ok bool) {
	if len(sha256) != hashLen {
		return "", nil, false
	}
	for i := range len(sha256) {
		if c := sha256[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", nil, false
		}
	}
	n, err := strconv.ParseUint(sha256[:2], 16, 8)
	if err != nil {
		return "", nil, false
	}
	return filepath.Join(d.path, sha256[:2], sha256), &d.shards[n], true
}

func gone(op, sha256 string) error {
	return fault.New(op, fault.NotFound, "there is no blob %s", sha256)
}
