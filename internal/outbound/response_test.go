package outbound_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/outbound"
)

// zipped returns n bytes, compressed.
func zipped(n int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = io.CopyN(z, zeros{}, int64(n))
	_ = z.Close()
	return b.Bytes()
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestResponsesHaveALimit(t *testing.T) {
	const limit = 300_000 // more than what needs no memory
	compressed := func(data []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(data)
		}
	}
	endless := func(data []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(data); err != nil {
					return
				}
			}
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		large   bool
		length  int
	}{
		"empty":              {func(http.ResponseWriter, *http.Request) {}, false, 0},
		"exactly":            {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, limit)) }, false, limit},
		"one more":           {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, limit+1)) }, true, 0},
		"says so":            {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "999999999999") }, true, 0},
		"endless":            {endless(make([]byte, 1000)), true, 0},
		"gzip":               {compressed(zipped(1000)), false, 1000},
		"gzip exactly":       {compressed(zipped(limit)), false, limit},
		"gzip one more":      {compressed(zipped(limit + 1)), true, 0},
		"gzip bomb":          {compressed(zipped(1 << 25)), true, 0},
		"gzip of nothing":    {compressed(bytes.Repeat(zipped(0), 100_000)), true, 0},
		"gzip without bytes": {compressed(nil), false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, outbound.Options{Allow: loopback()})
			resp, body, err := send(t.Context(), c, outbound.Request{Method: "GET", URL: peer(t, test.handler).URL, MaxResponse: limit})
			switch {
			case test.large && (err == nil || kindOf(t, err) != outbound.TooLarge):
				t.Errorf("%d bytes, %v, want TooLarge", len(body), err)
			case !test.large && (err != nil || len(body) != test.length || resp.Header.Get("Content-Encoding") != "" && test.length > 0):
				t.Errorf("%d bytes, %v, want %d", len(body), err, test.length)
			}
			if got := c.Stats(); got.TooLarge != b2i(test.large) || got.InFlight != 0 {
				t.Errorf("counters are %+v", got)
			}
		})
	}
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// TestPeersThatBreakTheRules speaks HTTP by hand.
func TestPeersThatBreakTheRules(t *testing.T) {
	for name, test := range map[string]struct {
		says string
		want outbound.Kind
	}{
		"nothing":           {"", outbound.Broken},
		"no HTTP":           {"SSH-2.0-OpenSSH_9.2\r\n", outbound.Broken},
		"half a header":     {"HTTP/1.1 200 OK\r\nContent-Le", outbound.Broken},
		"half a body":       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", outbound.Broken},
		"half a chunk":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf", outbound.Broken},
		"no last chunk":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", outbound.Broken},
		"a bad chunk":       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", outbound.Broken},
		"half a gzip":       {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + string(zipped(100)[:20]), outbound.Broken},
		"no gzip":           {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain text", outbound.Broken},
		"a damaged gzip":    {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + string(zipped(100)[:10]) + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", outbound.Broken},
		"a huge header":     {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", outbound.MaxHeader) + "\r\n\r\n", outbound.Broken},
		"continues forever": {strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10_000), outbound.Broken},
		"two lengths":       {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", outbound.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			l := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, test.says) })
			c := newClient(t, outbound.Options{Allow: loopback()})
			_, body, err := get(t.Context(), c, "http://"+l+"/s3cret?token=s3cret")
			if err == nil || kindOf(t, err) != test.want || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q, %v", body, err)
			}
		})
	}
}

// raw starts a TCP peer on loopback. It reads a request's first bytes, answers, and closes its side.
func raw(t *testing.T, answer func(net.Conn)) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = conn.Read(make([]byte, 4096))
				answer(conn)
			}()
		}
	}()
	return l.Addr().String()
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	c := newClient(t, outbound.Options{Allow: loopback()})
	if _, _, err := get(t.Context(), c, "http://"+address+"/"); err == nil || kindOf(t, err) != outbound.Connect {
		t.Error(err)
	}
}

// TestSlowPeersEndWithTheContext has peers that never answer, stop in the header, or send byte by byte.
func TestSlowPeersEndWithTheContext(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	for name, first := range map[string]string{
		"silent": "", "half a header": "HTTP/1.1 200 OK\r\nX: ", "half a body": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			address := raw(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, first)
				<-stop
			})
			c := newClient(t, outbound.Options{Allow: loopback()})
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			if _, _, err := get(ctx, c, "http://"+address); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want the context's error", err)
			}
			if s := c.Stats(); s.TimedOut != 1 || s.InFlight != 0 {
				t.Errorf("counters are %+v", s)
			}
		})
	}
}

// TestMemoryOfLargeResponsesIsShared has two responses that do not fit into the memory at once.
func TestMemoryOfLargeResponsesIsShared(t *testing.T) {
	s := peer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 200_000)) })
	c := newClient(t, outbound.Options{Allow: loopback(), Memory: 300_000})
	r := outbound.Request{Method: "GET", URL: s.URL, MaxResponse: 250_000}
	first, err := c.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Bytes(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := send(ctx, c, r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the memory is used: %v", err)
	}
	first.Close()
	if _, body, err := send(t.Context(), c, r); err != nil || len(body) != 200_000 {
		t.Errorf("afterwards: %d bytes, %v", len(body), err)
	}
}

func TestRequestsThatCannotBeSent(t *testing.T) {
	s := peer(t, func(http.ResponseWriter, *http.Request) {})
	c := newClient(t, outbound.Options{Allow: loopback()})
	for _, method := range []string{"", "CONNECT", "TRACE", "trace", "GE T", "GET\r\nX: y", "É"} {
		if _, _, err := send(t.Context(), c, outbound.Request{Method: method, URL: s.URL}); err == nil || kindOf(t, err) != outbound.Invalid {
			t.Errorf("method %q: %v", method, err)
		}
	}
	for _, h := range []http.Header{
		{"": {"x"}}, {"A b": {"x"}}, {"X": {"a\r\nY: s3cret"}}, {"X": {"s3cret\x00"}}, {"Content-Length": {"9"}}, {"transfer-encoding": {"chunked"}},
		{"Connection": {"close"}}, {"Te": {"trailers"}}, {"Upgrade": {"h2c"}}, {"Proxy-Authorization": {"x"}},
	} {
		_, _, err := send(t.Context(), c, outbound.Request{Method: "GET", URL: s.URL, Header: h})
		if err == nil || kindOf(t, err) != outbound.Invalid || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v: %v", h, err)
		}
	}
}
