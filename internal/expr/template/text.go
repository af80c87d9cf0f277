package template

import (
	"strings"

	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/lex"
	"hookline.dev/hookline/internal/value"
)

// CompileText compiles a text with tokens.
func CompileText(c *compile.Compiler, src string) (eval.Program, error) {
	if !strings.Contains(src, "{{") {
		if len(src) > lex.MaxTemplate {
			return nil, diag.At(lex.MaxTemplate, "a template may have at most %d KiB", lex.MaxTemplate>>10)
		}
		return eval.Constant{V: value.String(src)}, nil
	}
	pieces, err := lex.Split(src)
	if err != nil {
		return nil, err
	}
	if alone, ok := singleToken(pieces); ok {
		return compileToken(c, alone)
	}
	return compileMixed(c, pieces)
}

func singleToken(pieces []lex.Piece) (lex.Piece, bool) {
	var token lex.Piece
	tokens := 0
	for _, p := range pieces {
		if p.Kind != lex.LiteralPiece {
			token = p
			tokens++
		} else if strings.TrimSpace(p.Text) != "" {
			return lex.Piece{}, false
		}
	}
	return token, tokens == 1
}

// compileToken compiles the content of a token, with the escape of the options.
func compileToken(c *compile.Compiler, p lex.Piece) (eval.Program, error) {
	token, err := compilePlain(c, p)
	if err != nil || c.Options.Escape == nil {
		return token, err
	}
	if known, ok := token.(eval.Constant); ok {
		return eval.Constant{V: escapedValue(known.V, c.Options.Escape)}, nil
	}
	return escapedToken{token, c.Options.Escape}, nil
}

// escapedToken is a token whose texts are escaped.
type escapedToken struct {
	token  eval.Program
	escape func(string) string
}

// Value implements eval.Program.
func (e escapedToken) Value(r *eval.Run) (value.Value, error) {
	v, err := e.token.Value(r)
	if err != nil {
		return v, err
	}
	return escapedValue(v, e.escape), nil
}

// escapedValue escapes a text, and the JSON of an object or array.
func escapedValue(v value.Value, escape func(string) string) value.Value {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		return value.String(escape(text))
	case value.KindArray, value.KindObject:
		return value.String(escape(v.Text()))
	default:
		return v
	}
}

func compilePlain(c *compile.Compiler, p lex.Piece) (eval.Program, error) {
	if p.Kind == lex.ExpressionPiece {
		return c.Expression(p.Text, p.At)
	}
	slot, err := c.Reference(p.Path, p.At)
	if err != nil {
		return nil, err
	}
	if p.Kind == lex.DefaultPiece {
		return eval.LookupOr{Slot: slot, Fallback: value.String(p.Text)}, nil
	}
	return eval.Lookup(slot), nil
}

// CompileExpression compiles a text that is one expression. A single {{ token }} is accepted in its place.
func CompileExpression(c *compile.Compiler, src string) (eval.Program, error) {
	if pieces, err := lex.Split(src); err == nil {
		if token, ok := singleToken(pieces); ok {
			return compileToken(c, token)
		}
	}
	return c.Expression(src, 0)
}
