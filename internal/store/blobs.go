package store

import "io"

// Blob names content by its hash.
type Blob struct {
	SHA256 string // lower-case hex
	Size   int64  // bytes
}

// Blobs stores content that is too large for a database row: files and large bodies. A blob that no stored
// delivery or record names is an orphan; a sweep removes it.
type Blobs interface {
	// Create starts a new blob. It returns an error of kind fault.Unavailable if the disk is full or its reserve
	// is reached.
	Create() (BlobWriter, error)
	// Open returns the content and its size in bytes. The error is of kind fault.NotFound if the blob does not
	// exist. The caller closes the reader.
	Open(sha256 string) (io.ReadCloser, int64, error)
	// Unpin removes one pin. Call it once for each successful Keep, after the delivery that names the blob was
	// stored or given up.
	Unpin(sha256 string)
}

// BlobWriter receives the content of one blob. It must be used by one goroutine at a time, and end with Keep or
// Discard.
type BlobWriter interface {
	io.Writer
	// ReadAt reads back content that was written before, until Keep or Discard. A caller can inspect a whole body
	// before it decides to keep it.
	io.ReaderAt
	// Keep stores the content under its hash. It returns after the file and its directory were synced. The blob
	// is pinned: no sweep removes it before Unpin.
	Keep() (Blob, error)
	// Discard removes the content. After a successful Keep it does nothing.
	Discard()
}
