package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// Store is the embedded driver. Its methods may be called concurrently.
//
// Open starts three long-lived goroutines: the writer, the syncer and the copier. Close ends them in the order
// writer, syncer, copier; see writer.finish.
type Store struct {
	opts Options
	path string
	lock *os.File
	disk disk.Layer

	queues    queues
	committed chan *batch           // from the writer to the syncer; the writer closes it
	syncing   atomic.Int64          // transactions on the way to the disk, without bulk ones
	synced    chan struct{}         // closed when the syncer has ended
	done      chan struct{}         // closed when the writer has ended
	dead      atomic.Pointer[error] // set once: why nothing can be written any more

	catalog atomic.Pointer[catalog] // replaced by the writer after a commit
	backlog atomic.Int64
	reserve reserve
	stats   counters

	writer       *writer
	readers      chan *reader // free readers; whoever takes one returns it
	writeReaders chan *reader // free readers for finding targets of writes
	claiming     sync.Mutex   // serializes Claim

	sweeping sync.Mutex // held by the running sweepHidden

	acceptances, commitments, batches sync.Pool
}

var _ store.Store = (*Store)(nil)

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
	s := &Store{
		opts: o, path: filepath.Join(o.Dir, fileName), lock: lock, disk: layer,
		committed: make(chan *batch, syncAhead), synced: make(chan struct{}), done: make(chan struct{}),
		reserve: reserve{dir: o.Dir, bytes: o.Reserve, clock: o.Clock},
		readers: make(chan *reader, o.Readers), writeReaders: make(chan *reader, writeReaders),
	}
	s.queues.wake = make(chan struct{}, 1)
	s.acceptances.New = func() any { return &acceptWrite{waiter: newWaiter()} }
	s.commitments.New = func() any { return &commitWrite{waiter: newWaiter()} }
	s.batches.New = func() any { return &batch{} }
	for _, pool := range []chan *reader{s.readers, s.writeReaders} {
		for range cap(pool) {
			pool <- &reader{store: s}
		}
	}
	w, err := s.openWriter()
	if err != nil {
		layer.Close()
		_ = lock.Close()
		return nil, err
	}
	s.writer = w
	go s.syncLoop()
	go w.loop()
	go s.sweepHidden()
	return s, nil
}

// openLayer returns the layer between SQLite and the files.
func openLayer(o *Options) (disk.Layer, error) {
	if o.PlainDisk {
		return disk.Plain{}, nil
	}
	return disk.New(o.Disk)
}

func (s *Store) openWriter() (*writer, error) {
	const op = "sqlite.Open"
	if err := createFile(s.path); err != nil {
		return nil, err
	}
	if err := migrate(s.path, s.opts.PageSize); err != nil {
		return nil, err
	}
	c, err := conn.Open(s.path, conn.ReadWrite, s.disk.Name())
	if err != nil {
		return nil, conn.OpenFault(op, s.path, err)
	}
	w := &writer{store: s, c: c, claims: make(map[ident.ID]claim)}
	second, err := conn.Open(s.path, conn.ReadWrite, s.disk.Name())
	if err == nil {
		w.copier = newCopier(second)
		if err = w.recover(); err == nil {
			err = second.Exec(s.pragmas())
		}
		if err == nil {
			go w.copier.loop(s)
			return w, nil
		}
		_ = second.Close()
	}
	_ = c.Close()
	return nil, conn.OpenFault(op, s.path, err)
}

// pragmas returns the settings of a connection that writes. Package disk distinguishes the syncs by the flags
// that these settings cause.
func (s *Store) pragmas() string {
	sql := fmt.Sprintf(`PRAGMA busy_timeout = %d; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
PRAGMA fullfsync = %d; PRAGMA checkpoint_fullfsync = 1; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = %d;
PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = 0`, busyTimeout, s.disk.FullFsync(), walKeep, s.opts.CacheKiB)
	if s.opts.MaxPages > 0 {
		sql += fmt.Sprintf("; PRAGMA max_page_count = %d", s.opts.MaxPages)
	}
	return sql
}

// recover configures the connection and loads the writer's state from the tables.
func (w *writer) recover() error {
	if err := w.c.Exec(w.store.pragmas()); err != nil {
		return err
	}
	if err := w.c.Exec(`DELETE FROM leases`); err != nil { // their processes are dead: this one has the directory's lock
		return err
	}
	w.c.WatchLog()
	if err := w.prepare(); err != nil {
		return err
	}
	if err := w.loadClaimedFrom(); err != nil {
		return err
	}
	add := func(s *conn.Stmt) { w.backlog += s.ColumnInt(0) }
	if err := w.query(`SELECT count(*) `+ready, add); err != nil {
		return err
	}
	if err := w.query(`SELECT count(*) FROM executions WHERE `+claimed, add, w.claimedFrom); err != nil {
		return err
	}
	cat, err := w.loadCatalog()
	if err != nil {
		return err
	}
	w.store.catalog.Store(cat)
	w.store.backlog.Store(w.backlog)
	return nil
}

// Backlog returns the number of executions that are queued or running. It may be called at any time.
func (s *Store) Backlog() int64 { return s.backlog.Load() }

// alone runs a member in a transaction of its own and waits for the outcome.
func (s *Store) alone(m member, t *waiter) error {
	if err := s.queues.enter(&s.queues.alone, m); err != nil {
		return err
	}
	return t.wait()
}
