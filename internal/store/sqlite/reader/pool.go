package reader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Options configure a Pool.
type Options struct {
	Path string        // the database file
	VFS  string        // the VFS of its connections
	Size int           // number of connections
	Age  time.Duration // longest time of a read
}

const (
	cacheKiB    = 2 << 10 // page cache of a connection, in KiB
	busyTimeout = 5000    // milliseconds; only another process could cause waiting
)

// Pool lends readers. Its methods may be called concurrently.
type Pool struct {
	options Options
	free    chan *Reader  // whoever takes one returns it
	closed  chan struct{} // closed by Close
}

// NewPool returns a pool. It opens no connection yet.
func NewPool(o Options) *Pool {
	p := &Pool{options: o, free: make(chan *Reader, o.Size), closed: make(chan struct{})}
	for range o.Size {
		p.free <- &Reader{}
	}
	return p
}

// Close waits for the running reads and closes the connections. Call it once. Later reads fail.
func (p *Pool) Close() error {
	close(p.closed)
	var errs []error
	for range p.options.Size {
		if r := <-p.free; r.c != nil {
			errs = append(errs, r.c.Close())
		}
	}
	return errors.Join(errs...)
}

// Read calls f with a reader, inside one transaction, so that f sees one snapshot of the tables. It waits for a free
// reader. op names the operation in errors. The error is of kind fault.Timeout if ctx ends or the read takes longer
// than Options.Age.
func (p *Pool) Read(ctx context.Context, op string, f func(*Reader) error) (err error) {
	if ctx.Err() != nil { // select could choose a free reader nevertheless
		return canceled(ctx, op)
	}
	var r *Reader
	select {
	case r = <-p.free:
	case <-ctx.Done():
		return canceled(ctx, op)
	case <-p.closed:
		return conn.ErrClosed
	}
	defer func() { p.free <- r }()
	if r.c == nil {
		if err := r.open(p.options.Path, p.options.VFS); err != nil {
			return conn.OpenFault(op, p.options.Path, err)
		}
	}
	if err := r.exec("BEGIN"); err != nil {
		return conn.Fault(op, err)
	}
	turn := r.next() // BEGIN reads nothing, so it is neither timed nor interrupted
	expiry := time.AfterFunc(p.options.Age, func() { r.expire(turn) })
	stop := context.AfterFunc(ctx, func() { r.expire(turn) })
	defer func() {
		stop()
		expiry.Stop()
		r.next()
	}()
	defer func() {
		panicked := recover()
		r.next() // otherwise the rollback could be interrupted
		r.kept.Reset()
		if !r.c.Autocommit() {
			_ = r.exec("ROLLBACK")
		}
		if panicked != nil {
			err = fault.As(op, fault.Internal, fmt.Errorf("panic: %v", panicked), "the store failed")
		}
	}()
	err = f(r)
	if conn.Code(err) == conn.Interrupt {
		if ctx.Err() != nil {
			return canceled(ctx, op)
		}
		return fault.As(op, fault.Timeout, err, "reading took longer than %v: ask for less", p.options.Age)
	}
	return conn.Fault(op, err)
}

// canceled returns the error for a read whose context has ended.
func canceled(ctx context.Context, op string) error {
	return fault.As(op, fault.Timeout, ctx.Err(), "the caller gave up before the read was finished")
}
