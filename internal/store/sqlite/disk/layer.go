package disk

// Layer is the VFS through which the driver opens its connections. SyncLog and Stats may be called from any
// goroutine.
type Layer interface {
	// Name returns the VFS name for opening connections; "" is SQLite's own.
	Name() string
	// FullFsync returns the value that PRAGMA fullfsync must have on every connection.
	FullFsync() int
	// SyncLog returns when every transaction that was committed before the call is on the disk. After an error it
	// is unknown which of them are.
	SyncLog() error
	// Stats returns the counters.
	Stats() Stats
	// Close unregisters the layer. All its connections must be closed before.
	Close()
}

// Plain is SQLite's own layer, unchanged. Every COMMIT syncs the log itself (PRAGMA synchronous=FULL), so a
// failed sync rolls its transaction back. It depends only on SQLite's interface. New returns it on systems that
// the package does not support. It is also the fallback if a new version of SQLite breaks the other layer.
type Plain struct{}

var _ Layer = Plain{}

// Name returns "", SQLite's default.
func (Plain) Name() string { return "" }

// FullFsync returns 1: SQLite must request syncs that reach the medium (macOS: F_FULLFSYNC).
func (Plain) FullFsync() int { return 1 }

// SyncLog does nothing, because every COMMIT has synced the log.
func (Plain) SyncLog() error { return nil }

// Stats returns zeros: this layer counts nothing.
func (Plain) Stats() Stats { return Stats{} }

// Close does nothing.
func (Plain) Close() {}
