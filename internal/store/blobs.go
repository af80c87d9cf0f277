package store

import "io"

// Blob names content by its hash.
type Blob struct {
	SHA256 string // hex
	Size   int64  // bytes
}

// Blobs keeps content that is too large for a row: files, and large bodies. What no stored delivery
// names is an orphan, and swept.
type Blobs interface {
	// Create starts a blob. Errors are of kind fault.Unavailable when the disk is full or its reserve
	// is reached.
	Create() (BlobWriter, error)
	// Open returns the content; fault.NotFound when it is gone. The caller closes it.
	Open(sha256 string) (io.ReadCloser, int64, error)
	// Unpin ends the protection that Keep gave, once for each Keep: the delivery that names the blob is
	// stored, or never will be.
	Unpin(sha256 string)
}

// BlobWriter takes the content of one blob.
type BlobWriter interface {
	io.Writer
	// ReadAt reads back what was written so far, before Keep or Discard: a body is looked at whole
	// before anybody decides to keep it.
	io.ReaderAt
	// Keep puts the content under its hash, and returns after the fsync of file and folder. The blob is
	// pinned: no sweep takes it before Unpin.
	Keep() (Blob, error)
	// Discard gives the content up. After Keep it does nothing.
	Discard()
}
