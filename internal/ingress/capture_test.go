package ingress

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/hook"
)

// deliveries is an observer that sends every delivery to a channel.
type deliveries chan hook.Delivery

func (b deliveries) Delivered(d hook.Delivery) { b <- d }

// startServer runs a handler behind a real server.
func startServer(t *testing.T, change func(*Options)) (*harness, *httptest.Server, deliveries) {
	t.Helper()
	delivered := make(deliveries, 8)
	h := build(t, func(o *Options) {
		o.Observer, o.Clock = delivered, clock.System()
		if change != nil {
			change(o)
		}
	}, manyWorkflows()...)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return h, server, delivered
}

func (b deliveries) next(t *testing.T) hook.Delivery {
	t.Helper()
	select {
	case d := <-b:
		return d
	case <-time.After(10 * time.Second):
		t.Fatal("no delivery was seen")
		return hook.Delivery{}
	}
}

// unsized hides the length of a body, so that it is sent in chunks.
type unsized struct{ io.Reader }

func TestBodiesUpToTheCapAreKeptExactly(t *testing.T) {
	_, server, delivered := startServer(t, func(o *Options) { o.MaxBody = 3 << 20 })
	for _, size := range []int{1, firstPiece - 1, firstPiece, firstPiece + 1, SpoolOver, SpoolOver + 1, 3 << 20} {
		for _, chunked := range []bool{false, true} {
			content := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
			var from io.Reader = bytes.NewReader(content)
			if chunked {
				from = unsized{from}
			}
			resp, err := http.Post(server.URL+"/api/webhooks/open", "text/plain", from)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if got := delivered.next(t).Request.Body; resp.StatusCode != http.StatusOK || !bytes.Equal(got, content) || cap(got) > len(got)+len(got)/8+16 {
				t.Errorf("%d bytes, chunked %v: status %d, kept %d in room for %d", size, chunked, resp.StatusCode, len(got), cap(got))
			}
		}
	}
}

func TestBodiesOverTheCapAreRefused(t *testing.T) {
	const size = 11 << 20 // the limit is 10 MiB
	for _, chunked := range []bool{false, true} {
		h, server, delivered := startServer(t, nil)
		var from io.Reader = bytes.NewReader(make([]byte, size))
		if chunked {
			from = unsized{from}
		}
		resp, err := http.Post(server.URL+"/api/webhooks/open", "application/json", from)
		if err == nil { // otherwise the connection was closed before everything was sent
			raw, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(raw), "at most 10485760 bytes") {
				t.Errorf("chunked %v: status %d: %s", chunked, resp.StatusCode, raw)
			}
		}
		if d := delivered.next(t); d.Status != http.StatusRequestEntityTooLarge || d.Gate != "capture" || d.Request.Body != nil {
			t.Errorf("chunked %v: recorded %d by %s with %d bytes", chunked, d.Status, d.Gate, len(d.Request.Body))
		}
		if len(h.door.accepted) != 0 {
			t.Error("the call was accepted")
		}
	}
}

func TestAnAnnouncedLargeBodyIsNotEvenAskedFor(t *testing.T) {
	_, server, delivered := startServer(t, nil)
	conn, answer := dial(t, server)
	write(t, conn, "POST /api/webhooks/open HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11534336\r\n\r\n")
	if status, text := read(t, answer); status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d: %s", status, text)
	}
	delivered.next(t)
}

func TestACallerWhoLeavesWithinTheBodyIsRecorded(t *testing.T) {
	for _, framing := range []string{"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"} {
		h, server, delivered := startServer(t, nil)
		conn, _ := dial(t, server)
		write(t, conn, "POST /api/webhooks/open HTTP/1.1\r\nHost: h\r\n"+framing)
		conn.Close()
		if d := delivered.next(t); d.Status != 400 || d.Gate != "capture" || d.Outcome != hook.Rejected || !strings.Contains(d.Reason, "ended early") {
			t.Errorf("recorded %d by %s: %s", d.Status, d.Gate, d.Reason)
		}
		if len(h.door.noted) != 1 || len(h.door.accepted) != 0 {
			t.Errorf("%d noted, %d accepted", len(h.door.noted), len(h.door.accepted))
		}
	}
}

func TestASlowBodyIsRefusedInTime(t *testing.T) {
	_, server, delivered := startServer(t, func(o *Options) { o.BodyTimeout = 20 * time.Millisecond })
	conn, answer := dial(t, server)
	write(t, conn, "POST /api/webhooks/open HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
	status, text := read(t, answer)
	if status != http.StatusRequestTimeout || !strings.Contains(text, "urn:hookline:problem:slow") {
		t.Errorf("status %d: %s", status, text)
	}
	if d := delivered.next(t); d.Gate != "capture" || d.Status != http.StatusRequestTimeout {
		t.Errorf("recorded %d by %s", d.Status, d.Gate)
	}
}

func TestTheTimeForTheBodyDoesNotEndTheWaitOfASyncCall(t *testing.T) {
	h, server, delivered := startServer(t, func(o *Options) { o.BodyTimeout = 20 * time.Millisecond })
	route, err := Compile(workflow("sync", syncMode), resources())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SetRoutes([]*Route{route}); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { close(h.engine.result) })
	resp, err := http.Post(server.URL+"/api/webhooks/sync", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if d := delivered.next(t); d.Status != http.StatusServiceUnavailable || resp.StatusCode != http.StatusServiceUnavailable { // 0: the server thought that the caller had disconnected
		t.Errorf("status %d, recorded %d", resp.StatusCode, d.Status)
	}
}

func dial(t *testing.T, server *httptest.Server) (net.Conn, *bufio.Reader) {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(context.Background(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}

func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, from *bufio.Reader) (status int, text string) {
	t.Helper()
	resp, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}
