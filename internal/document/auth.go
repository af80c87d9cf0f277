package document

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// authDoc is `auth: none` or the gates that a call must pass.
type authDoc struct {
	none  bool
	gates gatesDoc
	raw   value.Value
}

type gatesDoc struct {
	Basic *struct {
		Username string `json:"username" required:"true"`
		Password string `json:"password" required:"true"`
	} `json:"basic"`
	Token     *tokenDoc    `json:"token"`
	Signature decode.Later `json:"signature"`
	AllowIPs  decode.Later `json:"allowIPs"`
	Any       decode.Later `json:"any"`
}

type tokenDoc struct {
	Header string `json:"header"`
	Query  string `json:"query"`
	Value  string `json:"value" required:"true"`
}

// DecodeValue reads either form.
func (a *authDoc) DecodeValue(v value.Value) []decode.Problem {
	a.raw = v
	if text, ok := v.Str(); ok {
		if a.none = text == "none"; a.none {
			return nil
		}
		return []decode.Problem{{Message: "must be none or gates such as {basic: {…}}, not " + decode.Quote(text)}}
	}
	return decode.Into(v, &a.gates)
}

// Hint knows how others call the gates.
func (*gatesDoc) Hint(field string) string {
	switch field {
	case "username", "password":
		return "write basic: {username: …, password: …}"
	case "header", "value", "query":
		return "write token: {header: X-Token, value: …}"
	case "none":
		return "write auth: none"
	case "hmac", "secret", "secrets":
		return "signatures are not yet supported; leave it out"
	case "ipAllowlist", "whitelist", "ips":
		return `"allowIPs" is not yet supported; leave it out`
	default:
		return ""
	}
}

func (r *reader) auth(doc authDoc) flow.Auth {
	a := flow.Auth{None: doc.none}
	if !doc.raw.IsMissing() && !doc.none && doc.raw.Len() == 0 && !r.has("trigger.auth") {
		r.problem("trigger.auth", "names no gate; write auth: none when anyone may call")
	}
	if b := doc.gates.Basic; b != nil {
		a.Basic = &flow.BasicAuth{Username: b.Username, Password: b.Password}
	} else if !doc.raw.Get("basic").IsMissing() {
		r.gate("basic")
	}
	if t := doc.gates.Token; t != nil {
		a.Token = r.token(*t)
	} else if !doc.raw.Get("token").IsMissing() {
		r.gate("token")
	}
	return a
}

// gate refuses a gate that is named and left empty, which would look locked and be open.
func (r *reader) gate(name string) {
	if at := "trigger.auth." + name; !r.has(at) {
		r.problem(at, "is empty; fill it in or leave it out")
	}
}

func (r *reader) token(t tokenDoc) *flow.TokenAuth {
	const at = "trigger.auth.token"
	switch {
	case r.has(at, at+".header", at+".query"):
	case t.Header == "" && t.Query == "":
		r.problem(at, "needs the header or the query parameter that carries it: {header: X-Token, value: …}")
	case t.Header != "" && t.Query != "":
		r.problem(at, "is carried by a header or by a query parameter, not by both")
	case t.Header != "" && !isToken(t.Header):
		r.problem(at+".header", decode.Quote(t.Header)+" is no header name")
	}
	return &flow.TokenAuth{Header: t.Header, Query: t.Query, Value: t.Value}
}
