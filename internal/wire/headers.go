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
	var names seen
	distinct, expected := 0, 0 // names and lines that r.Header must have, and no others
	for range n {
		line, rest, _ = cutLine(rest)
		name, text, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		text = trim(text)
		switch {
		case len(name) == len("Host") && strings.EqualFold(name, "Host"):
			ok = text == r.Host
		case len(name) == len("Transfer-Encoding") && strings.EqualFold(name, "Transfer-Encoding"):
			ok = len(r.TransferEncoding) == 1 && strings.EqualFold(text, r.TransferEncoding[0])
		default:
			lines, nth := linesOf(r.Header, name), 0
			if names.maybe(name) {
				nth = occurrences(list, name)
			}
			if nth == 0 {
				distinct++
				expected += len(lines)
			}
			expected--
			ok = nth < len(lines) && lines[nth] == text
		}
		if !ok {
			return nil, false
		}
		list = append(list, hook.Header{Name: name, Value: text})
	}
	return list, expected == 0 && distinct == len(r.Header)-added(r.Header, list)
}

// added is how many names net/http has added: Cache-Control where there is only Pragma
// (http.fixPragmaCacheControl, after RFC 7234 section 5.4).
func added(h http.Header, list []hook.Header) int {
	if h["Pragma"] != nil && h["Cache-Control"] != nil && occurrences(list, "Cache-Control") == 0 {
		return 1
	}
	return 0
}

// seen is a set of names that may take one for another, and so spares most comparisons.
type seen uint64

// maybe reports whether a name may have been asked for before.
func (s *seen) maybe(name string) bool {
	if name == "" {
		return true
	}
	bit := seen(1) << ((5*len(name) + 3*int(name[0]|0x20) + int(name[len(name)-1]|0x20)) & 63)
	was := *s&bit != 0
	*s |= bit
	return was
}

// trim takes blanks off both ends.
func trim(text string) string {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	for n := len(text); n > 0 && (text[n-1] == ' ' || text[n-1] == '\t'); n-- {
		text = text[:n-1]
	}
	return text
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
