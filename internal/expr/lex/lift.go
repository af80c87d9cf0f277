package lex

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
)

// Lifted is an expression whose paths have been replaced by plain variables.
type Lifted struct {
	Source string         // the input of expr-lang's parser
	Vars   map[string]int // placeholder -> slot
	At     int            // offset of the original source in the template
	Origin string
}

// Lift replaces every $root.path of an expression by a plain variable with the same number of characters, and
// registers the path. It leaves string literals and comments unchanged. A $ that does not start a known root is an
// error, so an expression cannot reach expr-lang's own $env.
func Lift(src string, at int, register func(p variable.Path, at int) (slot int, err error)) (Lifted, error) {
	out := Lifted{Vars: make(map[string]int), At: at, Origin: src}
	var b strings.Builder
	from := 0
	for i := 0; i < len(src); {
		switch src[i] {
		case '"', '\'', '`':
			end := stringEnd(src, i)
			if end < 0 {
				return Lifted{}, diag.At(at+i, "this string is not closed")
			}
			i = end
		case '/':
			i = max(i+1, commentEnd(src, i))
		case '{':
			if strings.HasPrefix(src[i:], "{{$") || strings.HasPrefix(src[i:], "{{ $") {
				return Lifted{}, diag.At(at+i, "an expression takes variables without {{ }}: write $context.data.name")
			}
			i++
		case '$':
			p, end, err := variable.Read(src, i)
			if err != nil {
				return Lifted{}, diag.Shift(err, at)
			}
			slot, err := register(p, at+i)
			if err != nil {
				return Lifted{}, err
			}
			name := placeholder(slot, utf8.RuneCountInString(src[i:end]))
			out.Vars[name] = slot
			b.WriteString(src[from:i])
			b.WriteString(name)
			i, from = end, end
		default:
			i++
		}
	}
	b.WriteString(src[from:])
	out.Source = b.String()
	return out, nil
}

// placeholder returns a name that cannot occur in an expression, because Lift handles every $. The shortest path,
// $env.A, is long enough for it.
func placeholder(slot, runes int) string {
	name := "$" + strconv.FormatInt(int64(slot), 36)
	return name + strings.Repeat("_", max(0, runes-len(name)))
}

// Offset converts a position from expr-lang's parser, in characters of the lifted source, to a byte offset in the
// template.
func (l *Lifted) Offset(runes int) int {
	i := 0
	for ; runes > 0 && i < len(l.Origin); runes-- {
		_, n := utf8.DecodeRuneInString(l.Origin[i:])
		i += n
	}
	return l.At + i
}

// Readable replaces the placeholders in a parser message by "a variable".
func (l *Lifted) Readable(message string) string {
	if !strings.Contains(message, "$") {
		return message
	}
	for name := range l.Vars {
		message = strings.ReplaceAll(message, name, "a variable")
	}
	return message
}
