package body

import (
	"strconv"
	"strings"
)

// segment is one step of a field's key.
type segment struct {
	name  string
	index int // in an array, or one of the constants below
}

// Values of segment.index that are not an index.
const (
	named = -1 // a name
	push  = -2 // "[]"
)

// appendPath splits a key: name[a][0].b[] becomes name, a, 0, b and push. A key whose brackets do not match is
// one name. ok is false if it nests deeper than allowed.
func appendPath(path []segment, key string, depth int) (_ []segment, ok bool) {
	start := len(path)
	open := strings.IndexByte(key, '[')
	if open < 0 || !balanced(key[open:]) {
		return append(path, segment{key, named}), true
	}
	if open > 0 {
		path = append(path, segment{key[:open], named})
	}
	for rest := key[open:]; rest != ""; {
		if len(path)-start == depth {
			return path, false
		}
		var s segment
		s, rest = nextSegment(rest)
		path = append(path, s)
	}
	return path, true
}

// nextSegment reads "[…]" or ".name".
func nextSegment(s string) (_ segment, rest string) {
	if s[0] == '.' {
		name, rest := splitAt(s[1:], ".[")
		return segment{name, named}, rest
	}
	inner, rest, _ := strings.Cut(s[1:], "]")
	return parseBracket(inner), rest
}

func parseBracket(inner string) segment {
	if inner == "" {
		return segment{"", push}
	}
	if len(inner) <= 4 {
		if n, err := strconv.Atoi(inner); err == nil && n >= 0 && n < IndexBound && strconv.Itoa(n) == inner {
			return segment{inner, n}
		}
	}
	return segment{inner, named}
}

// balanced reports whether s is a sequence of "[…]" and ".name".
func balanced(s string) bool {
	for s != "" {
		switch s[0] {
		case '[':
			end := strings.IndexAny(s[1:], "[]")
			if end < 0 || s[1+end] == '[' {
				return false
			}
			s = s[end+2:]
		case '.':
			end := strings.IndexAny(s[1:], ".[]")
			if end == 0 || len(s) == 1 {
				return false // a dot without a name
			}
			if end < 0 {
				return true
			}
			if s[1+end] == ']' {
				return false
			}
			s = s[1+end:]
		default:
			return false
		}
	}
	return true
}
