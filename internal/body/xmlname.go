package body

import "unicode/utf8"

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// xmlName returns the name at the start of s: a local name, or a prefix, a colon and a local name (Namespaces
// in XML 1.0, section 4). It returns "" if there is none.
func xmlName(s string) string {
	end := localName(s)
	if end > 0 && end < len(s) && s[end] == ':' {
		more := localName(s[end+1:])
		if more == 0 {
			return ""
		}
		end += 1 + more
	}
	return s[:end]
}

// localName returns the length of the colon-free name at the start of s.
func localName(s string) int {
	i := 0
	for i < len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_':
			i++
			continue
		case '0' <= c && c <= '9' || c == '-' || c == '.':
			if i == 0 {
				return 0
			}
			i++
			continue
		case c < utf8.RuneSelf:
			return i
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !nameStart(r) && (i == 0 || !nameRest(r)) {
			return i
		}
		i += n
	}
	return i
}

// nameStart reports whether r is a NameStartChar beyond ASCII (XML 1.0, section 2.3).
func nameStart(r rune) bool {
	switch {
	case r == 0xD7 || r == 0xF7 || r == 0x37E:
		return false
	case 0xC0 <= r && r <= 0x2FF, 0x370 <= r && r <= 0x1FFF, r == 0x200C, r == 0x200D, 0x2070 <= r && r <= 0x218F,
		0x2C00 <= r && r <= 0x2FEF, 0x3001 <= r && r <= 0xD7FF, 0xF900 <= r && r <= 0xFDCF, 0xFDF0 <= r && r <= 0xFFFD,
		0x10000 <= r && r <= 0xEFFFF:
		return true
	default:
		return false
	}
}

// nameRest reports whether r is a NameChar beyond NameStartChar and ASCII.
func nameRest(r rune) bool {
	return r == 0xB7 || 0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}
