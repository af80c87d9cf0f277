package disk

import "sync/atomic"

// Stats is what went to the disk since the layer was made.
type Stats struct {
	Writes   int64 // calls to the system
	LogBytes int64 // written to write-ahead logs
	Bytes    int64 // written to database files
	Syncs    int64
}

type counters struct{ writes, logBytes, bytes, syncs atomic.Int64 }

func (c *counters) stats() Stats {
	return Stats{Writes: c.writes.Load(), LogBytes: c.logBytes.Load(), Bytes: c.bytes.Load(), Syncs: c.syncs.Load()}
}

// Operation is what is about to be done to a file.
type Operation struct {
	Kind Kind
	Log  bool  // to the write-ahead log, else to the database file
	N    int64 // counts the operations of the layer, from 1
}

// Kind is the kind of an Operation.
type Kind uint8

// The kinds.
const (
	Write Kind = iota
	Sync
	Truncate
)

// Fault is asked before every operation. The result code that it returns (0: go on) is what SQLite
// gets instead; see https://sqlite.org/rescode.html. It may also wait, to imitate a slow disk.
type Fault func(Operation) int32
