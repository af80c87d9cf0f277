package edit

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

func itoa(i int) string { return strconv.Itoa(i) }

// escape writes a name as a segment of a JSON pointer (RFC 6901 section 3).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// split reads a JSON pointer that names something below the value it starts from.
func split(pointer string) ([]string, error) {
	if !strings.HasPrefix(pointer, "/") {
		return nil, fault.Field("edit.split", "path", "must be a JSON pointer such as /config/values, not %s", decode.Quote(pointer))
	}
	parts := strings.Split(pointer[1:], "/")
	for i, p := range parts {
		if rest := strings.ReplaceAll(strings.ReplaceAll(p, "~0", ""), "~1", ""); strings.Contains(rest, "~") {
			return nil, fault.Field("edit.split", "path", "a ~ is written ~0 in a JSON pointer, and a / ~1: %s", decode.Quote(pointer))
		}
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(p, "~1", "/"), "~0", "~")
	}
	return parts, nil
}

// index returns the index of a segment in a list with n elements: from 0 to n-1, or n if end is set.
func index(segment string, n int, end bool) (int, bool) {
	if segment == "-" {
		return n, end
	}
	i, err := strconv.Atoi(segment)
	return i, err == nil && itoa(i) == segment && i >= 0 && (i < n || end && i == n)
}

// step returns what a segment leads to, or nil.
func (t *tree) step(segment string) *tree {
	if t.kind == value.KindArray {
		if i, ok := index(segment, len(t.kids), false); ok {
			return t.kids[i]
		}
		return nil
	}
	return t.get(segment)
}

// parent returns the object or list that contains what a pointer names, and the last segment.
func (t *tree) parent(pointer string) (*tree, string, error) {
	parts, err := split(pointer)
	if err != nil {
		return nil, "", err
	}
	at := t
	for i, p := range parts[:len(parts)-1] {
		if at = at.step(p); at == nil {
			return nil, "", fault.Field("edit.parent", "path", "there is no %s; set it first", pointerOf(parts[:i+1]))
		}
	}
	if at.kind != value.KindObject && at.kind != value.KindArray {
		return nil, "", fault.Field("edit.parent", "path", "%s is neither an object nor a list", pointerOf(parts[:len(parts)-1]))
	}
	return at, parts[len(parts)-1], nil
}

func pointerOf(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + escape(p))
	}
	return b.String()
}
