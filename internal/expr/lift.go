package expr

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// lifted is an expression's source after its paths were lifted out.
type lifted struct {
	source string         // what expr-lang's parser reads
	vars   map[string]int // placeholder -> slot
	at     int            // where the original source stands in the template
	origin string
}

// lift replaces every $root.path of an expression by a plain variable of the
// same number of characters and registers the path. String literals and
// comments are left alone. A $ that starts nothing known is an error, so
// expr-lang's own $env can never be meant.
func (c *compiler) lift(src string, at int) (lifted, error) {
	out := lifted{vars: make(map[string]int), at: at, origin: src}
	var b strings.Builder
	from := 0
	for i := 0; i < len(src); {
		switch src[i] {
		case '"', '\'', '`':
			end := stringEnd(src, i)
			if end < 0 {
				return lifted{}, wrong(at+i, "this string is not closed")
			}
			i = end
		case '/':
			i = max(i+1, commentEnd(src, i))
		case '{':
			if strings.HasPrefix(src[i:], "{{$") || strings.HasPrefix(src[i:], "{{ $") {
				return lifted{}, wrong(at+i, "an expression takes variables without {{ }}: write $context.data.name")
			}
			i++
		case '$':
			p, end, err := lexPath(src, i)
			if err != nil {
				return lifted{}, moved(err, at)
			}
			slot, err := c.reference(p, at+i)
			if err != nil {
				return lifted{}, err
			}
			name := placeholder(slot, utf8.RuneCountInString(src[i:end]))
			out.vars[name] = slot
			b.WriteString(src[from:i])
			b.WriteString(name)
			i, from = end, end
		default:
			i++
		}
	}
	b.WriteString(src[from:])
	out.source = b.String()
	return out, nil
}

// moved shifts a mistake by the offset at which its text stands.
func moved(err error, by int) error {
	if m, ok := asMistake(err); ok {
		return &mistake{at: m.at + by, kind: m.kind, text: m.text}
	}
	return err
}

// placeholder is a name that cannot be written in an expression, as our lexer
// takes every $. The shortest path, $env.A, has room for it.
func placeholder(slot, runes int) string {
	name := "$" + strconv.FormatInt(int64(slot), 36)
	return name + strings.Repeat("_", max(0, runes-len(name)))
}

// offset converts a position of expr-lang's parser, counted in characters of
// the lifted source, to a byte offset in the template.
func (l *lifted) offset(runes int) int {
	i := 0
	for ; runes > 0 && i < len(l.origin); runes-- {
		_, n := utf8.DecodeRuneInString(l.origin[i:])
		i += n
	}
	return l.at + i
}
