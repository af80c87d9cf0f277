package store

import (
	"io"
	"time"
)

// Driver describes one kind of store as a value. Package app picks one; the packages above know only the
// interfaces of this package.
type Driver struct {
	Name string // product name, for logs and errors
	// Open opens the store. Its errors are fault errors with a message for the operator.
	Open func(Config) (Store, error)
	// Snapshots handles copies of the database that no store has open. nil: the driver makes none.
	Snapshots *Snapshotter
}

// Config holds the settings that every driver receives when it is opened.
type Config struct {
	Dir     string    // the data directory
	Blobs   BlobFiles // large content stored beside the database
	Reserve int64     // free bytes on the disk below which Accept refuses
}

// BlobFiles gives a driver access to the content stored beside its database. The driver decides whether a blob is
// still named, because its tables hold the references.
type BlobFiles interface {
	// Open returns the content and its size in bytes. The error is of kind fault.NotFound if the blob does not
	// exist. The caller closes the reader.
	Open(sha256 string) (io.ReadCloser, int64, error)
	// Remove deletes a blob unless it is pinned or named returns true. It reports whether the blob existed and
	// was deleted. Nobody can pin the blob between the call of named and the deletion.
	Remove(sha256 string, named func() (bool, error)) (bool, error)
	// Sweep deletes the blobs that were written before the given time, are not pinned and for which named returns
	// false. It also deletes unfinished files of earlier processes. It returns how many files it deleted.
	Sweep(before time.Time, named func(sha256 string) (bool, error)) (int, error)
	// Usage returns the approximate size of all blobs, in bytes.
	Usage() (int64, error)
}

// DiskRoom is an optional ability of a Store whose data is on the same disk as the blobs.
type DiskRoom interface {
	// Room returns an error of kind fault.Unavailable when the disk's reserve is reached. Callers must not write
	// large content beside the database then.
	Room() error
}

// Metered is an optional ability of a Store: it exposes the driver's counters.
type Metered interface {
	// Counters returns the driver's counters by name. They start at zero when the store is opened.
	Counters() map[string]int64
}
