package sqlite

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// reader is a connection for reading. One goroutine at a time uses it. There are few readers, so that they cannot
// take the processor from the writer. No read may last long, because the log cannot start over while a reader
// uses an old snapshot.
type reader struct {
	store *Store
	c     *conn.Conn
	kept  map[string]*conn.Stmt

	// mu guards turn against the timers that call expire.
	mu   sync.Mutex
	turn int // number of the current read; a timer may only interrupt the read it was set for
}

// expire interrupts the read with this number if it is still running.
func (r *reader) expire(turn int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn != turn {
		return
	}
	r.c.Interrupt()
	// An interrupt between two statements stops neither, so it is repeated until the read has ended.
	time.AfterFunc(interruptEvery, func() { r.expire(turn) })
}

// next starts a new turn: timers of the one before no longer interrupt.
func (r *reader) next() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	return r.turn
}

// interruptEvery is the interval at which an expired read is interrupted until it ends.
const interruptEvery = 20 * time.Millisecond

// maxKept is the largest number of statements that a reader keeps prepared.
const maxKept = 64

// read calls f with a reader, inside one transaction, so that f sees one snapshot of the tables. It waits for a
// free reader. The error is of kind fault.Timeout if ctx ends or the read takes longer than Options.ReadAge.
func (s *Store) read(ctx context.Context, op string, f func(*reader) error) error {
	return s.lend(ctx, s.readers, op, f)
}

// readForWrite calls f with a reader that is reserved for finding the targets of writes, so that slow queries of
// users do not delay them.
func (s *Store) readForWrite(op string, f func(*reader) error) error {
	return s.lend(context.Background(), s.writeReaders, op, f)
}

func (s *Store) lend(ctx context.Context, readers chan *reader, op string, f func(*reader) error) (err error) {
	if ctx.Err() != nil { // select could choose a free reader nevertheless
		return givenUp(ctx, op)
	}
	var r *reader
	select {
	case r = <-readers:
	case <-ctx.Done():
		return givenUp(ctx, op)
	case <-s.done:
		return conn.ErrClosed
	}
	defer func() { readers <- r }()
	if r.c == nil {
		if err := r.open(s); err != nil {
			return conn.OpenFault(op, s.path, err)
		}
	}
	if err := r.exec("BEGIN"); err != nil {
		return conn.Fault(op, err)
	}
	turn := r.next() // BEGIN reads nothing, so it is neither timed nor interrupted
	expiry := time.AfterFunc(s.opts.ReadAge, func() { r.expire(turn) })
	stop := context.AfterFunc(ctx, func() { r.expire(turn) })
	defer func() {
		stop()
		expiry.Stop()
		r.next()
	}()
	defer func() {
		p := recover()
		r.next() // otherwise the rollback could be interrupted
		for _, st := range r.kept {
			st.Reset()
		}
		if !r.c.Autocommit() {
			_ = r.exec("ROLLBACK")
		}
		if p != nil {
			err = fault.As(op, fault.Internal, fmt.Errorf("panic: %v", p), "the store failed")
		}
	}()
	err = f(r)
	if conn.Code(err) == conn.Interrupt {
		if ctx.Err() != nil {
			return givenUp(ctx, op)
		}
		return fault.As(op, fault.Timeout, err, "reading took longer than %v: ask for less", s.opts.ReadAge)
	}
	return conn.Fault(op, err)
}

// givenUp returns the error for a read whose context has ended.
func givenUp(ctx context.Context, op string) error {
	return fault.As(op, fault.Timeout, ctx.Err(), "the caller gave up before the read was finished")
}

func (r *reader) open(s *Store) error {
	c, err := conn.Open(s.path, conn.ReadWrite, s.disk.Name()) // sharing the log's index needs write access
	if err != nil {
		return err
	}
	err = c.Exec(fmt.Sprintf(`PRAGMA busy_timeout = %d; PRAGMA query_only = 1; PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = 0`,
		busyTimeout, readerCacheKiB))
	if err != nil {
		_ = c.Close()
		return err
	}
	r.c, r.kept = c, make(map[string]*conn.Stmt)
	return nil
}

func (r *reader) statement(sql string) (*conn.Stmt, error) {
	if s, ok := r.kept[sql]; ok {
		return s, nil
	}
	if len(r.kept) >= maxKept {
		for text, s := range r.kept {
			s.Finalize()
			delete(r.kept, text)
			break
		}
	}
	s, err := r.c.Prepare(sql)
	if err == nil {
		r.kept[sql] = s
	}
	return s, err
}

func (r *reader) exec(sql string) error {
	s, err := r.statement(sql)
	if err != nil {
		return err
	}
	return s.Run()
}

// query runs a text with bound values and calls f for each row. f must not run queries itself.
func (r *reader) query(sql string, f func(*conn.Stmt), args ...any) error {
	s, err := r.statement(sql)
	if err != nil {
		return err
	}
	s.Bind(args)
	return s.Each(f, (*conn.Stmt).Step)
}
