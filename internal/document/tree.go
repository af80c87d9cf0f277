package document

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// tree is a document with line numbers.
type tree struct {
	kind     value.Kind
	text     string // JSON text of a scalar
	line     int
	keys     []string // of an object
	at       []int    // lines of the keys
	children []*tree
}

// value returns the document in canonical form.
func (t *tree) value() value.Value { return value.Trusted(string(t.append(nil))) }

func (t *tree) append(dst []byte) []byte {
	switch t.kind {
	case value.KindObject:
		dst = append(dst, '{')
		for i, kid := range t.children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(value.AppendQuoted(dst, t.keys[i]), ':')
			dst = kid.append(dst)
		}
		return append(dst, '}')
	case value.KindArray:
		dst = append(dst, '[')
		for i, kid := range t.children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = kid.append(dst)
		}
		return append(dst, ']')
	default:
		return append(dst, t.text...)
	}
}

// has reports whether an object has a member with that name.
func (t *tree) has(name string) bool {
	return slices.Contains(t.keys, name)
}

// lines maps every path to its line. The line of an object's member is that of its key.
func (t *tree) lines() map[string]int {
	lines := make(map[string]int)
	t.walk("", t.line, lines)
	return lines
}

func (t *tree) walk(path string, line int, lines map[string]int) {
	lines[path] = line
	for i, kid := range t.children {
		if t.kind == value.KindObject {
			kid.walk(decode.Join(path, decode.Name(t.keys[i])), t.at[i], lines)
		} else {
			kid.walk(decode.Join(path, decode.Index(i)), kid.line, lines)
		}
	}
}

// Source is the position of a document in its file.
type Source struct {
	File   string
	Index  int // of the document in the file, from 0
	root   *tree
	broken []string // paths that could not be read and have been reported
}

// Place adds file and line to problems. It drops problems below a broken path, because they only follow from one
// that was reported.
func (s Source) Place(problems []Problem) []Problem {
	if len(problems) == 0 || s.root == nil {
		return problems
	}
	lines := s.root.lines()
	var out []Problem
	for _, p := range problems {
		if s.follows(p.Path) {
			continue
		}
		p.File, p.Line = s.File, lineOf(lines, p.Path)
		out = append(out, p)
	}
	return out
}

func (s Source) follows(path string) bool {
	for _, b := range s.broken {
		if under(path, b) {
			return true
		}
	}
	return false
}

// under reports whether path equals parent or is below it.
func under(path, parent string) bool {
	rest, ok := strings.CutPrefix(path, parent)
	return ok && (rest == "" || parent == "" || rest[0] == '.' || rest[0] == '[')
}

// lineOf returns the line of a path, or of its nearest ancestor in the document.
func lineOf(lines map[string]int, path string) int {
	for {
		if line, ok := lines[path]; ok {
			return line
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return lines[""]
		}
		path = path[:cut]
	}
}
