package app

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hookline.dev/hookline/internal/config"
)

// half closes the sending side of a connection.
type half interface {
	net.Conn
	CloseWrite() error
}

// TestACallerWhoHasSentEverythingStillGetsTheAnswer lets callers close their side while a handler works.
func TestACallerWhoHasSentEverythingStillGetsTheAnswer(t *testing.T) {
	certs := httptest.NewUnstartedServer(nil)
	certs.StartTLS()
	t.Cleanup(certs.Close)
	for name, c := range map[string]struct {
		request string
		secure  bool
	}{
		"a call with a body":           {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", false},
		"a call in chunks":             {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", false},
		"a call without a body":        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", false},
		"HTTP/1.0":                     {"GET / HTTP/1.0\r\n\r\n", false},
		"a call with a body, over TLS": {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", true},
		"a call without one, over TLS": {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			gone := make(chan error, 1)
			l := newListener("--listen", "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				select {
				case <-r.Context().Done():
				case <-time.After(100 * time.Millisecond): // net/http sees the end of the input meanwhile
				}
				gone <- r.Context().Err()
				_, _ = io.WriteString(w, "answer")
			}), config.Default(), slog.New(slog.DiscardHandler))
			if c.secure {
				l.tls = certs.TLS
			}
			if err := l.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Stop(context.WithoutCancel(t.Context())) })
			var conn half = dial(t, l.bound.Addr().String()).(*net.TCPConn)
			if c.secure {
				conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
			}
			if _, err := io.WriteString(conn, c.request); err != nil {
				t.Fatal(err)
			}
			if err := conn.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if err := <-gone; err != nil {
				t.Errorf("the handler was told that its caller has left: %v", err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if text, err := io.ReadAll(res.Body); err != nil || string(text) != "answer" {
				t.Errorf("it got %q, %v", text, err)
			}
			isClosed(t, conn)
		})
	}
}
