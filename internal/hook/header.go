package hook

import "strings"

// MaxReplyHeader bounds a header of a reply, name and value together, in bytes.
const MaxReplyHeader = 8 << 10

// ReplyHeaderProblem returns why a reply must not have a header, as text that follows the header's name in a
// message, or "". The rule applies to every reply. Its sources: RFC 9110 section 5 for the form; section 7.6.1, and
// RFC 2616 section 13.5.1 for the older names, for headers that concern one connection; section 8.6 for
// Content-Length, which the server computes itself.
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

// IsToken reports whether a text is a token (RFC 9110 section 5.6.2), as header names are.
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
