package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// Options say where the store lives and how large its parts are. Zero fields take the defaults.
type Options struct {
	Dir     string          // the data directory; made with mode 0700 when it is missing
	Clock   clock.Clock     // nil: the machine's
	Reserve int64           // free bytes on the disk below which Accept refuses; negative: no reserve
	Blobs   store.BlobFiles // what is kept beside the database; nil: nothing may be
	Readers int             // connections that read
	Batch   int             // Accepts and Commits in one transaction, at most

	// Failpoint is for storetest and bench only: it is called in the writer's goroutine at every Point. It
	// may sleep, panic or end the process. An error that it returns, made by Injected, is taken for
	// SQLite's; after a commit it is ignored.
	Failpoint func(Point) error
	// Disk is asked before every write, sync and cut of the files and may make it fail or slow; for
	// tests of real disk errors, and for measuring.
	Disk disk.Fault
	// PlainDisk uses SQLite's own layer for the files, as on systems that package disk has none for. Disk
	// is not asked then, and Stats.Disk counts nothing.
	PlainDisk bool
	// MaxPages bounds the database file (PRAGMA max_page_count), for tests of a really full one.
	MaxPages int
	// PageSize, Checkpoint and CacheKiB are for measuring; production keeps the defaults.
	PageSize   int // bytes
	Checkpoint int // pages in the write-ahead log from which it is copied into the database
	CacheKiB   int // page cache of the writer
	Rewrite    int // records that a change of a collection may write again at once
	// ReadAge is how long a read may take; a longer one is interrupted, or the log never starts over.
	ReadAge time.Duration
}

// Defaults and bounds.
const (
	DefaultReserve    = 256 << 20
	DefaultReaders    = 4
	DefaultBatch      = 256
	DefaultPageSize   = 8192
	DefaultCheckpoint = 4000
	DefaultCacheKiB   = 16 << 10
	DefaultRewrite    = 100_000 // it is one write, and nobody else writes meanwhile
	DefaultReadAge    = 10 * time.Second

	writeReaders   = 2 // connections that look for what writes touch
	readerCacheKiB = 2 << 10
	busyTimeout    = 5000      // milliseconds; only another process could make anybody wait
	walKeep        = 128 << 20 // bytes the log file keeps when it starts over

	queueLimit      = 1 << 16  // Accepts, and Commits, that wait for the writer
	queueBytesLimit = 64 << 20 // and what they write together
	batchBytes      = 8 << 20  // what one transaction writes, unless a single member has more

	noteLimit      = 1024                   // Notes that wait
	noteBytesLimit = 8 << 20                // and what they hold together
	noteRide       = 128                    // Notes that ride on one transaction
	noteDelay      = 100 * time.Millisecond // how long Notes wait for something to ride on

	reserveEvery = time.Second // the disk is looked at this often
	reserveBytes = 16 << 20    // and whenever so many bytes were written
)

func (o Options) withDefaults() Options {
	set := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	if o.Reserve == 0 {
		o.Reserve = DefaultReserve
	}
	set(&o.Readers, DefaultReaders)
	set(&o.Batch, DefaultBatch)
	set(&o.PageSize, DefaultPageSize)
	set(&o.Checkpoint, DefaultCheckpoint)
	set(&o.CacheKiB, DefaultCacheKiB)
	set(&o.Rewrite, DefaultRewrite)
	if o.ReadAge <= 0 {
		o.ReadAge = DefaultReadAge
	}
	return o
}

// Place says where in a transaction a Point is.
type Place uint8

// The places.
const (
	AtStatement  Place = iota // before a statement, BEGIN included
	BeforeCommit              // before COMMIT
	AfterCommit               // after COMMIT returned, before anybody is answered
)

// Point is a moment at which Failpoint is called.
type Point struct {
	Place Place
	N     int64 // counts the points since the store was opened, from 1
}
