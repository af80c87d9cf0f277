package wire

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/hook"
)

// message is a request that a client sends.
type message struct {
	text  string
	path  string
	lines []hook.Header
	body  string
}

// messages draws requests with all that is usual; the last asks the server to close.
func messages(t *rapid.T) (list []message) {
	names := rapid.SampledFrom([]string{"A", "a", "X-Some-Name", "x-some-name", "ACCEPT", "user-agent", "contentlength", "Transfer-Encodings"})
	values := rapid.SampledFrom([]string{"", "1", "two words", "Host: other", "a:b", "\xff"})
	bodies := rapid.SampledFrom([]string{"", "x", "\r\n\r\n", "GET /9 HTTP/1.1\r\nHost: evil\r\n\r\n", strings.Repeat("long", 3000)})
	n := rapid.IntRange(1, 6).Draw(t, "requests")
	for i := range n {
		m := message{path: fmt.Sprintf("/%d", i), lines: header("Host", "h"), body: bodies.Draw(t, "body")}
		for range rapid.IntRange(0, 5).Draw(t, "lines") {
			m.lines = append(m.lines, hook.Header{Name: names.Draw(t, "name"), Value: values.Draw(t, "value")})
		}
		if i == n-1 {
			m.lines = append(m.lines, hook.Header{Name: "Connection", Value: "close"})
		}
		coded := m.body
		switch {
		case m.body == "" && rapid.Bool().Draw(t, "no length"):
		case rapid.Bool().Draw(t, "chunked"):
			m.lines = append(m.lines, hook.Header{Name: "transfer-encoding", Value: "chunked"})
			coded = chunks(t, m.body)
		default:
			m.lines = append(m.lines, hook.Header{Name: "content-LENGTH", Value: strconv.Itoa(len(m.body))})
			if m.body != "" && rapid.Bool().Draw(t, "expect") {
				m.lines = append(m.lines, hook.Header{Name: "Expect", Value: "100-continue"})
			}
		}
		m.lines = rapid.Permutation(m.lines).Draw(t, "order")
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", rapid.SampledFrom([]string{"GET", "POST", "PUT"}).Draw(t, "method"), m.path)
		for _, l := range m.lines {
			fmt.Fprintf(&b, "%s:%s%s\r\n", l.Name, rapid.SampledFrom([]string{" ", "", " \t"}).Draw(t, "space"), l.Value)
		}
		m.text = b.String() + "\r\n" + coded
		list = append(list, m)
	}
	return list
}

// chunks codes a body.
func chunks(t *rapid.T, body string) string {
	var b strings.Builder
	for body != "" {
		n := rapid.IntRange(1, len(body)).Draw(t, "chunk")
		fmt.Fprintf(&b, rapid.SampledFrom([]string{"%x", "%X", "0%x"}).Draw(t, "digits")+"\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}

// pieces cuts a text anywhere.
func pieces(t *rapid.T, text string) (list []string) {
	for text != "" && len(list) < 30 {
		n := min(rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(1, 3000), rapid.Just(len(text))).Draw(t, "piece"), len(text))
		list = append(list, text[:n])
		text = text[n:]
	}
	return append(list, text)
}

// TestEveryRequestOfAPipelineHasItsOwnLines sends requests in a pipeline, cut anywhere, to a real
// server that reads bodies whole, a little, or not at all.
func TestEveryRequestOfAPipelineHasItsOwnLines(t *testing.T) {
	whole, found := serve(t, all)
	nothing, unread := serve(t, none)
	little, begun := serve(t, func(r *http.Request) string {
		_, _ = r.Body.Read(make([]byte, 1))
		return ""
	})
	rapid.Check(t, func(rt *rapid.T) {
		list := messages(rt)
		var text strings.Builder
		for _, m := range list {
			text.WriteString(m.text)
		}
		parts := pieces(rt, text.String())
		send(t, whole, parts...)
		for _, m := range list {
			got := <-found
			if diff := cmp.Diff(m.lines, got.lines); !got.known || diff != "" || got.path != m.path || got.body != m.body {
				rt.Fatalf("known %v, path %s, body %.40q of %s\n%s", got.known, got.path, got.body, m.path, diff)
			}
		}
		for addr, answers := range map[string]<-chan answer{nothing: unread, little: begun} {
			send(t, addr, parts...)
			for i := 0; len(answers) > 0; i++ { // a server that does not read may hang up early
				got := <-answers
				if diff := cmp.Diff(list[i].lines, got.lines); !got.known || diff != "" || got.path != list[i].path {
					rt.Fatalf("unread: known %v, path %s of %s\n%s", got.known, got.path, list[i].path, diff)
				}
			}
		}
	})
}

func TestAConnectionThatIsLostStaysLost(t *testing.T) {
	addr, answers := serve(t, all)
	send(t, addr,
		"GET /1 HTTP/1.1\r\nHost: h\r\nB: 1\r\n\r\n"+
			"GET /2 HTTP/1.1\r\nHost: h\r\nA: 1\r\n folded\r\n\r\n"+
			"GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	for i, want := range []bool{true, false, false} {
		if got := <-answers; got.known != want || got.path != fmt.Sprintf("/%d", i+1) {
			t.Errorf("%s is known: %v", got.path, got.known)
		}
	}
}
