package hook

import (
	"strings"
	"testing"
)

func TestHeadersOfRepliesAreHeldAgainstOneRule(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"X-A", "a\tb é", ""},
		{"x!#$%&'*+-.^_`|~9", "", ""},
		{"X", strings.Repeat("a", MaxReplyHeader-1), ""},
		{"X", strings.Repeat("a", MaxReplyHeader), "is longer than 8192 bytes"},
		{"", "a", "is not a valid header name"},
		{"X Y", "a", "is not a valid header name"},
		{"X\n", "a", "is not a valid header name"},
		{"Ä", "a", "is not a valid header name"},
		{"conneCTion", "close", "is set by the server alone; leave it out"},
		{"Content-Length", "1", "is set by the server alone; leave it out"},
		{"X", "a\r\nSet-Cookie: b", "has a line break in its value; a header is one line"},
		{"X", "a\x00", "has a control character in its value"},
		{"X", "a\x7f", "has a control character in its value"},
	} {
		if got := ReplyHeaderProblem(c.name, c.value); got != c.want {
			t.Errorf("%.20q: %.20q: got %q, want %q", c.name, c.value, got, c.want)
		}
	}
}
