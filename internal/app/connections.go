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
	// writePiece is how much of an answer a caller must read within the write time-out, in bytes.
	writePiece = 64 << 10
	// sampleSize is how many connections are compared to find one that has long been idle: enough to find an
	// old one, few enough to do so for every connection of a flood.
	sampleSize = 64
	// minIdle is how long a connection must be idle before it may be closed for a new one: a client that has
	// just connected still has a TLS handshake to do.
	minIdle = 500 * time.Millisecond
	// reservedFiles is how many open files are reserved for the store, scripts and the log.
	reservedFiles = 512
	// retryEvery is how often a full listener looks for a connection to close.
	retryEvery = 50 * time.Millisecond
)

// connLimits limits a listener's connections.
type connLimits struct {
	total      int            // open at once
	perAddress int            // open at once from one address; 0: no limit
	exempt     []netip.Prefix // from perAddress
	write      time.Duration  // for each writePiece
	minIdle    time.Duration
	clock      clock.Clock
	log        *slog.Logger
}

// maxConnections returns how many connections each of the listeners may have, at most total, in a process that
// may open limit files. Callers can wait for a connection, but the database cannot work without its files.
func maxConnections(total, listeners int, limit uint64) int {
	room := max(1, (int(min(limit, math.MaxInt32))-reservedFiles)/listeners)
	return min(total, room)
}

// limitedListener is a listener that limits its connections.
//
// When it is full, a new connection replaces one that has long been idle; HTTP lets both sides close a
// connection between two requests. A flood of connections that are idle, or that send their headers slowly,
// therefore replaces its own connections, while callers that send a request at once are served. A connection
// with a request under way is never closed; if all have one, new connections wait.
//
// Accept runs in the goroutine of http.Server.Serve; connections call release from their own goroutines. mu
// guards open and by. freed wakes a waiting Accept. retryEvery is the fallback, since nothing signals that a
// connection became idle.
type limitedListener struct {
	net.Listener
	connLimits

	mu     sync.Mutex
	open   map[*limitedConn]struct{}
	by     map[netip.Addr]int
	freed  chan struct{} // capacity 1: a connection was closed
	closed chan struct{} // closed by Close; ends an Accept that waits for room
	close  func() error  // closes the underlying listener, once
}

func newLimitedListener(l net.Listener, b connLimits) *limitedListener {
	closed := make(chan struct{})
	return &limitedListener{
		Listener: l, connLimits: b, open: make(map[*limitedConn]struct{}), by: make(map[netip.Addr]int),
		freed: make(chan struct{}, 1), closed: closed,
		close: sync.OnceValue(func() error { close(closed); return l.Close() }),
	}
}

// Accept returns the next connection as soon as there is room for it.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		bound := &limitedConn{Conn: c, listener: l, from: addressOf(c)}
		bound.since.Store(l.clock.Now().UnixNano())
		admitted, err := l.admit(bound)
		if err != nil || !admitted {
			_ = c.Close() // it was never used
		}
		if err != nil {
			return nil, err
		}
		if admitted {
			return bound, nil
		}
	}
}

// admit waits for room. It returns false if the address already has as many connections as it may have.
func (l *limitedListener) admit(c *limitedConn) (bool, error) {
	for {
		if admitted, full := l.tryAdmit(c); !full {
			return admitted, nil
		}
		if idle := l.longestIdle(); idle != nil {
			_ = idle.Close() // closing makes room even if it fails
			continue
		}
		wait := time.NewTimer(retryEvery)
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

// tryAdmit counts a connection if the limits allow it.
func (l *limitedListener) tryAdmit(c *limitedConn) (admitted, full bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perAddress > 0 && l.by[addressGroup(c.from)] >= l.perAddress && !l.isExempt(c.from) {
		l.log.Debug("connection closed: its address has as many as it may have", "address", c.from, "connections", l.perAddress)
		return false, false
	}
	if len(l.open) >= l.total {
		return false, true
	}
	l.open[c] = struct{}{}
	l.by[addressGroup(c.from)]++
	return true, false
}

func (l *limitedListener) isExempt(a netip.Addr) bool {
	for _, p := range l.exempt {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// longestIdle returns the connection that has been idle longest among a sample of those without a request under
// way. It returns nil if none has been idle for minIdle.
func (l *limitedListener) longestIdle() (oldest *limitedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	least := l.clock.Now().Add(-l.minIdle).UnixNano()
	seen := 0
	for c := range l.open { // map order is random
		if since := c.since.Load(); !c.busy.Load() && since <= least {
			oldest, least = c, since
		}
		if seen++; seen >= sampleSize && oldest != nil {
			break
		}
	}
	return oldest
}

// release stops counting a connection.
func (l *limitedListener) release(c *limitedConn) {
	l.mu.Lock()
	delete(l.open, c)
	of := addressGroup(c.from)
	if l.by[of]--; l.by[of] <= 0 {
		delete(l.by, of)
	}
	l.mu.Unlock()
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// Close closes the listener. Open connections stay. Every call returns the result of the first: the server also
// closes its listener as soon as Accept fails.
func (l *limitedListener) Close() error { return l.close() }

// limitedConn is a counted connection.
type limitedConn struct {
	net.Conn
	listener *limitedListener
	from     netip.Addr
	busy     atomic.Bool  // a request is under way
	deadline atomic.Bool  // net/http has set a write deadline of its own
	since    atomic.Int64 // when it was accepted or last written to, in nanoseconds since 1970
	once     sync.Once
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
	for c != nil {
		switch x := c.(type) {
		case *limitedConn:
			x.busy.Store(s == http.StateActive)
			return
		case interface{ NetConn() net.Conn }:
			c = x.NetConn()
		default:
			return
		}
	}
}

// addressGroup returns the part of an address that counts as one caller. For IPv6 it is the /64, the smallest
// block that a customer gets (RFC 6177).
func addressGroup(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// addressOf returns the remote address of a connection.
func addressOf(c net.Conn) netip.Addr {
	both, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return both.Addr().WithZone("").Unmap()
}
