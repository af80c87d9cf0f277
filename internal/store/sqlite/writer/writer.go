package writer

import (
	"fmt"
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// Options configure a Writer. All fields but Failpoint and MaxPages must be set.
type Options struct {
	Path       string        // the database file, with all tables
	Disk       disk.Layer    // the layer of its files
	Reserve    *disk.Reserve // is told how much is written
	Clock      clock.Clock
	Checkpoint int // length of the write-ahead log, in pages, from which it is copied into the database
	CacheKiB   int // page cache, in KiB
	MaxPages   int // limits the database file (PRAGMA max_page_count); 0: no limit
	// Failpoint is called by the writer's goroutine at every Point. It may sleep, panic or end the process. If it
	// returns an error, made by Injected, the writer treats it as an error of SQLite; after a commit it ignores it.
	Failpoint func(Point) error
}

const (
	busyTimeout = 5000      // milliseconds; only another process could cause waiting
	logKept     = 128 << 20 // bytes of the log file to keep when it starts over
)

// State is what a room keeps in memory about the tables. Its methods run in the writer's goroutine.
type State interface {
	// Begin marks the state to which RollBack returns.
	Begin()
	// BeforeCommit may add writes to the transaction.
	BeforeCommit(*Tx) error
	// Committed publishes the state.
	Committed()
	// RollBack returns to the state at Begin.
	RollBack()
}

// Writer runs the transactions. Its methods may be called concurrently, except Start.
type Writer struct {
	options Options
	states  []State
	queues  queues

	committed chan *batch           // from the writer to the syncer; the writer closes it
	syncing   atomic.Int64          // transactions on the way to the disk, without bulk ones
	synced    chan struct{}         // closed when the syncer has ended
	done      chan struct{}         // closed when the writer has ended
	dead      atomic.Pointer[error] // set once: why nothing can be written any more
	batches   sync.Pool
	copies    chan *copyJob // holds one: the copy that the writer begins next
	copying   atomic.Bool   // a Copy is under way
	stats     counters

	tx *Tx // belongs to the writer's goroutine after Start
}

// Open opens the connections. The caller calls Start, or Close if that fails.
func Open(o Options) (*Writer, error) {
	w := &Writer{options: o, committed: make(chan *batch, syncAhead), synced: make(chan struct{}), done: make(chan struct{}), copies: make(chan *copyJob, 1)}
	w.queues.wake = make(chan struct{}, 1)
	w.batches.New = func() any { return &batch{} }
	tx, err := openTx(w)
	if err != nil {
		return nil, conn.OpenFault("sqlite.Open", o.Path, err)
	}
	w.tx = tx
	return w, nil
}

// Start calls each load with the connection, so that rooms can read what they keep in memory, and starts the
// goroutines. After an error the connections are closed.
func (w *Writer) Start(states []State, load ...func(*Tx) error) error {
	w.states = states
	for _, f := range load {
		if err := f(w.tx); err != nil {
			w.tx.close()
			return conn.OpenFault("sqlite.Open", w.options.Path, err)
		}
	}
	go w.syncLoop()
	go w.tx.copier.loop(&w.stats)
	go w.loop()
	return nil
}

// Close waits for pending writes and copies the log into the database. Later writes fail. A second Close waits for
// the first.
func (w *Writer) Close() {
	w.queues.close()
	<-w.done
}

// pragmas returns the settings of a connection that writes. Package disk distinguishes the syncs by the flags
// that these settings cause.
func (o *Options) pragmas() string {
	sql := fmt.Sprintf(`PRAGMA busy_timeout = %d; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
PRAGMA fullfsync = %d; PRAGMA checkpoint_fullfsync = 1; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = %d;
PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = 0`, busyTimeout, o.Disk.FullFsync(), logKept, o.CacheKiB)
	if o.MaxPages > 0 {
		sql += fmt.Sprintf("; PRAGMA max_page_count = %d", o.MaxPages)
	}
	return sql
}

// alive returns the reason why the writer can no longer write, or nil.
func (w *Writer) alive() error {
	if err := w.dead.Load(); err != nil {
		return *err
	}
	return nil
}

// fail makes the writer refuse all writes. It is called when the connection cannot be rolled back.
func (w *Writer) fail(cause error) {
	err := error(fault.As("sqlite.rollback", fault.Unavailable, cause, "the database connection is lost: restart the server"))
	w.dead.CompareAndSwap(nil, &err)
}

// Interrupt interrupts the running statement. Tests use it.
func (w *Writer) Interrupt() { w.tx.c.Interrupt() }
