package store

import "context"

// Snapshots is an optional ability of a Store: it copies the database while it is in use.
type Snapshots interface {
	// Snapshot writes a consistent copy of the database to a new file. The copy contains everything that was
	// acknowledged before the call, and nothing of a write whose effects it does not contain as a whole. Writes go on
	// meanwhile. The file is not synced. The error is of kind fault.Conflict while another snapshot is made, and of
	// kind fault.Unavailable if the disk is nearly full, the store is closed, or ctx ends. After an error the caller
	// removes the file.
	Snapshot(ctx context.Context, path string) error
}

// Snapshotter is what a driver does with snapshots without an open store.
type Snapshotter struct {
	// File is the name of the database file in a data directory. A snapshot under that name in an otherwise empty
	// directory is a store.
	File string
	// Copy writes a snapshot of the data directory dir to a new file. It does not change the schema. The error is of kind
	// fault.Conflict if a process uses the directory, and of kind fault.NotFound if it has no database.
	Copy func(dir, path string) error
	// Inspect reads a snapshot: it calls blob for the SHA-256 (hex) of every blob that the snapshot refers to, in
	// ascending order, and returns the version of the schema. With deep it also checks every page, index and constraint.
	// The error is of kind fault.Invalid if the file is damaged or no database, of kind fault.Conflict if a newer
	// version of Hookline wrote it, or that of blob. The file is not changed.
	Inspect func(path string, deep bool, blob func(sha256 string) error) (schema int64, err error)
}
