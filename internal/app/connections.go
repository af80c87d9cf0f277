package app

import (
	"log/slog"
	"math"
	"net"
	"net/netip"
	"sync"
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
	// stalled is how long a connection may send nothing of a body before it may be closed for a new one. A body that
	// has taken that long must also have come at connLimits.minRate.
	stalled = 5 * time.Second
	// adminPlaces is how many places of a listener that serves hooks and the API are for the API alone.
	adminPlaces = 32
	// retryEvery is how often a full listener looks for a connection to close.
	retryEvery = 50 * time.Millisecond
)

// connLimits limits a listener's connections.
type connLimits struct {
	total      int            // open at once
	reserve    int            // places beyond total, for requests other than hooks
	perAddress int            // open at once from one address; 0: half of total
	exempt     []netip.Prefix // from perAddress
	write      time.Duration  // for each writePiece
	minRate    int64          // of a body, in bytes per second
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
// connection between two requests. If there is none, it replaces one whose body comes too slowly. A flood of
// connections that are idle, or that send headers or bodies slowly, therefore replaces its own connections, while
// callers that send a request at once are served. A connection whose request has arrived is never closed; if all
// have one, new connections wait. In the same way, an address that has as many connections as it may have replaces
// its own.
//
// With a reserve, a new connection does not wait: it gets a place beyond total, in which only the API is served
// (takesHooks). So hooks cannot keep operators out.
//
// Accept runs in the goroutine of http.Server.Serve; connections call release from their own goroutines. mu
// guards open and by. freed wakes a waiting Accept. retryEvery is the fallback, since nothing signals that a
// connection became idle.
type limitedListener struct {
	net.Listener
	connLimits

	mu     sync.Mutex
	open   map[*limitedConn]struct{}
	by     map[netip.Addr]map[*limitedConn]struct{} // the same, by addressGroup
	freed  chan struct{}                            // capacity 1: a connection was closed
	closed chan struct{}                            // closed by Close; ends an Accept that waits for room
	close  func() error                             // closes the underlying listener, once
}

func newLimitedListener(l net.Listener, b connLimits) *limitedListener {
	closed := make(chan struct{})
	return &limitedListener{
		Listener: l, connLimits: b, open: make(map[*limitedConn]struct{}), by: make(map[netip.Addr]map[*limitedConn]struct{}),
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
		bound := newLimitedConn(c, l)
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

// admit waits for room. It returns false if the address already has as many connections as it may have, and all of them
// have a request.
func (l *limitedListener) admit(c *limitedConn) (bool, error) {
	for {
		admitted, victim, full := l.tryAdmit(c)
		if victim != nil {
			_ = victim.Close() // closing makes room even if it fails
			continue
		}
		if !full {
			return admitted, nil
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

// tryAdmit counts a connection if the limits allow it. Otherwise victim is a connection to close for it, if there is
// one; full says that the connection may wait for room.
func (l *limitedListener) tryAdmit(c *limitedConn) (admitted bool, victim *limitedConn, full bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.by[addressGroup(c.from)]
	if len(own) >= l.mostOfOne() && !l.isExempt(c.from) {
		if victim = l.replaceable(own, 0); victim == nil {
			l.log.Debug("connection closed: its address has as many as it may have", "address", c.from, "connections", len(own))
		}
		return false, victim, false
	}
	if len(l.open) >= l.total {
		if victim = l.replaceable(l.open, l.minIdle); victim != nil || len(l.open) >= l.total+l.reserve {
			return false, victim, true
		}
	}
	c.beyond.Store(len(l.open) >= l.total)
	l.open[c] = struct{}{}
	if own == nil {
		own = make(map[*limitedConn]struct{})
		l.by[addressGroup(c.from)] = own
	}
	own[c] = struct{}{}
	return true, nil, false
}

// mostOfOne returns how many connections one address may have.
func (l *limitedListener) mostOfOne() int {
	if l.perAddress > 0 {
		return l.perAddress
	}
	return max(1, l.total/2)
}

// takesHooks reports whether hooks may be served on a connection: not on one that was admitted beyond total, as long as
// there are more than that.
func (l *limitedListener) takesHooks(c *limitedConn) bool {
	if !c.beyond.Load() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) > l.total {
		return false
	}
	c.beyond.Store(false)
	return true
}

func (l *limitedListener) isExempt(a netip.Addr) bool {
	for _, p := range l.exempt {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// replaceable returns a connection that may be closed for a new one: the one that has been idle longest, at least for
// minIdle, among a sample; else one whose body comes too slowly; else nil.
func (l *limitedListener) replaceable(among map[*limitedConn]struct{}, minIdle time.Duration) *limitedConn {
	now := l.clock.Now()
	least := now.Add(-minIdle).UnixNano()
	var oldest, slow *limitedConn
	seen := 0
	for c := range among { // map order is random
		if !c.busy.Load() {
			if since := c.since.Load(); since <= least {
				oldest, least = c, since
			}
		} else if slow == nil && c.isSlow(now, l.minRate) {
			slow = c
		}
		if seen++; seen >= sampleSize && oldest != nil {
			break
		}
	}
	if oldest != nil {
		return oldest
	}
	return slow
}

// release stops counting a connection.
func (l *limitedListener) release(c *limitedConn) {
	l.mu.Lock()
	delete(l.open, c)
	of := addressGroup(c.from)
	if delete(l.by[of], c); len(l.by[of]) == 0 {
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
