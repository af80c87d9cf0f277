package hook

import "strings"

// MaxReplyHeader is how long a header of a reply may be, name and value together, in bytes.
const MaxReplyHeader = 8 << 10

// ReplyHeaderProblem says why a header cannot be in a reply, as what follows its name in a sentence, or
// "" when it can. It is the one rule for answers, wherever they come from: RFC 9110 section 5 for the
// form; section 7.6.1, and RFC 2616 section 13.5.1 for the older ones, for headers that concern one
// connection; section 8.6 for Content-Length, which the server counts itself.
func ReplyHeaderProblem(name, value string) string {
	if !IsToken(name) {
		return "is not a valid header name"
	}
	switch strings.ToLower(name) {
	case "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
		"transfer-encoding", "upgrade", "content-length":
		return "is set by the server alone; leave it out"
	}
	if len(name)+len(value) > MaxReplyHeader {
		return "is longer than 8192 bytes"
	}
	for i := range len(value) {
		switch c := value[i]; {
		case c == '\r' || c == '\n':
			return "has a line break in its value; a header is one line"
		case c < ' ' && c != '\t' || c == 0x7f:
			return "has a control character in its value"
		}
	}
	return ""
}

// IsToken reports whether a text is a token (RFC 9110 section 5.6.2), as names of headers are.
func IsToken(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return text != ""
}
