package template

import (
	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/lex"
	"hookline.dev/hookline/internal/value"
)

// mixedText is text with tokens in it. Its pieces are encoded as the inside of a JSON string. So literals are
// escaped once, at compile time, and strings from JSON are copied unchanged.
type mixedText []textPiece

type textPiece struct {
	literal string // already escaped
	token   eval.Program
}

func compileMixed(c *compile.Compiler, pieces []lex.Piece) (eval.Program, error) {
	var out mixedText
	computed := false
	for _, p := range pieces {
		if p.Kind == lex.LiteralPiece {
			out = append(out, textPiece{literal: escaped(p.Text)})
			continue
		}
		token, err := compileToken(c, p)
		if err != nil {
			return nil, err
		}
		if known, ok := token.(eval.Constant); ok {
			out = append(out, textPiece{literal: string(appendText(nil, known.V))})
			continue
		}
		computed = true
		out = append(out, textPiece{token: token})
	}
	if !computed {
		v, err := out.Value(eval.NewRun(nil, nil, 0, c.Options.Limits.WithDefaults()))
		return eval.Constant{V: v}, err
	}
	return out, nil
}

// escaped returns s encoded as the inside of a JSON string.
func escaped(s string) string {
	quoted := value.AppendQuoted(nil, s)
	return string(quoted[1 : len(quoted)-1])
}

func (m mixedText) Value(r *eval.Run) (value.Value, error) {
	buf, err := m.append(r, make([]byte, 0, 128))
	if err != nil {
		return value.Value{}, err
	}
	return value.TrustedBytes(buf), nil
}

// append appends the JSON string, including its quotes.
func (m mixedText) append(r *eval.Run, dst []byte) ([]byte, error) {
	dst = append(dst, '"')
	for i := range m {
		if m[i].token == nil {
			dst = append(dst, m[i].literal...)
			continue
		}
		v, err := m[i].token.Value(r)
		if err != nil {
			return nil, err
		}
		dst = appendText(dst, v)
		if err := r.CheckOutput(len(dst)); err != nil {
			return nil, err
		}
	}
	return append(dst, '"'), nil
}

// appendText appends v to the inside of a JSON string: strings unchanged, nothing for null, and JSON for the rest.
func appendText(dst []byte, v value.Value) []byte {
	text := v.Text()
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
		return dst
	case value.KindString:
		return append(dst, text[1:max(1, len(text)-1)]...)
	case value.KindArray, value.KindObject:
		from := len(dst)
		dst = value.AppendQuoted(dst, text)
		return append(dst[:from], dst[from+1:len(dst)-1]...)
	default:
		return append(dst, text...)
	}
}
