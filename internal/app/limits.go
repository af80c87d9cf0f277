package app

import (
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
)

const (
	// writePiece is what a caller must take within the write time-out, in bytes.
	writePiece = 64 << 10
	// sample is how many connections are looked at for the one that has been silent longest: enough
	// to hit an old one, few enough for every connection of a flood.
	sample = 64
	// youth is how long a connection may be silent before it can be closed for a new one: who has just
	// come has a handshake to make.
	youth = 500 * time.Millisecond
	// spareFiles are the open files that connections leave to the store, scripts and the log.
	spareFiles = 512
	// again is how soon it is tried once more to find one.
	again = 50 * time.Millisecond
)

// bounds are what a listener holds its connections to.
type bounds struct {
	most       int            // open at once
	perAddress int            // open at once from one address; 0: no limit
	exempt     []netip.Prefix // from perAddress
	write      time.Duration  // for each writePiece
	youth      time.Duration
	clock      clock.Clock
	log        *slog.Logger
}

// connections is how many connections each of some listeners may have when the process may have limit
// files open: a server without files for its database is worse off than one that lets callers wait.
func connections(most, listeners int, limit uint64) int {
	room := max(1, (int(min(limit, math.MaxInt32))-spareFiles)/listeners)
	return min(most, room)
}

// bounded is a listener that keeps its connections within bounds.
//
// When as many are open as may be, the one that has been silent longest is closed for a new one: HTTP
// lets both sides close a connection between two requests, and who sends a request slower than all
// others connect is no loss. So a flood of silent or slow connections pushes itself out, while whoever
// sends a request at once is served. When every connection is busy, new ones wait.
type bounded struct {
	net.Listener
	bounds

	mu     sync.Mutex
	open   map[*boundConn]struct{}
	by     map[netip.Addr]int
	freed  chan struct{} // of one element: something was closed
	closed chan struct{}
	close  func() error // of what is below, once
}

func newBounded(l net.Listener, b bounds) *bounded {
	closed := make(chan struct{})
	return &bounded{
		Listener: l, bounds: b, open: make(map[*boundConn]struct{}), by: make(map[netip.Addr]int),
		freed: make(chan struct{}, 1), closed: closed,
		close: sync.OnceValue(func() error { close(closed); return l.Close() }),
	}
}

// Accept returns the next connection once there is room for it.
func (l *bounded) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		bound := &boundConn{Conn: c, listener: l, from: addressOf(c)}
		bound.since.Store(l.clock.Now().UnixNano())
		taken, err := l.admit(bound)
		if err != nil || !taken {
			_ = c.Close() // it was never used
		}
		if err != nil {
			return nil, err
		}
		if taken {
			return bound, nil
		}
	}
}

// admit waits for room. It returns false when the address has its share already.
func (l *bounded) admit(c *boundConn) (bool, error) {
	for {
		if taken, full := l.take(c); !full {
			return taken, nil
		}
		if silent := l.silent(); silent != nil {
			_ = silent.Close() // frees its place whatever it returns
			continue
		}
		wait := time.NewTimer(again)
		select {
		case <-l.closed:
			wait.Stop()
			return false, net.ErrClosed
		case <-l.freed:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// take gives a connection a place.
func (l *bounded) take(c *boundConn) (taken, full bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perAddress > 0 && l.by[share(c.from)] >= l.perAddress && !l.isExempt(c.from) {
		l.log.Debug("a connection was closed: its address has as many as it may have", "address", c.from, "connections", l.perAddress)
		return false, false
	}
	if len(l.open) >= l.most {
		return false, true
	}
	l.open[c] = struct{}{}
	l.by[share(c.from)]++
	return true, false
}

func (l *bounded) isExempt(a netip.Addr) bool {
	for _, p := range l.exempt {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// silent returns the longest silent of some connections that have no request under way, or nil.
func (l *bounded) silent() (oldest *boundConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	least := l.clock.Now().Add(-l.youth).UnixNano()
	seen := 0
	for c := range l.open { // in random order
		if since := c.since.Load(); !c.busy.Load() && since <= least {
			oldest, least = c, since
		}
		if seen++; seen >= sample && oldest != nil {
			break
		}
	}
	return oldest
}

// release gives the place of a connection free.
func (l *bounded) release(c *boundConn) {
	l.mu.Lock()
	delete(l.open, c)
	of := share(c.from)
	if l.by[of]--; l.by[of] <= 0 {
		delete(l.by, of)
	}
	l.mu.Unlock()
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// Close ends the listener. Connections stay. Every caller gets the first one's result: the server
// closes its listener too, as soon as Accept fails.
func (l *bounded) Close() error { return l.close() }

// boundConn is a connection that has a place.
type boundConn struct {
	net.Conn
	listener *bounded
	from     netip.Addr
	busy     atomic.Bool  // a request is under way
	own      atomic.Bool  // the server has set a deadline for writing itself
	since    atomic.Int64 // of the last sign of life, in nanoseconds since 1970
	once     sync.Once
}

// Write cuts a caller off who does not take what it asked for.
func (c *boundConn) Write(b []byte) (n int, err error) {
	for {
		now := c.listener.clock.Now()
		c.since.Store(now.UnixNano())
		if !c.own.Load() {
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

// SetWriteDeadline goes before the listener's own.
func (c *boundConn) SetWriteDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *boundConn) SetDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}

// CloseWrite lets an early answer reach a caller who is still sending.
func (c *boundConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close gives the place free.
func (c *boundConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.listener.release(c) })
	return err
}

// follow is http.Server.ConnState: it knows when a request is under way.
func follow(c net.Conn, s http.ConnState) {
	if s != http.StateActive && s != http.StateIdle {
		return
	}
	for c != nil {
		switch x := c.(type) {
		case *boundConn:
			x.busy.Store(s == http.StateActive)
			return
		case interface{ NetConn() net.Conn }:
			c = x.NetConn()
		default:
			return
		}
	}
}

// share is what counts as one address: of version 6 the whole /64, which is what one customer has at
// least (RFC 6177).
func share(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// addressOf is the caller's address as far as the socket knows it.
func addressOf(c net.Conn) netip.Addr {
	both, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return both.Addr().WithZone("").Unmap()
}
