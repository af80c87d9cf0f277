package disk

import "sync/atomic"

// Stats counts what was written to the disk since the layer was created.
type Stats struct {
	Writes   int64 // write system calls
	LogBytes int64 // bytes written to write-ahead logs
	Bytes    int64 // bytes written to database files
	Syncs    int64
}

type counters struct{ writes, logBytes, bytes, syncs atomic.Int64 }

func (c *counters) stats() Stats {
	return Stats{Writes: c.writes.Load(), LogBytes: c.logBytes.Load(), Bytes: c.bytes.Load(), Syncs: c.syncs.Load()}
}

// Operation is an operation on a file that is about to happen.
type Operation struct {
	Kind Kind
	Log  bool  // on the write-ahead log, else on the database file
	N    int64 // number of the operation in its layer, from 1
}

// Kind is the kind of an Operation.
type Kind uint8

// The kinds of operations.
const (
	Write Kind = iota
	Sync
	Truncate
)

// Fault is called before every operation. If it returns a result code other than 0, the operation is not done and
// SQLite gets that code (https://sqlite.org/rescode.html). It may also wait, to imitate a slow disk. It must be
// safe for concurrent use.
type Fault func(Operation) int32
