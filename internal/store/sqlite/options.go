package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Options configure a Store. Zero fields use the defaults.
type Options struct {
	Dir     string          // the data directory; created with mode 0700 if it is missing
	Clock   clock.Clock     // nil: the system clock
	Reserve int64           // free bytes on the disk below which Accept refuses; negative: no reserve
	Blobs   store.BlobFiles // content stored beside the database; nil: none may be
	Readers int             // number of connections for reading

	// Failpoint is for storetest and benchmarks: see writer.Options.
	Failpoint func(writer.Point) error
	// Disk is called before every write, sync and truncation of the files and may make it fail or wait. It is for
	// tests of disk errors and for benchmarks.
	Disk disk.Fault
	// PlainDisk selects SQLite's own layer for the files, which is also used on systems that package disk does
	// not support. Disk is then not called, and the counters of the files stay zero.
	PlainDisk bool
	// MaxPages limits the size of the database file (PRAGMA max_page_count), for tests of a full database.
	MaxPages int
	// PageSize, Checkpoint, CacheKiB, Rewrite and Buckets are for benchmarks and tests; production uses the defaults.
	PageSize   int // bytes
	Checkpoint int // length of the write-ahead log, in pages, from which it is copied into the database
	CacheKiB   int // page cache of the writer, in KiB
	Rewrite    int // records that a change of a collection may rewrite in one write
	Buckets    int // buckets of statistics of one width
	// ReadAge is the longest time of a read. A longer one is interrupted, because the log cannot start over while
	// it runs.
	ReadAge time.Duration
}

// Defaults and bounds.
const (
	DefaultReserve    = 256 << 20
	DefaultReaders    = 4
	DefaultPageSize   = 8192
	DefaultCheckpoint = 4000
	DefaultCacheKiB   = 16 << 10
	DefaultRewrite    = 100_000   // this is one write, and no other write runs meanwhile
	DefaultBuckets    = 1_000_000 // about 150 MB
	DefaultReadAge    = 10 * time.Second
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
	set(&o.PageSize, DefaultPageSize)
	set(&o.Checkpoint, DefaultCheckpoint)
	set(&o.CacheKiB, DefaultCacheKiB)
	set(&o.Rewrite, DefaultRewrite)
	set(&o.Buckets, DefaultBuckets)
	if o.ReadAge <= 0 {
		o.ReadAge = DefaultReadAge
	}
	return o
}
