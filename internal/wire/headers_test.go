package wire

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/hook"
)

// answer is what a server found out about one request.
type answer struct {
	known bool
	lines []hook.Header
	path  string
	body  string
}

// serve runs a real server whose connections are noted. look is called within each handler, before
// and after the body is read by eat.
func serve(t *testing.T, eat func(*http.Request) string) (addr string, answers <-chan answer) {
	t.Helper()
	found := make(chan answer, 64)
	bound, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		ConnContext: Context, MaxHeaderBytes: 8 << 10,
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body := eat(r)
			lines, ok := Headers(r) // after the body: nothing that came since may matter
			found <- answer{ok, lines, r.URL.Path, body}
		}),
	}
	go func() { _ = server.Serve(Listener{bound, 16 << 10}) }()
	t.Cleanup(func() { _ = server.Close() })
	return bound.Addr().String(), found
}

func all(r *http.Request) string {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}

func none(*http.Request) string { return "" }

// send writes each piece by itself and reads what comes back until the server closes, which the last
// request should ask for.
func send(t *testing.T, addr string, pieces ...string) {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(clock.System().Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, c)
	}()
	for _, p := range pieces {
		if _, err := c.Write([]byte(p)); err != nil {
			break // the server has said no already
		}
	}
	<-done
}

func header(pairs ...string) (list []hook.Header) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, hook.Header{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

func TestLinesComeInTheOrderAndSpellingOfTheWire(t *testing.T) {
	cases := []struct {
		name, text string
		want       []hook.Header // nil: not known
	}{
		{
			"spelling and order", "GET / HTTP/1.1\r\nhost: h\r\nx-B: 2\r\nX-a: 1\r\nCoNnEcTiOn: close\r\n\r\n",
			header("host", "h", "x-B", "2", "X-a", "1", "CoNnEcTiOn", "close"),
		},
		{
			"repeated ones between others", "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\na: 3\r\nConnection: close\r\nA: 1\r\n\r\n",
			header("Host", "h", "A", "1", "B", "2", "a", "3", "Connection", "close", "A", "1"),
		},
		{
			"white space and colons", "GET / HTTP/1.1\r\nHost: h\r\nA:  x: y \t\r\nB:\r\nConnection: close\r\n\r\n",
			header("Host", "h", "A", "x: y", "B", "", "Connection", "close"),
		},
		{
			"bare line feeds", "GET / HTTP/1.1\nHost: h\nA: 1\nConnection: close\n\n",
			header("Host", "h", "A", "1", "Connection", "close"),
		},
		{
			"a body in chunks", "POST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\nHost: h\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
			header("transfer-encoding", "Chunked", "Host", "h", "Connection", "close"),
		},
		{
			"a body like a header block", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 35\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nX: 1\r\n\r\n\r\n",
			header("Host", "h", "Content-Length", "35", "Connection", "close"),
		},
		{
			"what net/http adds", "GET / HTTP/1.1\r\nPragma: no-cache\r\nHost: h\r\nConnection: close\r\n\r\n",
			header("Pragma", "no-cache", "Host", "h", "Connection", "close"),
		},
		{"HTTP/1.0", "GET / HTTP/1.0\r\nB: 1\r\nA: 2\r\n\r\n", header("B", "1", "A", "2")},
		{"a folded line", "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n 2\r\nConnection: close\r\n\r\n", nil},
		{"an absolute URL of another host", "GET http://other/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", nil},
		{"a trailer", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\nConnection: close\r\n\r\n0\r\nX: 1\r\n\r\n", nil},
		{"the length twice", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", nil},
		{"length and chunks", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", nil},
		{"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", nil},
		{"too many lines", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + strings.Repeat("A: 1\r\n", maxLines) + "\r\n", nil},
	}
	addr, answers := serve(t, all)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, pieces := range [][]string{{c.text}, strings.Split(c.text, "")} {
				send(t, addr, pieces...)
				got := <-answers
				if diff := cmp.Diff(c.want, got.lines); got.known != (c.want != nil) || c.want != nil && diff != "" {
					t.Errorf("in %d pieces: known %v\n%s", len(pieces), got.known, diff)
				}
			}
		})
	}
}

func TestARequestThatWasChangedIsNotBelieved(t *testing.T) {
	const head = "POST /a HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 2\r\n\r\n"
	for name, change := range map[string]func(*http.Request){
		"nothing":           func(*http.Request) {},
		"a line more":       func(r *http.Request) { r.Header.Add("A", "1") },
		"a line less":       func(r *http.Request) { r.Header.Del("B") },
		"another value":     func(r *http.Request) { r.Header.Set("B", "3") },
		"another for one":   func(r *http.Request) { r.Header.Del("B"); r.Header.Set("C", "2") },
		"one twice for two": func(r *http.Request) { r.Header["A"] = []string{"1", "2"}; r.Header.Del("B") },
		"another method":    func(r *http.Request) { r.Method = "PUT" },
		"another target":    func(r *http.Request) { r.RequestURI = "/b" },
		"another host":      func(r *http.Request) { r.Host = "g" },
		"another version":   func(r *http.Request) { r.Proto = "HTTP/1.0" },
	} {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Del("Host") // as the server does
		change(r)
		if _, ok := agreed(head, r); ok != (name == "nothing") {
			t.Errorf("%s: agreed %v", name, ok)
		}
	}
}

func TestARequestThatCameAnotherWayIsNotKnown(t *testing.T) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if lines, ok := Headers(r); ok {
		t.Errorf("it has %v", lines)
	}
}
