package expr

import (
	"hookline.dev/hookline/internal/value"
)

// constant is a value known when the template was compiled.
type constant struct{ v value.Value }

func (c constant) value(*run) (value.Value, error) { return c.v, nil }

// pathProgram is a path alone: the value is passed on as it is.
type pathProgram int

func (p pathProgram) value(r *run) (value.Value, error) { return r.lookup(int(p)) }

// withDefault is {{ path:default }}.
type withDefault struct {
	slot     int
	fallback value.Value
}

func (d withDefault) value(r *run) (value.Value, error) {
	v, err := r.lookup(d.slot)
	if err == nil && v.IsNull() {
		v = d.fallback
	}
	return v, err
}

// expressionProgram is a compiled expression.
type expressionProgram struct{ eval evaluator }

func (e expressionProgram) value(r *run) (value.Value, error) {
	x, err := e.eval(r)
	if err != nil {
		return value.Value{}, err
	}
	return r.output(x)
}

// mixedText is text with tokens in it. Its pieces are written as the inside of
// a JSON string, so that literals are escaped once, when they are compiled, and
// strings that come from JSON are copied as they are.
type mixedText []textPiece

type textPiece struct {
	literal string // already escaped
	token   program
}

func (c *compiler) mixed(pieces []piece) (program, error) {
	var out mixedText
	computed := false
	for _, p := range pieces {
		if p.kind == literalPiece {
			out = append(out, textPiece{literal: escaped(p.text)})
			continue
		}
		token, err := c.token(p)
		if err != nil {
			return nil, err
		}
		if known, ok := token.(constant); ok {
			out = append(out, textPiece{literal: string(appendAsText(nil, known.v))})
			continue
		}
		computed = true
		out = append(out, textPiece{token: token})
	}
	if !computed {
		v, err := out.value(&run{limits: c.options.Limits.withDefaults()})
		return constant{v}, err
	}
	return out, nil
}

// escaped is s as the inside of a JSON string.
func escaped(s string) string {
	quoted := value.AppendQuoted(nil, s)
	return string(quoted[1 : len(quoted)-1])
}

func (m mixedText) value(r *run) (value.Value, error) {
	buf, err := m.append(r, make([]byte, 0, 128))
	if err != nil {
		return value.Value{}, err
	}
	return value.TrustedBytes(buf), nil
}

// append writes the JSON string, quotes included.
func (m mixedText) append(r *run, dst []byte) ([]byte, error) {
	dst = append(dst, '"')
	for i := range m {
		if m[i].token == nil {
			dst = append(dst, m[i].literal...)
			continue
		}
		v, err := m[i].token.value(r)
		if err != nil {
			return nil, err
		}
		dst = appendAsText(dst, v)
		if err := r.fits(len(dst)); err != nil {
			return nil, err
		}
	}
	return append(dst, '"'), nil
}

// appendAsText writes v into the inside of a JSON string: strings as they are,
// nothing for null, and JSON for the rest.
func appendAsText(dst []byte, v value.Value) []byte {
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
