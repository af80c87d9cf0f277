package ingress

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// The prefixes of webhook addresses. The second is NocoBase's form.
const (
	hooksPrefix   = "/api/webhooks/"
	triggerPrefix = "/api/webhook:trigger/"
)

// Serves reports whether a request is for this package. A server with other paths beside it must call Serves before
// anything cleans the path or redirects: the front door rejects paths that are not canonical.
func Serves(r *http.Request) bool {
	p := r.URL.Path
	return strings.HasPrefix(p, "/api/webhooks") || strings.HasPrefix(p, "/api/webhook:")
}

// The reasons for rejecting a path, worded for the caller.
const (
	emptySegment = "it has an empty segment (//)"
	dotSegment   = "it has a segment that is . or .."
	hiddenSlash  = "it has a slash or backslash within a segment (%2F, %5C)"
	controlChar  = "it has a control character"
	brokenEscape = "it has an invalid percent escape"
	notUTF8      = "it is not UTF-8"
	relative     = "it does not start with a slash"
)

// canonical decodes an escaped path once and checks that every server would read it in the same way. It drops one slash
// at the end. It resolves and collapses nothing: an ambiguous path is rejected, and refused says why.
func canonical(escaped string) (path, refused string) {
	if !strings.HasPrefix(escaped, "/") {
		return "", relative
	}
	path = escaped
	if strings.IndexByte(path, '%') >= 0 {
		if path, refused = unescapePath(path); refused != "" {
			return "", refused
		}
	}
	if len(path) > 1 && path[len(path)-1] == '/' {
		if path = path[:len(path)-1]; path == "/" {
			return "", emptySegment
		}
	}
	segment := 1
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			if c := path[i]; c < ' ' || c == 0x7f {
				return "", controlChar
			} else if c == '\\' {
				return "", hiddenSlash
			}
			continue
		}
		switch path[segment:i] {
		case "":
			if len(path) > 1 {
				return "", emptySegment
			}
		case ".", "..":
			return "", dotSegment
		}
		segment = i + 1
	}
	if !utf8.ValidString(path) {
		return "", notUTF8
	}
	return path, ""
}

// unescapePath decodes percent escapes once; an escaped separator is rejected.
func unescapePath(s string) (path, refused string) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if i+2 >= len(s) {
				return "", brokenEscape
			}
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high > 15 || low > 15 {
				return "", brokenEscape
			}
			i += 2
			if c = high<<4 | low; c == '/' || c == '\\' {
				return "", hiddenSlash
			}
		}
		out = append(out, c)
	}
	return string(out), ""
}

// unhex returns the value of a hex digit, and more than 15 for anything else.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	default:
		return 16
	}
}
