package body

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// invalidCharacter returns the offset of the first character that is not a Char (section 2.2), or -1.
func (x *xmlReader) invalidCharacter() int {
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

// unescaped resolves references and normalizes line ends to one line feed (section 2.11); in an attribute,
// white space becomes spaces (section 3.3.3). at is the offset of s in the document.
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
				return "", x.syntaxError(at+i, "& does not begin &lt; &gt; &amp; &apos; &quot; or a valid &#…; reference; write &amp; for an ampersand")
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
	return unsafeString(out), nil
}

func oneLineEnd(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// xmlReference decodes the reference at the start of s. length is 0 if there is none.
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
