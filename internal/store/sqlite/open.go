package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/accounts"
	"hookline.dev/hookline/internal/store/sqlite/auditlog"
	"hookline.dev/hookline/internal/store/sqlite/bulk"
	"hookline.dev/hookline/internal/store/sqlite/channels"
	"hookline.dev/hookline/internal/store/sqlite/dedupe"
	"hookline.dev/hookline/internal/store/sqlite/definitions"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/drafts"
	"hookline.dev/hookline/internal/store/sqlite/journal"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/records"
	"hookline.dev/hookline/internal/store/sqlite/retention"
	"hookline.dev/hookline/internal/store/sqlite/schema"
	"hookline.dev/hookline/internal/store/sqlite/statistics"
	"hookline.dev/hookline/internal/store/sqlite/tables"
	"hookline.dev/hookline/internal/store/sqlite/variables"
	"hookline.dev/hookline/internal/store/sqlite/workflows"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Store is the embedded driver. Its methods may be called concurrently. The rooms that it embeds implement the roles
// of store.Store.
type Store struct {
	*journal.Journal
	*records.Records
	*definitions.Definitions
	*workflows.Revisions
	*channels.Table
	*drafts.Rows
	*accounts.Accounts
	*retention.Retention
	*dedupe.Keys
	*variables.Set
	*bulk.Actions
	*auditlog.Log
	*statistics.Statistics

	options Options
	lock    *os.File
	disk    disk.Layer
	reserve *disk.Reserve
	writer  *writer.Writer
	pool    *reader.Pool // for everything but targets
	targets *reader.Pool // for finding the targets of writes
	closed  atomic.Bool
}

var _ store.Store = (*Store)(nil)

// targetReaders is the number of connections that find the targets of writes.
const targetReaders = 2

// Open opens the store in a data directory, and holds the directory's lock until Close. The error is of kind
// fault.Conflict if another process has the directory or a newer version wrote the database. It is of kind
// fault.Forbidden if the directory cannot be written.
func Open(o Options) (*Store, error) {
	o = o.withDefaults()
	lock, err := openDirectory(o.Dir)
	if err != nil {
		return nil, err
	}
	layer, err := openLayer(&o)
	if err != nil {
		_ = lock.Close()
		return nil, fault.As("sqlite.Open", fault.Internal, err, "SQLite cannot be set up")
	}
	s := &Store{options: o, lock: lock, disk: layer, reserve: &disk.Reserve{Dir: o.Dir, Bytes: o.Reserve, Clock: o.Clock}}
	if err := s.start(filepath.Join(o.Dir, fileName)); err != nil {
		layer.Close()
		_ = lock.Close()
		return nil, err
	}
	return s, nil
}

// openLayer returns the layer between SQLite and the files.
func openLayer(o *Options) (disk.Layer, error) {
	if o.PlainDisk {
		return disk.Plain{}, nil
	}
	return disk.New(o.Disk)
}

// start opens the database and assembles the rooms.
func (s *Store) start(path string) (err error) {
	o := &s.options
	if err := createFile(path); err != nil {
		return err
	}
	if err := schema.Migrate(path, o.PageSize); err != nil {
		return err
	}
	w, err := writer.Open(writer.Options{
		Path: path, Disk: s.disk, Reserve: s.reserve, Clock: o.Clock, Checkpoint: o.Checkpoint,
		CacheKiB: o.CacheKiB, MaxPages: o.MaxPages, Failpoint: o.Failpoint,
	})
	if err != nil {
		return err
	}
	s.writer = w
	s.pool = reader.NewPool(reader.Options{Path: path, VFS: s.disk.Name(), Size: o.Readers, Age: o.ReadAge})
	s.targets = reader.NewPool(reader.Options{Path: path, VFS: s.disk.Name(), Size: targetReaders, Age: o.ReadAge})
	catalog, blobs := &tables.Current{}, &tables.Blobs{Files: o.Blobs, Pool: s.pool}
	s.Keys = dedupe.New(w)
	s.Statistics = statistics.New(w, s.pool, o.Clock, o.Buckets)
	s.Records = &records.Records{Writer: w, Pool: s.pool, Targets: s.targets, Catalog: catalog, Blobs: blobs, Reserve: s.reserve, Clock: o.Clock}
	s.Journal = journal.New(journal.Options{Writer: w, Pool: s.pool, Records: s.Records, Keys: s.Keys, Statistics: s.Statistics, Files: o.Blobs, Reserve: s.reserve, Clock: o.Clock})
	s.Definitions = &definitions.Definitions{Writer: w, Pool: s.pool, Catalog: catalog, Blobs: blobs, Clock: o.Clock, Rewrite: o.Rewrite}
	s.Revisions = &workflows.Revisions{Writer: w, Pool: s.pool, Clock: o.Clock}
	s.Table = &channels.Table{Writer: w, Pool: s.pool, Clock: o.Clock}
	s.Rows = &drafts.Rows{Writer: w, Pool: s.pool, Clock: o.Clock}
	s.Actions = &bulk.Actions{Writer: w, Pool: s.pool}
	s.Set = &variables.Set{Writer: w, Pool: s.pool, Clock: o.Clock}
	s.Accounts = &accounts.Accounts{Writer: w, Pool: s.pool, Clock: o.Clock}
	s.Log = &auditlog.Log{Writer: w, Pool: s.pool}
	s.Retention = &retention.Retention{Writer: w, Pool: s.pool, Blobs: blobs, Catalog: catalog}
	states := []writer.State{s.Journal.State(), s.Statistics.State()}
	if err := w.Start(states, s.Keys.Prepare, s.Statistics.Prepare, s.Journal.Prepare, catalog.Load); err != nil {
		return err
	}
	go s.Definitions.Sweep()
	return nil
}

// Ping returns nil if the store can write now. It writes a setting, which forces a sync.
func (s *Store) Ping() error {
	if err := s.reserve.Check(); err != nil {
		return err
	}
	now := s.options.Clock.Now().UTC().Format(time.RFC3339)
	return s.writer.Run(func(tx *writer.Tx) error {
		return tx.Exec(`REPLACE INTO settings (name, value) VALUES ('store.ping', ?1)`, now)
	})
}

// Room returns an error of kind fault.Unavailable if the disk is nearly full and nothing large should be written
// beside the database.
func (s *Store) Room() error { return s.reserve.Check() }

// Counters returns the counters of the writer by name.
func (s *Store) Counters() map[string]int64 { return s.writer.Counters() }

// Close waits for pending writes, copies the log into the database, and unlocks the data directory. A second
// Close waits for the writer and returns nil.
func (s *Store) Close() error {
	_ = s.Flush() // otherwise the times of the last answers are not counted
	s.writer.Close()
	if s.closed.Swap(true) {
		return nil
	}
	err := errors.Join(s.pool.Close(), s.targets.Close())
	s.disk.Close()
	if err := errors.Join(err, s.lock.Close()); err != nil {
		return fault.As("sqlite.Close", fault.Internal, err, "the database could not be closed cleanly")
	}
	return nil
}
