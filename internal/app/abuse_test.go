package app_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
)

// connect opens a socket to a server's base URL.
func connect(t *testing.T, base string) net.Conn {
	t.Helper()
	_, addr, _ := strings.Cut(base, "://")
	c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(clock.System().Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// drip sends a text one byte at a time until the server closes the connection, the text ends or stop is closed.
func drip(c net.Conn, text string, every time.Duration, stop <-chan struct{}) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := range len(text) {
		if _, err := io.WriteString(c, text[i:i+1]); err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-stop:
			return
		}
	}
}

// rest reads what the server sends until it closes.
func rest(t *testing.T, c net.Conn) string {
	t.Helper()
	text, err := io.ReadAll(c)
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		t.Errorf("the connection stays open; it got %q", text)
	}
	return string(text)
}

// slow sets the limits of a server that is attacked in a test.
func slow(c *config.Server) {
	c.HeaderTimeout, c.BodyTimeout, c.IdleTimeout, c.WriteTimeout = 400*time.Millisecond, 400*time.Millisecond, time.Second, time.Second
}

// good fails unless valid calls are answered.
func good(t *testing.T, base string) {
	t.Helper()
	for range 5 {
		if status, _, text := call(t, base+"/api/webhooks/ask/me", "", "", `{}`); status != http.StatusCreated {
			t.Fatalf("a good call is answered %d %s", status, text)
		}
	}
}

func TestSlowHeadersAreCutOffWhileOthersAreServed(t *testing.T) {
	a := startWith(t, t.TempDir(), slow)
	stop := make(chan struct{})
	var attackers []net.Conn
	var senders sync.WaitGroup
	for range 40 {
		c := connect(t, a.URL())
		attackers = append(attackers, c)
		senders.Go(func() {
			drip(c, "POST /api/webhooks/ask/me HTTP/1.1\r\nX: "+strings.Repeat("a", 1000), 20*time.Millisecond, stop)
		})
	}
	good(t, a.URL())
	for _, c := range attackers {
		rest(t, c)
	}
	close(stop)
	senders.Wait()
	good(t, a.URL())
}

func TestASlowHandshakeIsCutOff(t *testing.T) {
	dir := t.TempDir()
	a := startWith(t, dir, func(c *config.Server) {
		slow(c)
		c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost")
	})
	silent := connect(t, a.URL())
	half := connect(t, a.URL())
	if _, err := half.Write([]byte{0x16, 3, 1, 2, 0, 1}); err != nil {
		t.Fatal(err)
	}
	rest(t, silent)
	rest(t, half)
	// After the handshake, the time limit for headers applies.
	conn := dialTLS(t, a.URL(), &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true})
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\n"); err != nil {
		t.Fatal(err)
	}
	rest(t, conn)
	if got := ask(t, trusting(t, filepath.Join(dir, "cert.pem"), true), http.MethodPost, a.HooksURL()+"/api/webhooks/ask/me", "{}"); got.status != 201 {
		t.Errorf("%+v", got)
	}
}

func TestASlowBodyIsCutOff(t *testing.T) {
	t.Parallel()
	a := startWith(t, t.TempDir(), slow)
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	for name, c := range map[string]struct{ request, status string }{
		"a body that is read":            {"POST /api/webhooks/ask/me HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", "408"},
		"a body in chunks":               {"POST /api/webhooks/ask/me HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "408"},
		"a body of a refused one":        {"POST /api/webhooks/save HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n", "401"},
		"a body of a call without route": {"POST /api/webhooks/nobody HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n", "404"},
		"a body of the API":              {"POST /api/reload HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", "401"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := connect(t, a.URL())
			if _, err := io.WriteString(conn, c.request); err != nil {
				t.Fatal(err)
			}
			go drip(conn, "1\r\na\r\n"+strings.Repeat("1\r\na\r\n", 1000), 30*time.Millisecond, stop)
			if text := rest(t, conn); !strings.HasPrefix(text, "HTTP/1.1 "+c.status+" ") {
				t.Errorf("it got %q", text)
			}
		})
	}
}

func TestAnIdleConnectionIsClosed(t *testing.T) {
	a := startWith(t, t.TempDir(), slow)
	c := connect(t, a.URL())
	if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if text := rest(t, c); !strings.HasPrefix(text, "HTTP/1.1 200 ") {
		t.Errorf("it got %q", text)
	}
}

func TestAFloodOfHeadersIsRefused(t *testing.T) {
	a := startWith(t, t.TempDir(), func(c *config.Server) { c.MaxHeaders = 16 << 10 })
	for name, flood := range map[string]string{
		"one long line":  "X: " + strings.Repeat("a", 100<<10) + "\r\n",
		"many lines":     strings.Repeat("X: a\r\n", 20<<10),
		"a line for URL": "",
	} {
		c := connect(t, a.URL())
		target := "/api/webhooks/ask/me"
		if flood == "" {
			target += "?" + strings.Repeat("q", 100<<10)
		}
		// the server may close the connection earlier
		_, _ = io.WriteString(c, "POST "+target+" HTTP/1.1\r\nHost: h\r\n"+flood+"\r\n")
		if res, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
			if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("%s: %d", name, res.StatusCode)
			}
			_ = res.Body.Close()
		}
	}
	good(t, a.URL())
}

func TestAFloodOfConnectionsLeavesRoomForCalls(t *testing.T) {
	a := startWith(t, t.TempDir(), func(c *config.Server) { c.MaxConnections = 10 })
	for range 40 {
		connect(t, a.URL())
	}
	good(t, a.URL())
}

func TestManySmallCallsOnOneConnection(t *testing.T) {
	a := startWith(t, t.TempDir(), slow)
	const calls = 500
	c := connect(t, a.URL())
	go func() {
		for i := range calls {
			body := fmt.Sprintf(`{"n":%d}`, i)
			_, _ = fmt.Fprintf(c, "POST /api/webhooks/ask/me HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	}()
	in := bufio.NewReader(c)
	for i := range calls {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if want := fmt.Sprintf(`{"hello":"me","got":{"n":%d}}`, i); err != nil || string(text) != want {
			t.Fatalf("call %d: %d %s, %v", i, res.StatusCode, text, err)
		}
		_ = res.Body.Close()
	}
}

func TestAServerThatWasKilledLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	_, stop := startUntil(t, dir, func(*config.Server) {})
	stop()
	left := []string{"server.json.123456", "token.9", "status.key.42"}
	for _, name := range left {
		write(t, filepath.Join(dir, "data", name), []byte("half"))
	}
	write(t, filepath.Join(dir, "data", "token.old"), []byte("an operator's"))
	startWith(t, dir, func(*config.Server) {})
	found, err := filepath.Glob(filepath.Join(dir, "data", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		for _, name := range left {
			if filepath.Base(path) == name {
				t.Errorf("%s is still there", name)
			}
		}
	}
	if !strings.Contains(strings.Join(found, " "), "token.old") {
		t.Error("a file of somebody else's is gone")
	}
}
