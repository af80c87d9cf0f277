package reader

import (
	"fmt"
	"sync"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Reader is a connection for reading. It belongs to the function that Pool.Read has called.
type Reader struct {
	c    *conn.Conn
	kept *conn.Cache

	// mu guards turn against the timers that call expire.
	mu   sync.Mutex
	turn int // number of the current read; a timer may only interrupt the read it was set for
}

// expire interrupts the read with this number if it is still running.
func (r *Reader) expire(turn int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn != turn {
		return
	}
	r.c.Interrupt()
	// An interrupt between two statements stops neither, so it is repeated until the read has ended.
	time.AfterFunc(interruptInterval, func() { r.expire(turn) })
}

// interruptInterval is the interval at which an expired read is interrupted until it ends.
const interruptInterval = 20 * time.Millisecond

// next starts a new turn: timers of the one before no longer interrupt.
func (r *Reader) next() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	return r.turn
}

func (r *Reader) open(path, vfs string) error {
	c, err := conn.Open(path, conn.ReadWrite, vfs) // sharing the log's index needs write access
	if err != nil {
		return err
	}
	err = c.Exec(fmt.Sprintf(`PRAGMA busy_timeout = %d; PRAGMA query_only = 1; PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = 0`,
		busyTimeout, cacheKiB))
	if err != nil {
		_ = c.Close()
		return err
	}
	r.c, r.kept = c, c.NewCache(maxKept)
	return nil
}

// maxKept is the largest number of statements that a reader keeps prepared.
const maxKept = 64

func (r *Reader) exec(sql string) error {
	s, err := r.kept.Get(sql)
	if err != nil {
		return err
	}
	return s.Run()
}

// Query runs a text with bound values and calls f for each row. f must not run queries itself.
func (r *Reader) Query(sql string, f func(*conn.Stmt), args ...any) error {
	s, err := r.kept.Get(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return s.Each(f, (*conn.Stmt).Step)
}

// QueryCells is Query with cells as the bound values.
func (r *Reader) QueryCells(sql string, cells []collection.Cell, f func(*conn.Stmt)) error {
	s, err := r.kept.Get(sql)
	if err != nil {
		return err
	}
	s.Cells(cells)
	return s.Each(f, (*conn.Stmt).Step)
}

// Renew ends the snapshot. The next query begins a newer one.
func (r *Reader) Renew() error {
	if err := r.exec("ROLLBACK"); err != nil {
		return err
	}
	return r.exec("BEGIN")
}

// Steps returns the number of virtual machine steps that the kept statements have taken. Tests use it to measure the
// cost of queries.
func (r *Reader) Steps() int64 { return r.kept.Steps() }
