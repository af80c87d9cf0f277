package app

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// limitedConn is a counted connection.
type limitedConn struct {
	net.Conn
	listener *limitedListener
	from     netip.Addr
	beyond   atomic.Bool  // it has a place beyond connLimits.total
	busy     atomic.Bool  // a request is under way, from the end of its headers
	deadline atomic.Bool  // net/http has set a write deadline of its own
	since    atomic.Int64 // when it was accepted or last written to, in nanoseconds since 1970
	once     sync.Once

	// The bodies that are being received. In HTTP/2 there may be several requests.
	requests  atomic.Int32 // handlers that have not returned
	receiving atomic.Int32 // those of them that wait for more of their body
	begun     atomic.Int64 // when the first of these requests began, in nanoseconds since 1970
	arrived   atomic.Int64 // bytes since then
	heard     atomic.Int64 // when something was last received, in nanoseconds since 1970
}

func newLimitedConn(c net.Conn, l *limitedListener) *limitedConn {
	bound := &limitedConn{Conn: c, listener: l, from: addressOf(c)}
	now := l.clock.Now().UnixNano()
	bound.since.Store(now)
	bound.heard.Store(now)
	return bound
}

// Read notes what arrives.
func (c *limitedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.heard.Store(c.listener.clock.Now().UnixNano())
		c.arrived.Add(int64(n))
	}
	return n, err
}

// isSlow reports whether every request of the connection waits for its body, and the bodies come too slowly: nothing for
// a while, or less than minRate.
func (c *limitedConn) isSlow(now time.Time, minRate int64) bool {
	if c.requests.Load() > c.receiving.Load() { // a handler works, or has the whole body
		return false
	}
	t := now.UnixNano()
	took := time.Duration(t - c.begun.Load())
	return took > stalled && (time.Duration(t-c.heard.Load()) > stalled || c.arrived.Load() < minRate*int64(took/time.Second))
}

// begin notes that a handler has been given a request.
func (c *limitedConn) begin() {
	if c.requests.Add(1) == 1 {
		now := c.listener.clock.Now().UnixNano()
		c.begun.Store(now)
		c.heard.Store(now)
		c.arrived.Store(0)
	}
}

// end notes that a handler has returned.
func (c *limitedConn) end() { c.requests.Add(-1) }

// receivedBody is the body of a request. It notes on the connection that a handler waits for it.
type receivedBody struct {
	io.ReadCloser
	conn *limitedConn
}

// Read reads from the body.
func (b receivedBody) Read(p []byte) (int, error) {
	b.conn.receiving.Add(1)
	defer b.conn.receiving.Add(-1)
	return b.ReadCloser.Read(p)
}

// trackBodies notes on the connections which requests wait for their bodies.
func trackBodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := connOf(r.Context())
		if c == nil {
			next.ServeHTTP(w, r)
			return
		}
		c.begin()
		defer c.end()
		if r.ContentLength != 0 {
			r.Body = receivedBody{r.Body, c}
		}
		next.ServeHTTP(w, r)
	})
}

type connKey struct{}

// withConn is the http.Server.ConnContext hook.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, limitedOf(c))
}

// connOf returns the connection of a request, or nil in tests without a listener.
func connOf(ctx context.Context) *limitedConn {
	c, _ := ctx.Value(connKey{}).(*limitedConn)
	return c
}

// Write writes in pieces, each with its own deadline, so that a caller who does not read is cut off and one who
// reads slowly is not.
func (c *limitedConn) Write(b []byte) (n int, err error) {
	for {
		now := c.listener.clock.Now()
		c.since.Store(now.UnixNano())
		if !c.deadline.Load() {
			if err := c.Conn.SetWriteDeadline(now.Add(c.listener.write)); err != nil {
				return n, err
			}
		}
		piece := b[n:min(len(b), n+writePiece)]
		k, err := c.Conn.Write(piece)
		if n += k; err != nil || n == len(b) {
			return n, err
		}
	}
}

// SetWriteDeadline replaces the per-piece deadlines.
func (c *limitedConn) SetWriteDeadline(t time.Time) error {
	c.deadline.Store(!t.IsZero())
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets the read and the write deadline.
func (c *limitedConn) SetDeadline(t time.Time) error {
	c.deadline.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}

// CloseWrite closes the sending side. net/http uses it so that an early answer reaches a caller who is still
// sending.
func (c *limitedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and makes room for another.
func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.listener.release(c) })
	return err
}

// trackState is the http.Server.ConnState hook: it notes whether a request is under way.
func trackState(c net.Conn, s http.ConnState) {
	if s != http.StateActive && s != http.StateIdle {
		return
	}
	if x := limitedOf(c); x != nil {
		x.busy.Store(s == http.StateActive)
	}
}

// limitedOf returns the counted connection below others, such as TLS.
func limitedOf(c net.Conn) *limitedConn {
	for c != nil {
		switch x := c.(type) {
		case *limitedConn:
			return x
		case interface{ NetConn() net.Conn }:
			c = x.NetConn()
		default:
			return nil
		}
	}
	return nil
}
