package body

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// wrongCharacter looks for what is no Char (section 2.2), and returns -1 where all is well.
func (x *xmlReader) wrongCharacter() int {
	for i := 0; i < len(x.s); {
		if c := x.s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(x.s[i:])
		if r == utf8.RuneError && n == 1 || !xmlChar(r) {
			return i
		}
		i += n
	}
	return -1
}

func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// unescaped undoes references and makes every line end one line feed (section 2.11); in an attribute
// every blank becomes a space (section 3.3.3). at is where s stands.
func (x *xmlReader) unescaped(s string, at int, attribute bool) (string, error) {
	special := "&\r"
	if attribute {
		special = "&\r\n\t"
	}
	i := strings.IndexAny(s, special)
	if i < 0 {
		return s, nil
	}
	out := append(make([]byte, 0, len(s)), s[:i]...)
	for i < len(s) {
		switch c := s[i]; {
		case c == '&':
			r, length := xmlReference(s[i:])
			if length == 0 {
				return "", x.wrong(at+i, "& begins none of &lt; &gt; &amp; &apos; &quot; and &#…; for a character that XML allows; write &amp; for itself")
			}
			out, i = utf8.AppendRune(out, r), i+length
			continue
		case c == '\r' && i+1 < len(s) && s[i+1] == '\n':
		case attribute && isBlank(c):
			out = append(out, ' ')
		case c == '\r':
			out = append(out, '\n')
		default:
			out = append(out, c)
		}
		i++
	}
	return share(out), nil
}

func oneLineEnd(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// xmlReference reads a reference at the start of s; length 0: there is none.
func xmlReference(s string) (r rune, length int) {
	const longest = len("&#x0010FFFF;")
	end := strings.IndexByte(s[:min(len(s), longest)], ';')
	if end < 0 {
		return 0, 0
	}
	switch name := s[1:end]; {
	case name == "lt":
		r = '<'
	case name == "gt":
		r = '>'
	case name == "amp":
		r = '&'
	case name == "apos":
		r = '\''
	case name == "quot":
		r = '"'
	case strings.HasPrefix(name, "#"):
		digits, base := name[1:], 10
		if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || n > utf8.MaxRune || !xmlChar(rune(n)) {
			return 0, 0
		}
		r = rune(n)
	default:
		return 0, 0
	}
	return r, end + 1
}
