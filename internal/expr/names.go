package expr

import (
	"strings"

	"hookline.dev/hookline/internal/expr/lex"
	"hookline.dev/hookline/internal/expr/variable"
)

// NameAt is the first name of a variable in a text: a in $nodes.a.id and in $nodes["a"].id.
type NameAt struct {
	Root, Name string
	Start, End int // byte offsets of the variable, from its $ on
}

// Names returns where the variables of a template or of a bare expression are, in order. It is false for a text that
// is neither.
func Names(text string) (list []NameAt, ok bool) {
	note := func(p variable.Path, at int) {
		_, end, err := variable.Read(text, at)
		if err == nil {
			list = append(list, NameAt{Root: p.Root(), Name: p.Name(), Start: at, End: end})
		}
	}
	lift := func(source string, at int) bool {
		_, err := lex.Lift(source, at, func(p variable.Path, at int) (int, error) {
			note(p, at)
			return len(list), nil
		})
		return err == nil
	}
	if !strings.Contains(text, "{{") {
		if _, err := CompileExpression(text, Options{Secrets: true}); err != nil || !strings.Contains(text, "$") {
			return nil, false
		}
		return list, lift(text, 0)
	}
	pieces, err := lex.Split(text)
	if err != nil {
		return nil, false
	}
	for _, p := range pieces {
		switch p.Kind {
		case lex.LiteralPiece:
		case lex.ExpressionPiece:
			if !lift(p.Text, p.At) {
				return nil, false
			}
		default:
			note(p.Path, p.At)
		}
	}
	return list, true
}
