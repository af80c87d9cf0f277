package variable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr/diag"
)

// Read reads the path that starts with the $ at src[at] and returns the offset after it. It reads as much as can
// belong to a path. The caller handles what follows, such as white space or an operator.
func Read(src string, at int) (Path, int, error) {
	i := at + 1
	for i < len(src) && (src[i] == '_' || isLetterOrDigit(src[i])) {
		i++
	}
	root := src[at+1 : i]
	if root == "" {
		return Path{}, at, diag.At(at, "a $ starts a variable and is followed by its root: %s", ListRoots(Roots()))
	}
	p := Path{root: canonicalRoot(root)}
	for {
		s, end, err := readSegment(src, i)
		if err != nil {
			return Path{}, at, err
		}
		if end == i {
			break
		}
		i = end
		switch {
		case p.first != "":
			p.segments = append(p.segments, s)
		case s.isIndex || s.name == "":
			return Path{}, at, diag.At(at, "$%s is followed by a name, as in %s", root, examplePath(p.root))
		default:
			p.first = s.name
		}
		if i-at > MaxPath || len(p.segments) > MaxSegments {
			return Path{}, at, diag.At(at, "this path is too long: at most %d bytes and %d segments", MaxPath, MaxSegments)
		}
	}
	if i < len(src) && src[i] == '(' {
		return Path{}, at, diag.At(i, "a path leads to data, which has no functions; write f(%s) instead", p)
	}
	if p.first == "" {
		if text := CheckRoot(p.root); text != "" {
			return Path{}, at, diag.At(at, "%s", text)
		}
		return Path{}, at, diag.At(at, "$%s alone is not a variable; name what you need, as in %s", root, examplePath(p.root))
	}
	if p.isHeaders() && len(p.segments) > 0 {
		// $context.headers.X-Any-Case must find the name in lower case, as headers are stored.
		p.segments[0].name = strings.ToLower(p.segments[0].name)
	}
	return p, i, nil
}

func examplePath(root string) string {
	switch root {
	case "nodes":
		return "$nodes.<key>"
	case "scopes":
		return "$scopes.<loop key>.item"
	case "system":
		return "$system.now"
	case "env":
		return "$env.<NAME>"
	case "error":
		return "$error.message"
	default:
		return "$context.data"
	}
}

func (p Path) isHeaders() bool { return p.root == "context" && p.first == "headers" }

// SegmentEnd returns the offset after the path segment at src[i], or i if there is none.
func SegmentEnd(src string, i int) (int, error) {
	_, end, err := readSegment(src, i)
	return end, err
}

// readSegment reads `.name`, `."quoted"`, `[0]` or `["quoted"]` at src[i]. It returns i if there is no segment.
func readSegment(src string, i int) (segment, int, error) {
	if i >= len(src) {
		return segment{}, i, nil
	}
	switch src[i] {
	case '.':
		if i+1 < len(src) && (src[i+1] == '"' || src[i+1] == '\'') {
			name, end, err := readQuoted(src, i+1)
			return segment{name: name}, end, err
		}
		if strings.HasPrefix(src[i:], "..") {
			return segment{}, i, nil // expr-lang's range operator
		}
		end := NameEnd(src, i+1)
		if end == i+1 {
			return segment{}, i, diag.At(i, `a name was expected after this dot; a key with other characters is written ["any key"]`)
		}
		return nameSegment(src[i+1 : end]), end, nil
	case '[':
		return readBracket(src, i)
	default:
		return segment{}, i, nil
	}
}

func nameSegment(name string) segment {
	s := segment{name: name}
	if name == "" || name[0]-'0' > 9 { // true for most names; avoids the cost of ParseUint's error
		return s
	}
	if n, err := strconv.ParseUint(name, 10, 31); err == nil {
		s.index, s.digits = int(n), true
	}
	return s
}

// readBracket reads [0], [-1] and ["quoted"]. Anything else in brackets, such as a slice or a computed index,
// belongs to an expression and ends the path.
func readBracket(src string, i int) (segment, int, error) {
	from := SkipSpace(src, i+1)
	if from < len(src) && (src[from] == '"' || src[from] == '\'') {
		name, end, err := readQuoted(src, from)
		if err != nil {
			return segment{}, i, err
		}
		if end = SkipSpace(src, end); end < len(src) && src[end] == ']' {
			return segment{name: name}, end + 1, nil
		}
		return segment{}, i, nil
	}
	if n, end := readIndex(src, from); end > from && end < len(src) && src[end] == ']' {
		return segment{index: n, isIndex: true}, end + 1, nil
	}
	return segment{}, i, nil
}

// readIndex reads an integer and the white space after it. It returns i if there is none.
func readIndex(src string, i int) (n, end int) {
	to := i
	if to < len(src) && src[to] == '-' {
		to++
	}
	for to < len(src) && src[to]-'0' <= 9 {
		to++
	}
	parsed, err := strconv.ParseInt(src[i:to], 10, 32)
	if err != nil {
		return 0, i
	}
	return int(parsed), SkipSpace(src, to)
}

// readQuoted reads the quoted key at src[i]. A backslash escapes a quote or a backslash, and introduces \n, \r and
// \t.
func readQuoted(src string, i int) (string, int, error) {
	var name []byte
	for j := i + 1; j < len(src); j++ {
		switch c := src[j]; c {
		case src[i]:
			return string(name), j + 1, nil
		case '\n', '\r':
			return "", i, diag.At(i, "this quoted key is not closed on its line")
		case '\\':
			if j++; j == len(src) {
				break
			}
			at := strings.IndexByte(`\"'nrt`, src[j])
			if at < 0 {
				return "", i, diag.At(j-1, `this is not a valid escape of a quoted key: use \\ \" \' \n \r \t`)
			}
			name = append(name, "\\\"'\n\r\t"[at])
		default:
			name = append(name, c)
		}
	}
	return "", i, diag.At(i, "this quoted key is not closed")
}

// NameEnd returns the offset after the name at src[i]. A name has Unicode letters, marks and digits, _ @ # $, and
// also - and / if another such character follows directly. So a-b is a name and a - b a subtraction. // and /*
// start comments. Before the $ of another variable, - and / are operators.
func NameEnd(src string, i int) int {
	for i < len(src) {
		n := nameRuneLength(src[i:])
		if n == 0 {
			if n = dashLength(src[i:]); n == 0 {
				return i
			}
		}
		i += n
	}
	return i
}

// nameRuneLength returns the length of the name character at the start of s, or 0.
func nameRuneLength(s string) int {
	c := s[0]
	if c < utf8.RuneSelf {
		if isLetterOrDigit(c) || c == '_' || c == '@' || c == '#' || c == '$' {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
		return 0
	}
	return n
}

// dashLength returns the length of the run of - and / at the start of s if it belongs to a name, or 0.
func dashLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '-' || s[n] == '/') {
		if strings.HasPrefix(s[n:], "//") || strings.HasPrefix(s[n:], "/*") {
			return 0
		}
		n++
	}
	if n == 0 || n == len(s) || s[n] == '$' || s[n] == '#' || nameRuneLength(s[n:]) == 0 {
		return 0
	}
	return n
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// SkipSpace returns the offset of the first byte at or after i that is not white space.
func SkipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}
