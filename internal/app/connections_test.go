package app

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// limited serves a handler with limits and returns its address and the listener.
func limited(t *testing.T, b connLimits, h http.HandlerFunc) (addr string, l *limitedListener) {
	t.Helper()
	bound, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.clock, b.log = clock.System(), slog.New(slog.DiscardHandler)
	if b.perAddress == 0 {
		b.perAddress = b.total + b.reserve + 1 // more than there are
	}
	if b.write == 0 {
		b.write = 20 * time.Second
	}
	l = newLimitedListener(bound, b)
	server := &http.Server{Handler: trackBodies(h), ConnState: trackState, ConnContext: withConn, ReadHeaderTimeout: 20 * time.Second}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return bound.Addr().String(), l
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(clock.System().Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// call makes one call and reports whether it was answered.
func call(t *testing.T, c net.Conn) bool {
	t.Helper()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
		return false
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return err == nil && string(text) == "ok"
}

// isClosed waits until the server has closed a connection.
func isClosed(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		t.Errorf("the connection is open: %v", err)
	}
}

// idle waits until the server has noticed that no request is under way, which happens shortly after its
// answers.
func idle(t *testing.T, l *limitedListener) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for busy := true; busy; <-tick.C {
		busy = false
		l.mu.Lock()
		for c := range l.open {
			busy = busy || c.busy.Load()
		}
		l.mu.Unlock()
	}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func TestTheConnectionThatIsSilentLongestMakesRoom(t *testing.T) {
	addr, l := limited(t, connLimits{total: 3}, ok)
	first, second, third := dial(t, addr), dial(t, addr), dial(t, addr)
	for _, c := range []net.Conn{second, first, third} {
		if !call(t, c) {
			t.Fatal("a call was not answered")
		}
	}
	idle(t, l)
	if !call(t, dial(t, addr)) {
		t.Fatal("there was no room for a fourth")
	}
	isClosed(t, second)
	if !call(t, first) || !call(t, third) {
		t.Error("others were closed too")
	}
}

func TestABusyConnectionIsNeverClosedForANewOne(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	addr, _ := limited(t, connLimits{total: 2}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			started <- struct{}{}
			<-finish
		}
		ok(w, r)
	})
	var busy [2]net.Conn
	for i := range busy {
		busy[i] = dial(t, addr)
		if _, err := io.WriteString(busy[i], "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-started
	}
	served := make(chan bool)
	third := dial(t, addr)
	go func() { served <- call(t, third) }()
	select {
	case <-served:
		t.Error("a third call was served beside two")
	case <-time.After(3 * retryEvery):
	}
	close(finish)
	if !<-served {
		t.Error("the third call was never answered")
	}
	answered := 0
	for _, c := range busy {
		if res, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
			answered++
			_ = res.Body.Close()
		}
	}
	if answered != 2 {
		t.Errorf("%d of the busy calls were answered", answered)
	}
}

func TestAFloodOfConnectionsPushesItselfOut(t *testing.T) {
	const most = 20
	addr, l := limited(t, connLimits{total: most}, ok)
	for range 300 {
		dial(t, addr)
		l.mu.Lock()
		open := len(l.open)
		l.mu.Unlock()
		if open > most {
			t.Fatalf("%d connections are open", open)
		}
	}
	for range 50 {
		if !call(t, dial(t, addr)) {
			t.Fatal("a good call was not served")
		}
	}
}

func TestAnAddressHasOnlySoManyConnections(t *testing.T) {
	addr, l, finish := busyServer(t, connLimits{total: 100, perAddress: 3}, 3)
	defer finish()
	fourth := dial(t, addr)
	isClosed(t, fourth)
	l.mu.Lock()
	l.exempt = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	l.mu.Unlock()
	if !call(t, dial(t, addr)) {
		t.Error("a trusted proxy is held to the limit")
	}
}

// busyServer serves /wait until finish is called, and everything else at once. So many requests for /wait are under way.
func busyServer(t *testing.T, b connLimits, waiting int) (addr string, l *limitedListener, finish func()) {
	t.Helper()
	started, done := make(chan struct{}), make(chan struct{})
	addr, l = limited(t, b, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			started <- struct{}{}
			<-done
		}
		ok(w, r)
	})
	for range waiting {
		if _, err := io.WriteString(dial(t, addr), "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-started
	}
	return addr, l, func() { close(done) }
}

// TestAnAddressReplacesItsOwnConnections checks that an address at its limit can still call while one of its connections
// is idle, and that it never pushes out those of others.
func TestAnAddressReplacesItsOwnConnections(t *testing.T) {
	addr, l, finish := busyServer(t, connLimits{total: 100, perAddress: 3}, 2)
	defer finish()
	for range 10 {
		if !call(t, dial(t, addr)) {
			t.Fatal("a call was not answered")
		}
		waitForIdle(t, l) // the caller has its answer a moment before the connection counts as idle
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) > 3 {
		t.Errorf("%d connections are open", len(l.open))
	}
}

// waitForIdle waits until a connection is idle.
func waitForIdle(t *testing.T, l *limitedListener) {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		l.mu.Lock()
		idle := false
		for c := range l.open {
			idle = idle || !c.busy.Load()
		}
		l.mu.Unlock()
		if idle {
			return
		}
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			t.Fatal("no connection becomes idle")
		}
	}
}

func TestOneAddressHasAtMostHalfOfThePlaces(t *testing.T) {
	l := &limitedListener{connLimits: connLimits{total: 100}}
	if got := l.mostOfOne(); got != 50 {
		t.Errorf("%d places", got)
	}
	if l.total = 1; l.mostOfOne() != 1 {
		t.Error("one place cannot be used")
	}
}

// TestABodyThatComesTooSlowlyMakesRoom lets one caller send nothing more of its body, and another one send it slowly. A
// third, whose whole request has arrived, must stay.
func TestABodyThatComesTooSlowlyMakesRoom(t *testing.T) {
	now := clock.NewManual(clock.System().Now())
	l := newLimitedListener(nil, connLimits{total: 4, perAddress: 9, minRate: 1 << 10, clock: now, log: slog.New(slog.DiscardHandler)})
	open := func(receiving bool) *limitedConn {
		near, far := net.Pipe()
		t.Cleanup(func() { _, _ = near.Close(), far.Close() })
		c := newLimitedConn(near, l)
		if admitted, _, _ := l.tryAdmit(c); !admitted {
			t.Fatal("it is not admitted")
		}
		c.busy.Store(true)
		c.begin()
		if receiving {
			c.receiving.Add(1)
		}
		return c
	}
	works, silent, slow, fast := open(false), open(true), open(true), open(true)
	receive := func(c *limitedConn, bytes int64) {
		c.arrived.Add(bytes)
		c.heard.Store(now.Now().UnixNano())
	}
	next := func() (admitted bool, victim *limitedConn, full bool) {
		return l.tryAdmit(newLimitedConn(silent.Conn, l))
	}
	for range 5 {
		now.Advance(time.Second)
		receive(slow, 100)
		receive(fast, 2<<10)
		if _, victim, full := next(); victim != nil || !full {
			t.Fatal("a connection is closed before its time")
		}
	}
	now.Advance(time.Second)
	receive(slow, 100)
	receive(fast, 2<<10)
	gone := map[*limitedConn]bool{}
	for range 2 {
		_, victim, _ := next()
		if victim == nil {
			t.Fatal("no connection is closed")
		}
		gone[victim] = true
		l.release(victim)
		open(false)
	}
	if !gone[silent] || !gone[slow] {
		t.Error("another one was closed")
	}
	if _, victim, full := next(); victim != nil || !full {
		t.Errorf("a third one is closed: that of the one who works %v, of the fast one %v", victim == works, victim == fast)
	}
}

// TestTheReserveIsForTheAPI fills all places with requests.
func TestTheReserveIsForTheAPI(t *testing.T) {
	addr, l, finish := busyServer(t, connLimits{total: 2, reserve: 1}, 2)
	if !call(t, dial(t, addr)) {
		t.Fatal("there is no place beside the busy ones")
	}
	idle := func() (c *limitedConn) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for c = range l.open {
			if c.beyond.Load() {
				return c
			}
		}
		return nil
	}()
	if idle == nil || l.takesHooks(idle) {
		t.Error("hooks are served beyond the limit")
	}
	finish()
	l.mu.Lock()
	l.total = 3
	l.mu.Unlock()
	if !l.takesHooks(idle) {
		t.Error("hooks are refused although there is room")
	}
}

func TestPlacesAreGivenFree(t *testing.T) {
	addr, l := limited(t, connLimits{total: 5, perAddress: 5}, ok)
	for range 30 {
		c := dial(t, addr)
		if !call(t, c) {
			t.Fatal("a call was not answered")
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		for full := true; full; { // until the server has noticed
			select {
			case <-l.freed:
				full = false
			case <-time.After(20 * time.Second):
				t.Fatal("the place was not given free")
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) != 0 || len(l.by) != 0 {
		t.Errorf("%d connections of %d addresses are left", len(l.open), len(l.by))
	}
}

func TestAClosedListenerEndsTheWaitForRoom(t *testing.T) {
	finish := make(chan struct{})
	defer close(finish)
	started := make(chan struct{})
	addr, l := limited(t, connLimits{total: 1}, func(http.ResponseWriter, *http.Request) { close(started); <-finish })
	if _, err := io.WriteString(dial(t, addr), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-started
	second := dial(t, addr)
	for range 2 { // the server closes it too
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	isClosed(t, second)
}

// TestSlowReadersAreCutOffByThePiece checks that a reader that accepts nothing is cut off, but a slow one that
// keeps accepting pieces is not.
func TestSlowReadersAreCutOffByThePiece(t *testing.T) {
	const size = 64 << 20
	ended := make(chan error, 1)
	addr, _ := limited(t, connLimits{total: 10, write: 300 * time.Millisecond}, func(w http.ResponseWriter, _ *http.Request) {
		_, err := io.Copy(w, io.LimitReader(zeros{}, size))
		ended <- err
	})
	stuck := dial(t, addr)
	if _, err := io.WriteString(stuck, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !isTimeout(err) {
		t.Errorf("the reader that takes nothing: %v", err)
	}
	slow := dial(t, addr)
	if _, err := io.WriteString(slow, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	piece := make([]byte, 1<<20)
	for got := 0; got < size; {
		<-tick.C
		n, err := slow.Read(piece)
		if err != nil {
			t.Fatalf("after %d bytes: %v", got, err)
		}
		got += n
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestAddressesOfOneCustomerCountAsOne(t *testing.T) {
	for _, c := range []struct{ a, b string }{{"2001:db8::1", "2001:db8::ffff:1"}, {"192.0.2.1", "192.0.2.1"}} {
		if addressGroup(netip.MustParseAddr(c.a)) != addressGroup(netip.MustParseAddr(c.b)) {
			t.Errorf("%s and %s are two", c.a, c.b)
		}
	}
	for _, c := range []struct{ a, b string }{{"2001:db8::1", "2001:db8:0:1::1"}, {"192.0.2.1", "192.0.2.2"}} {
		if addressGroup(netip.MustParseAddr(c.a)) == addressGroup(netip.MustParseAddr(c.b)) {
			t.Errorf("%s and %s are one", c.a, c.b)
		}
	}
}

func TestConnectionsLeaveFilesToTheStore(t *testing.T) {
	for _, c := range []struct {
		most, listeners int
		limit           uint64
		want            int
	}{
		{10_000, 1, 1 << 20, 10_000}, {10_000, 1, 4096, 3584}, {10_000, 2, 4096, 1792}, {10_000, 1, 256, 1},
		{100, 3, 4096, 100}, {10_000, 1, math.MaxUint64, 10_000},
	} {
		if got := maxConnections(c.most, c.listeners, c.limit); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

func TestEveryKindOfConnectionIsFollowed(t *testing.T) {
	c := &limitedConn{}
	for name, above := range map[string]net.Conn{"plain": c, "TLS": tls.Server(c, &tls.Config{MinVersion: tls.VersionTLS12})} {
		trackState(above, http.StateActive)
		if !c.busy.Load() {
			t.Errorf("%s: not busy", name)
		}
		trackState(above, http.StateIdle)
		if c.busy.Load() {
			t.Errorf("%s: busy", name)
		}
	}
}
