package document

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// secretText is text that may be a secret. Problems with it must not repeat it, because problems end up in logs.
type secretText string

func (s *secretText) DecodeValue(v value.Value) []decode.Problem {
	text, ok := v.Str()
	if !ok {
		return []decode.Problem{{Code: errorcode.WrongType, Message: notText(v)}}
	}
	*s = secretText(text)
	return nil
}

// notText returns the message for a value that should be text and may be a secret.
func notText(v value.Value) string {
	switch v.Kind() {
	case value.KindNumber, value.KindBool:
		return "must be text; put it in quotes"
	case value.KindNull, value.KindMissing:
		return "is empty; write it out, or refer to it as \"{{$env.NAME}}\""
	default:
		return "must be text, not a list or an object"
	}
}

// readObject decodes an object. For any other value, the problem shows an example and does not repeat the value.
func readObject(v value.Value, into any, example string) []decode.Problem {
	if v.Kind() != value.KindObject {
		return []decode.Problem{{Code: errorcode.WrongType, Message: "must be an object, such as " + example}}
	}
	return decode.Into(v, into)
}

// basicDoc is auth.basic.
type basicDoc struct{ fields basicFields }

type basicFields struct {
	Username secretText `json:"username" required:"true"`
	Password secretText `json:"password" required:"true"`
}

func (d *basicDoc) DecodeValue(v value.Value) []decode.Problem {
	return readObject(v, &d.fields, `{username: octo, password: "{{$env.PASSWORD}}"}`)
}

// Hint recognizes other products' names for the fields.
func (*basicFields) Hint(field string) string {
	switch field {
	case "user", "name", "login":
		return "write username"
	case "pass", "secret", "pwd":
		return "write password"
	default:
		return ""
	}
}

// tokenDoc is auth.token.
type tokenDoc struct{ fields tokenFields }

type tokenFields struct {
	Header string     `json:"header"`
	Query  string     `json:"query"`
	Value  secretText `json:"value" required:"true"`
}

func (d *tokenDoc) DecodeValue(v value.Value) []decode.Problem {
	return readObject(v, &d.fields, `{header: X-Token, value: "{{$env.TOKEN}}"}`)
}

// Hint recognizes other products' names for the fields.
func (*tokenFields) Hint(field string) string {
	switch field {
	case "name", "key":
		return "write header: <name>, or query: <name>"
	case "token", "secret":
		return "write value"
	case "prefix":
		return `write it into value: "Bearer {{$env.TOKEN}}"`
	case "param", "parameter":
		return "write query"
	default:
		return ""
	}
}

func (r *reader) token(at string, t tokenFields) *flow.TokenAuth {
	switch {
	case r.has(at, at+".header", at+".query"):
	case t.Header == "" && t.Query == "":
		r.problem(errorcode.Required, at, "needs the header or the query parameter that carries it: {header: X-Token, value: …}")
	case t.Header != "" && t.Query != "":
		r.problem(errorcode.Contradicts, at, "is carried by a header or by a query parameter, not by both")
	case t.Header != "" && !isToken(t.Header):
		r.problem(errorcode.Format, at+".header", decode.Quote(t.Header)+" is not a valid header name")
	}
	return &flow.TokenAuth{Header: t.Header, Query: t.Query, Value: string(t.Value)}
}
