package app_test

import (
	"crypto/tls"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
)

// statusLine matches the status lines in what a server has sent on one connection.
var statusLine = regexp.MustCompile(`HTTP/1\.[01] (\d+) `)

// statuses sends a text on one connection and returns the status of each answer, once the server has
// closed it.
func statuses(t *testing.T, c net.Conn, text string) string {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, found := range statusLine.FindAllStringSubmatch(rest(t, c), -1) {
		list = append(list, found[1])
	}
	return strings.Join(list, " ")
}

// TestASecondRequestIsNotReadWhereServersMayDisagreeAboutTheFirst attempts request smuggling: a call whose end
// depends on the parser, followed by another request. The second one must be answered only if every parser
// agrees where it begins.
func TestASecondRequestIsNotReadWhereServersMayDisagreeAboutTheFirst(t *testing.T) {
	const (
		post    = "POST /api/webhooks/ask/me HTTP/1.1\r\nHost: h\r\n"
		old     = "POST /api/webhooks/ask/me HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n"
		chunked = "Transfer-Encoding: chunked\r\n"
		chunks  = "\r\n2\r\n{}\r\n0\r\n\r\n"
		second  = "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
	)
	cases := []struct{ name, first, want string }{
		{"a length", post + "Content-Length: 2\r\n\r\n{}", "201 200"},
		{"no body", "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n", "200 200"},
		{"the same length twice", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "201 200"},

		{"chunks", post + chunked + chunks, "201"},
		{"chunks in other letters", post + "tRANSFER-eNCODING: CHUNKED\r\n" + chunks, "201"},
		{"chunks, folded", post + "Transfer-Encoding:\r\n chunked\r\n" + chunks, "201"},
		{"chunks, then a length", post + chunked + "Content-Length: 2\r\n" + chunks, "201"},
		{"a length, then chunks", post + "Content-Length: 12\r\n" + chunked + chunks, "201"},
		{"a length that covers both", post + "Content-Length: 74\r\n" + chunked + chunks, "201"},
		{"no chunk, but a length", post + "Content-Length: 5\r\n" + chunked + "\r\n0\r\n\r\n", "201"},
		{"chunks with a trailer", post + chunked + "Trailer: X\r\n\r\n2\r\n{}\r\n0\r\nX: 1\r\n\r\n", "201"},
		{"chunks of a GET", "GET /healthz HTTP/1.1\r\nHost: h\r\n" + chunked + "\r\n0\r\n\r\n", "200"},
		{"chunks to nobody", strings.Replace(post, "ask/me", "nobody", 1) + "Content-Length: 2\r\n" + chunked + chunks, "404"},

		{"HTTP/1.0 with a length", old + "Content-Length: 2\r\n\r\n{}", "201"},
		{"HTTP/1.0 with chunks", old + chunked + chunks, "201"},
		{"HTTP/1.0 with chunks and a length", old + chunked + "Content-Length: 2\r\n\r\n{}", "201"},

		{"two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"},
		{"two lengths in one line", post + "Content-Length: 2, 2\r\n\r\n{}", "400"},
		{"a length with a sign", post + "Content-Length: +2\r\n\r\n{}", "400"},
		{"a wrong length beside chunks", post + "Content-Length: x\r\n" + chunked + chunks, "400"},
		{"a blank before the colon", post + "Transfer-Encoding : chunked\r\n" + chunks, "400"},
		{"another coding", post + "Transfer-Encoding: xchunked\r\n" + chunks, "501"},
		{"two codings", post + "Transfer-Encoding: gzip, chunked\r\n" + chunks, "501"},
		{"chunks twice", post + chunked + chunked + chunks, "501"},
		{"no coding", post + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", "501"},
		{"a wrong size of a chunk", post + chunked + "\r\n+2\r\n{}\r\n0\r\n\r\n", "400"},
		{"a chunk that is longer than its size", post + chunked + "\r\n1\r\n{}\r\n0\r\n\r\n", "400"},
	}
	dir := t.TempDir()
	plain := startWith(t, t.TempDir(), func(*config.Server) {})
	secure := startWith(t, dir, func(c *config.Server) { c.TLSCert, c.TLSKey = certificate(t, dir, 1, "localhost") })
	for _, server := range []*app.App{plain, secure} {
		for _, c := range cases {
			t.Run(server.URL()[:5]+" "+c.name, func(t *testing.T) {
				var conn net.Conn
				if server == plain {
					conn = connect(t, server.URL())
				} else {
					conn = dialTLS(t, server.URL(), &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true})
				}
				if got := statuses(t, conn, c.first+second); got != c.want {
					t.Errorf("the answers are %q, want %q", got, c.want)
				}
			})
		}
	}
}
