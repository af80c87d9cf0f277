package wire

import (
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/hook"
)

// maxLines is the most header lines of which the order is told: more are compared too slowly.
const maxLines = 256

// maxName is the longest name that is looked up without taking memory, in bytes.
const maxName = 64

// Headers returns the header lines of a request as they came: names in the caller's spelling, in the
// caller's order, Host and Transfer-Encoding among them, which net/http keeps elsewhere. White space
// around values is gone. It returns false when they are not known, or not beyond doubt: for HTTP/2, for
// requests that came through no Conn, and when r was changed since.
//
// It may be called by whoever serves r, once for each request: it copies what it returns.
func Headers(r *http.Request) ([]hook.Header, bool) {
	if r.ProtoMajor != 1 {
		return nil, false
	}
	c, ok := r.Context().Value(contextKey{}).(noting)
	if !ok {
		return nil, false
	}
	return agreed(c.head(), r)
}

// agreed reads a header block and compares it with what net/http made of the same bytes.
func agreed(head string, r *http.Request) ([]hook.Header, bool) {
	line, rest, ok := cutLine(head)
	n := strings.Count(rest, "\n") - 1 // without the blank one
	if !ok || n < 0 || n > maxLines || !isRequestLine(line, r) {
		return nil, false
	}
	list := make([]hook.Header, 0, n)
	elsewhere := 0
	for range n {
		line, rest, _ = cutLine(rest)
		name, text, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		text = strings.Trim(text, " \t")
		switch {
		case strings.EqualFold(name, "Host"):
			ok = text == r.Host
			elsewhere++
		case strings.EqualFold(name, "Transfer-Encoding"):
			ok = len(r.TransferEncoding) == 1 && strings.EqualFold(text, r.TransferEncoding[0])
			elsewhere++
		default:
			lines, nth := linesOf(r.Header, name), occurrences(list, name)
			ok = nth < len(lines) && lines[nth] == text
		}
		if !ok {
			return nil, false
		}
		list = append(list, hook.Header{Name: name, Value: text})
	}
	return list, len(list)-elsewhere == total(r.Header, list)
}

// cutLine returns the first line, without its end, and what follows.
func cutLine(text string) (line, rest string, ok bool) {
	line, rest, ok = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest, ok
}

func isRequestLine(line string, r *http.Request) bool {
	method, rest, _ := strings.Cut(line, " ")
	uri, ok := strings.CutSuffix(rest, r.Proto)
	return ok && method == r.Method && len(uri) == len(r.RequestURI)+1 && strings.HasPrefix(uri, r.RequestURI)
}

// linesOf looks a name up whatever its spelling, without taking memory.
func linesOf(h http.Header, name string) []string {
	if len(name) > maxName {
		return h[http.CanonicalHeaderKey(name)]
	}
	var canonical [maxName]byte
	upper := true
	for i := range len(name) {
		x := name[i]
		switch {
		case upper && 'a' <= x && x <= 'z':
			x -= 'a' - 'A'
		case !upper && 'A' <= x && x <= 'Z':
			x += 'a' - 'A'
		}
		canonical[i] = x
		upper = x == '-'
	}
	return h[string(canonical[:len(name)])]
}

// occurrences counts the lines of that name.
func occurrences(list []hook.Header, name string) (n int) {
	for i := range list {
		if len(list[i].Name) == len(name) && strings.EqualFold(list[i].Name, name) {
			n++
		}
	}
	return n
}

// total counts the lines that came. net/http adds one that did not: Cache-Control where there is only
// Pragma (http.fixPragmaCacheControl, after RFC 7234 section 5.4).
func total(h http.Header, list []hook.Header) (n int) {
	for _, lines := range h {
		n += len(lines)
	}
	if h["Pragma"] != nil && h["Cache-Control"] != nil && occurrences(list, "Cache-Control") == 0 {
		n--
	}
	return n
}
