package journal

import (
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/dedupe"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/records"
	"hookline.dev/hookline/internal/store/sqlite/statistics"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Options are what a Journal works with.
type Options struct {
	Writer     *writer.Writer
	Pool       *reader.Pool
	Records    *records.Records // applies the operations of Commits
	Keys       *dedupe.Keys
	Statistics *statistics.Statistics
	Files      store.BlobFiles // large bodies; nil: none are kept
	Reserve    *disk.Reserve
	Clock      clock.Clock
}

// Journal stores deliveries and executions. Its methods may be called concurrently, except Prepare.
type Journal struct {
	Options
	claims  claims // belongs to the writer's goroutine
	backlog atomic.Int64

	claiming sync.Mutex // serializes Claim, and guards the next two
	nextTurn string     // the workflow that the next Claim begins with
	dueFirst bool       // the last Claim gave the odd one to those that were due

	insertDelivery, insertExecution, insertSteps *conn.Stmt // belong to the writer's goroutine

	accepts, commits sync.Pool
}

// New returns the journal of a database. Prepare must be called before the first write.
func New(o Options) *Journal {
	j := &Journal{Options: o}
	j.claims = claims{byID: make(map[ident.ID]claim), backlog: &j.backlog}
	j.accepts.New = func() any { return &acceptWrite{} }
	j.commits.New = func() any { return &commitWrite{} }
	return j
}

// State returns what the journal keeps in memory, for the writer.
func (j *Journal) State() writer.State { return &j.claims }

// Prepare prepares the statements, ends the leases of dead processes, and loads what the journal keeps in memory.
func (j *Journal) Prepare(tx *writer.Tx) (err error) {
	for sql, s := range map[string]**conn.Stmt{sqlInsertDelivery: &j.insertDelivery, sqlInsertExecution: &j.insertExecution, sqlInsertSteps: &j.insertSteps} {
		if *s, err = tx.Statement(sql); err != nil {
			return err
		}
	}
	if err := tx.Exec(`DELETE FROM leases`); err != nil { // this process has the directory's lock, so the others are dead
		return err
	}
	return j.claims.load(tx, j.Statistics.Found)
}

// Backlog returns the number of executions that are queued or running.
func (j *Journal) Backlog() int64 { return j.backlog.Load() }
