package disk

// Layer is what the driver opens its connections through.
type Layer interface {
	// Name is the name to open connections with; "" is SQLite's own.
	Name() string
	// FullFsync is the value that PRAGMA fullfsync must have on every connection.
	FullFsync() int
	// SyncLog returns when every transaction that was committed before it was called is on the disk, or
	// with an error when the disk does not keep what it is given: then it is not known which are.
	SyncLog() error
	// Stats returns the counters.
	Stats() Stats
	// Close takes the layer back. All its connections must be closed.
	Close()
}

// Plain is SQLite's own layer, unchanged: every COMMIT syncs the log itself (PRAGMA synchronous=FULL), so a
// sync that fails rolls its transaction back. It depends on nothing but SQLite's interface. It is what New
// returns on systems that the package has no layer for, and the way back if a new version of SQLite breaks
// the other one.
type Plain struct{}

var _ Layer = Plain{}

// Name is SQLite's default.
func (Plain) Name() string { return "" }

// FullFsync asks for syncs that reach the medium (macOS: F_FULLFSYNC).
func (Plain) FullFsync() int { return 1 }

// SyncLog has nothing to do.
func (Plain) SyncLog() error { return nil }

// Stats counts nothing.
func (Plain) Stats() Stats { return Stats{} }

// Close does nothing.
func (Plain) Close() {}
