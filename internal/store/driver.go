package store

import (
	"io"
	"time"
)

// Driver is one kind of store, as a value. The assembly picks one; nothing above it knows the driver's types.
type Driver struct {
	Name string // of the product, for logs and errors
	// Open opens the store. Errors are fault errors with a message for people.
	Open func(Config) (Store, error)
}

// Config is what every driver is told when it is opened.
type Config struct {
	Dir     string    // the data directory
	Blobs   BlobFiles // large content that is kept beside the database
	Reserve int64     // free bytes on the disk below which Accept refuses
}

// BlobFiles is what a driver needs of the content that is kept beside its database. Whether a blob is named is
// the driver's to say, as its tables name them.
type BlobFiles interface {
	// Open returns the content; fault.NotFound when it is gone. The caller closes it.
	Open(sha256 string) (io.ReadCloser, int64, error)
	// Remove removes content, unless it is pinned or named says that it is named, and reports whether
	// it was there and is gone. Nobody can pin it between the answer of named and the removal.
	Remove(sha256 string, named func() (bool, error)) (bool, error)
	// Sweep removes all that is older than before, not pinned, and not named; and what earlier
	// processes left unfinished. It returns how many blobs it removed.
	Sweep(before time.Time, named func(sha256 string) (bool, error)) (int, error)
	// Usage is about how many bytes all of it takes.
	Usage() (int64, error)
}

// DiskRoom is an optional ability of a Store whose data are on the same disk as the blobs.
type DiskRoom interface {
	// Room returns an error of kind fault.Unavailable when the disk's reserve is reached: nothing large
	// should be written beside the database then.
	Room() error
}

// Metered is an optional ability of a Store.
type Metered interface {
	// Counters returns what the driver counts, by name, since it was opened.
	Counters() map[string]int64
}
