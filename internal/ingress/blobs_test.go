package ingress

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"sync"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// events records what happened to blobs and rows, in order. A nil list records nothing.
type events struct {
	mu   sync.Mutex
	list []string
}

func (e *events) add(what string) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, what)
}

func (e *events) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.list, " ")
}

// blobs is a blob store in memory.
type blobs struct {
	*events
	full   bool // Create fails
	broken int  // Write fails after this many bytes; 0: never
	unkept int  // number of the blob, from 1, for which Keep fails
	made   int

	mu      sync.Mutex
	content map[string]string
}

func (b *blobs) Create() (store.BlobWriter, error) {
	b.add("create")
	if b.full {
		return nil, fault.New("test.Create", fault.Unavailable, "the disk reserve is reached")
	}
	b.made++
	return &blob{store: b, n: b.made}, nil
}

func (b *blobs) Open(string) (io.ReadCloser, int64, error) {
	return nil, 0, fault.New("test.Open", fault.NotFound, "there is no such blob")
}

func (b *blobs) Unpin(sum string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, kept := b.content[sum]; !kept {
		panic("what was never kept is unpinned")
	}
	b.add("unpin")
}

// blob is a blob that is being written.
type blob struct {
	store *blobs
	n     int
	buf   bytes.Buffer
	over  bool
}

func (w *blob) Write(p []byte) (int, error) {
	if w.store.broken > 0 && w.buf.Len()+len(p) > w.store.broken {
		return 0, io.ErrShortWrite
	}
	return w.buf.Write(p)
}

func (w *blob) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(w.buf.Bytes()).ReadAt(p, at)
}

func (w *blob) Keep() (store.Blob, error) {
	if w.n == w.store.unkept {
		w.store.add("fail")
		return store.Blob{}, io.ErrShortWrite
	}
	w.store.add("keep")
	w.over = true
	sum := sha256.Sum256(w.buf.Bytes())
	name := hex.EncodeToString(sum[:])
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.content[name] = w.buf.String()
	return store.Blob{SHA256: name, Size: int64(w.buf.Len())}, nil
}

func (w *blob) Discard() {
	if w.over {
		panic("a blob is given up that is kept, or gone already")
	}
	w.over = true
	w.store.add("discard")
}

// addBlobs builds a harness with a blob store. change may set options.
func addBlobs(t interface{ Helper() }, h func(change func(*Options)) *harness, change func(*Options)) (*harness, *blobs) {
	t.Helper()
	blobStore := &blobs{events: &events{}, content: make(map[string]string)}
	made := h(func(o *Options) {
		o.Blobs = blobStore
		if change != nil {
			change(o)
		}
	})
	made.door.events = blobStore.events
	return made, blobStore
}
