package sqlite

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// reader is one connection that reads. Readers are few, so that they cannot take the machine from the
// writer, and no read may last long: the log cannot start over while somebody reads an old state.
type reader struct {
	store *Store
	c     *conn.Conn
	kept  map[string]*conn.Stmt

	mu   sync.Mutex
	turn int // counts the reads; a timer may only interrupt the one it was set for
}

// expire interrupts a read, if it is still going on.
func (r *reader) expire(turn int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn != turn {
		return
	}
	r.c.Interrupt()
	// An interrupt that comes between two statements stops neither, so it is repeated until the read
	// has ended.
	time.AfterFunc(interruptEvery, func() { r.expire(turn) })
}

// next begins or ends a read.
func (r *reader) next() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	return r.turn
}

// interruptEvery is how often a read whose time is over is interrupted until it ends.
const interruptEvery = 20 * time.Millisecond

// maxKept bounds the statements that a reader keeps prepared.
const maxKept = 64

// read lends a reader to f, inside one transaction, so that f sees one state of the tables.
func (s *Store) read(ctx context.Context, op string, f func(*reader) error) error {
	return s.lend(ctx, s.readers, op, f)
}

// readForWrite lends a reader that is kept for what writes wait for, so that slow queries of people do not delay
// them.
func (s *Store) readForWrite(op string, f func(*reader) error) error {
	return s.lend(context.Background(), s.writeReaders, op, f)
}

func (s *Store) lend(ctx context.Context, readers chan *reader, op string, f func(*reader) error) (err error) {
	if ctx.Err() != nil { // select might pick a free reader all the same
		return givenUp(ctx, op)
	}
	var r *reader
	select {
	case r = <-readers:
	case <-ctx.Done():
		return givenUp(ctx, op)
	case <-s.done:
		return errClosed
	}
	defer func() { readers <- r }()
	if r.c == nil {
		if err := r.open(s); err != nil {
			return openError(op, s.path, err)
		}
	}
	if err := r.exec("BEGIN"); err != nil {
		return classify(op, err)
	}
	turn := r.next() // BEGIN reads nothing: its time is not counted, and nothing interrupts it
	expiry := time.AfterFunc(s.opts.ReadAge, func() { r.expire(turn) })
	stop := context.AfterFunc(ctx, func() { r.expire(turn) })
	defer func() {
		stop()
		expiry.Stop()
		r.next()
	}()
	defer func() {
		p := recover()
		r.next() // or the rollback could be interrupted too
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
	if code(err) == conn.Interrupt {
		if ctx.Err() != nil {
			return givenUp(ctx, op)
		}
		return fault.As(op, fault.Timeout, err, "reading took longer than %v: ask for less", s.opts.ReadAge)
	}
	return classify(op, err)
}

// givenUp is the error of a read whose caller has left or is out of time.
func givenUp(ctx context.Context, op string) error {
	return fault.As(op, fault.Timeout, ctx.Err(), "the caller gave up before the read was finished")
}

func (r *reader) open(s *Store) error {
	c, err := conn.Open(s.path, conn.ReadWrite, s.disk.Name()) // write access is needed to share the log's index
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

// query runs one text with bound values and calls f for each row. f must not query itself.
func (r *reader) query(sql string, f func(*conn.Stmt), args ...any) error {
	s, err := r.statement(sql)
	if err != nil {
		return err
	}
	bind(s, args)
	return each(s, f, (*conn.Stmt).Step)
}
