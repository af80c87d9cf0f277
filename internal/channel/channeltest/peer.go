package channeltest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/outbound"
)

// Client returns a client that may connect to loopback, for the duration of a test.
func Client(t testing.TB) *outbound.Client {
	t.Helper()
	c := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	t.Cleanup(c.Close)
	return c
}

// peer is a provider on loopback that answers what a story says.
type peer struct {
	*httptest.Server
	mu     sync.Mutex
	answer string
	got    string // the request, as stories show it
}

func newPeer(t *testing.T) *peer {
	p := &peer{}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// expect sets the answer to the next request.
func (p *peer) expect(answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer, p.got = answer, ""
}

// request returns the last request.
func (p *peer) request() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

// ServeHTTP implements http.Handler.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	p.mu.Lock()
	p.got = showRequest(r, body)
	answer := p.answer
	p.mu.Unlock()
	if err != nil {
		return
	}
	writeAnswer(w, answer)
}

// writeAnswer writes an answer in the form of stories.
func writeAnswer(w http.ResponseWriter, answer string) {
	status, rest, _ := strings.Cut(answer, "\n")
	code, err := strconv.Atoi(strings.TrimSpace(status))
	if err != nil {
		panic("channeltest: the answer does not begin with a status: " + answer)
	}
	head, body, found := strings.Cut(rest, "\n\n")
	if strings.HasPrefix(rest, "\n") {
		head, body, found = "", rest[1:], true
	}
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimRight(head, "\n") + "\n\n"))).ReadMIMEHeader()
	if err != nil && head != "" {
		panic(err)
	}
	maps.Copy(w.Header(), header)
	w.WriteHeader(code)
	if found {
		_, _ = io.WriteString(w, strings.TrimRight(body, "\n"))
	}
}

// hostSignature is a signature that covers the peer's host and therefore differs in each run. A kind with such a
// signature checks it in a test of its own.
var hostSignature = regexp.MustCompile(`Signature=[0-9a-f]{64}`)

// showRequest prints a request, without the headers that every request has.
func showRequest(r *http.Request, body []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL.RequestURI())
	var names []string
	for name := range r.Header {
		if !slices.Contains([]string{"Accept-Encoding", "User-Agent", "Content-Length"}, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, text := range r.Header[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, hostSignature.ReplaceAllString(text, "Signature=HEX"))
		}
	}
	if len(body) > 0 {
		var indented bytes.Buffer
		if json.Indent(&indented, body, "", "  ") == nil {
			body = indented.Bytes()
		}
		fmt.Fprintf(&b, "\n%s\n", bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
	}
	return b.String()
}
