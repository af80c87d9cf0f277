//go:build !linux && !darwin && !freebsd

package disk

// FullFsync is the value of PRAGMA fullfsync that makes SQLite's own syncs strong.
const FullFsync = 1

// Layer is SQLite's own layer.
type Layer struct{ counters }

// New returns SQLite's own layer. fault is not heard on this system.
func New(fault Fault) (*Layer, error) { return &Layer{}, nil }

// Name is the name to open connections with: SQLite's default.
func (l *Layer) Name() string { return "" }

// SyncLog has nothing to do: SQLite syncs every transaction itself.
func (l *Layer) SyncLog() error { return nil }

// Stats counts nothing on this system.
func (l *Layer) Stats() Stats { return l.stats() }

// Close does nothing.
func (l *Layer) Close() {}
