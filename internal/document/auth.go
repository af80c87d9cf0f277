package document

import (
	"fmt"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// authDoc is `auth: none` or the gates that a call must pass.
type authDoc struct {
	none   bool
	fields authFields
	raw    value.Value
}

type authFields struct {
	gatesDoc
	Any []alternativeDoc `json:"any" max:"20"`
}

// gatesDoc holds the fields that are allowed under auth itself and in each of its alternatives.
type gatesDoc struct {
	Basic     *basicDoc     `json:"basic"`
	Token     *tokenDoc     `json:"token"`
	Signature *signatureDoc `json:"signature"`
	AllowIPs  []string      `json:"allowIPs" max:"1000"`
}

// alternativeDoc is one entry of auth.any.
type alternativeDoc struct {
	gates gatesDoc
	raw   value.Value
}

// DecodeValue reads either form.
func (a *authDoc) DecodeValue(v value.Value) []decode.Problem {
	a.raw = v
	if text, ok := v.Str(); ok {
		if a.none = text == "none"; a.none {
			return nil
		}
		return []decode.Problem{{Code: errorcode.WrongType, Message: "must be none or gates such as {basic: {…}}, not " + decode.Quote(text)}}
	}
	return decode.Into(v, &a.fields)
}

// DecodeValue also keeps the raw value, so that an empty gate is detected.
func (a *alternativeDoc) DecodeValue(v value.Value) []decode.Problem {
	a.raw = v
	return readObject(v, &a.gates, "{token: {header: X-Token, value: …}}")
}

// Hint recognizes other products' names for the gates.
func (*gatesDoc) Hint(field string) string {
	switch field {
	case "username", "password", "user", "basicAuth":
		return "write basic: {username: …, password: …}"
	case "header", "value", "query":
		return "write token: {header: X-Token, value: …}"
	case "bearer", "bearerToken", "apiKey", "apikey":
		return `write token: {header: Authorization, value: "Bearer {{$env.TOKEN}}"}`
	case "none":
		return "write auth: none"
	case "hmac", "secret", "secrets", "preset", "sign", "signing", "webhookSecret":
		return `write signature: {preset: github, secrets: ["{{$env.SECRET}}"]}`
	case "ipAllowlist", "ipAllowList", "ipWhitelist", "ipWhiteList", "whitelist", "allowlist", "allowedIPs", "allowedIps", "ips", "ip":
		return `write allowIPs: [192.0.2.0/24, "2001:db8::/32"]`
	case "or", "anyOf", "oneOf", "either":
		return "write any: [{…}, {…}]"
	case "and", "all", "allOf":
		return "all gates that are named must pass; write them side by side"
	case "any":
		return "alternatives do not nest; write each of them out"
	default:
		return ""
	}
}

func (r *reader) auth(doc authDoc) flow.Auth {
	const at = "trigger.auth"
	if !doc.raw.IsMissing() && !doc.none && doc.raw.Len() == 0 && !r.has(at) {
		r.problem(errorcode.Empty, at, "names no gate; write auth: none when anyone may call")
	}
	return flow.Auth{
		None:  doc.none,
		Gates: r.gates(at, doc.fields.gatesDoc, doc.raw),
		Any:   r.alternatives(at+".any", doc),
	}
}

// gates checks the gates below a path. raw is the value written there.
func (r *reader) gates(at string, doc gatesDoc, raw value.Value) flow.Gates {
	var g flow.Gates
	if b := doc.Basic; b != nil {
		g.Basic = &flow.BasicAuth{Username: string(b.fields.Username), Password: string(b.fields.Password)}
	}
	if t := doc.Token; t != nil {
		g.Token = r.token(at+".token", t.fields)
	}
	if s := doc.Signature; s != nil {
		g.Signature = r.signature(at+".signature", s)
	}
	r.empty(at, "basic", raw, doc.Basic == nil)
	r.empty(at, "token", raw, doc.Token == nil)
	r.empty(at, "signature", raw, doc.Signature == nil)
	if !raw.Get("allowIPs").IsMissing() {
		g.AllowIPs = r.addresses(at+".allowIPs", doc.AllowIPs)
	}
	return g
}

// empty refuses a gate that is present but null: it would look protected and be open.
func (r *reader) empty(parent, name string, raw value.Value, isNil bool) {
	if at := parent + "." + name; isNil && !raw.Get(name).IsMissing() && !r.has(at) {
		r.problem(errorcode.Empty, at, "is empty; fill it in or leave it out")
	}
}

// alternatives checks auth.any.
func (r *reader) alternatives(at string, doc authDoc) []flow.Gates {
	switch n := len(doc.fields.Any); {
	case doc.raw.Get("any").IsMissing(), r.has(at):
	case n == 0:
		r.problem(errorcode.Empty, at, "is empty; name two alternatives at least, or leave it out")
	case n == 1:
		r.problem(errorcode.Contradicts, at, "has one alternative only; write its gates under auth itself")
	}
	var out []flow.Gates
	seen := make(map[string]int)
	for i, alternative := range doc.fields.Any {
		here := at + decode.Index(i)
		if alternative.raw.Kind() == value.KindObject && alternative.raw.Len() == 0 {
			r.problem(errorcode.Insecure, here, "names no gate, so anyone could call; name one or leave it out")
		}
		if first, twice := seen[alternative.raw.Text()]; twice && alternative.raw.Len() > 0 {
			r.problem(errorcode.Duplicate, here, fmt.Sprintf("is the same as any%s; keep one", decode.Index(first)))
		} else {
			seen[alternative.raw.Text()] = i
		}
		g := r.gates(here, alternative.gates, alternative.raw)
		if g.Signature != nil && g.Signature.Observe {
			r.problem(errorcode.Insecure, here+".signature.observe", "lets every call through, so the other alternatives would mean nothing; write the signature beside any, under auth itself")
		}
		out = append(out, g)
	}
	return out
}
