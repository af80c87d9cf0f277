package app

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// BenchmarkConnections measures the cost of the connection limits per call. bare is net/http alone.
func BenchmarkConnections(b *testing.B) {
	for _, c := range []struct {
		name    string
		bounded bool
	}{{"bare", false}, {"bounded", true}} {
		b.Run(c.name, func(b *testing.B) {
			l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				ok(w, r)
			}), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
			on := l
			if c.bounded {
				on = newLimitedListener(l, connLimits{
					total: 100, write: 30 * time.Second, clock: clock.System(), log: slog.New(slog.DiscardHandler),
				})
				server.ConnState = trackState
				server.Handler = &bodyDeadline{next: closeAmbiguous(server.Handler), timeout: time.Minute, clock: clock.System()}
			}
			go func() { _ = server.Serve(on) }()
			defer server.Close()
			calls(b, l.Addr().String())
		})
	}
}

// calls sends one call after another over one connection.
func calls(b *testing.B, addr string) {
	b.Helper()
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	const size = 6 << 10
	var head strings.Builder
	head.WriteString("POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(size) + "\r\n")
	for i := range 10 {
		head.WriteString("X-Some-Header-" + strconv.Itoa(i) + ": a value of some length\r\n")
	}
	text := head.String() + "\r\n" + strings.Repeat("x", size)
	in := bufio.NewReader(conn)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(conn, text); err != nil {
			b.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
}
