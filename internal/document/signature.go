package document

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// signatureDoc is auth.signature (SPEC §2). The compiler checks it against its preset.
type signatureDoc struct {
	fields signatureFields
	raw    value.Value
}

type signatureFields struct {
	Preset    string        `json:"preset" required:"true" max:"64"`
	Secrets   secretList    `json:"secrets"`
	Keys      value.Value   `json:"keys"`
	URL       string        `json:"url"`
	Tolerance time.Duration `json:"tolerance" min:"1s" max:"1h"`
	Observe   bool          `json:"observe"`
}

// secretList is a list of texts that may be secrets.
type secretList []secretText

// DecodeValue reads the list. Its problems never repeat the value.
func (l *secretList) DecodeValue(v value.Value) []decode.Problem {
	if v.Kind() != value.KindArray {
		return []decode.Problem{{Code: errorcode.WrongType, Message: `must be a list: secrets: ["{{$env.SECRET}}"]`}}
	}
	return decode.Into(v, (*[]secretText)(l))
}

func (d *signatureDoc) DecodeValue(v value.Value) []decode.Problem {
	d.raw = v
	return readObject(v, &d.fields, `{preset: github, secrets: ["{{$env.SECRET}}"]}`)
}

// Hint recognizes other products' names for the fields.
func (*signatureFields) Hint(field string) string {
	switch field {
	case "secret", "signingSecret", "signingKey", "hmacKey", "webhookSecret":
		return `write secrets: ["{{$env.SECRET}}"]; while one replaces another, both stand there`
	case "provider", "type", "scheme", "name":
		return "write preset"
	case "header", "prefix", "alg", "encoding", "signed":
		return decode.Quote(field) + " belongs under keys, with preset: generic-hmac: keys: {" + field + ": …}"
	case "algorithm", "algo", "hash":
		return "write keys: {alg: …} with preset: generic-hmac"
	case "key", "publicKey", "public_key", "certificate":
		return "only shared secrets go here; write the rest under keys, with the preset's names: keys: {public_key: …}"
	case "publicUrl", "publicURL", "callbackUrl", "notificationUrl":
		return "write url"
	case "maxAge", "window", "clockSkew", "leeway", "ttl":
		return "write tolerance"
	case "dryRun", "optional", "logOnly", "reportOnly", "mode":
		return "write observe: true"
	default:
		return ""
	}
}

func (r *reader) signature(at string, doc *signatureDoc) *flow.Signature {
	f := doc.fields
	s := &flow.Signature{Preset: f.Preset, Keys: f.Keys, URL: f.URL, Tolerance: f.Tolerance, Observe: f.Observe}
	for _, secret := range f.Secrets {
		s.Secrets = append(s.Secrets, string(secret))
	}
	r.secrets(at+".secrets", s.Secrets, !doc.raw.Get("secrets").IsMissing())
	r.publicKeys(at+".keys", f.Keys)
	if !doc.raw.Get("url").IsMissing() && !r.has(at+".url") {
		if message := urlProblem(f.URL); message != "" {
			r.problem(errorcode.Format, at+".url", message)
		}
	}
	return s
}

func (r *reader) secrets(at string, list []string, written bool) {
	if written && len(list) == 0 && !r.has(at) {
		r.problem(errorcode.Empty, at, `is empty; name one, as in secrets: ["{{$env.SECRET}}"]`)
	}
	if len(list) > MaxSecrets {
		r.problem(errorcode.TooLarge, at, fmt.Sprintf("must have at most %d entries, not %d", MaxSecrets, len(list)))
	}
	for i, secret := range list {
		switch here := at + decode.Index(i); {
		case r.has(here):
		case secret == "":
			r.problem(errorcode.Empty, here, "is empty; a signature made with it would prove nothing")
		case slices.Index(list, secret) < i:
			r.problem(errorcode.Duplicate, here, "is the same as secrets"+decode.Index(slices.Index(list, secret))+"; keep one")
		}
	}
}

// publicKeys checks that keys is an object of strings. Some of the strings may be secrets, so problems do not
// repeat them.
func (r *reader) publicKeys(at string, keys value.Value) {
	switch keys.Kind() {
	case value.KindMissing:
		return
	case value.KindObject:
	default:
		r.problem(errorcode.WrongType, at, "must be an object, such as {header: X-Signature}")
		return
	}
	if keys.Len() == 0 {
		r.problem(errorcode.Empty, at, "is empty; fill it in or leave it out")
	}
	for name, v := range keys.Members() {
		if v.Kind() != value.KindString {
			r.problem(errorcode.WrongType, decode.Join(at, decode.Name(name)), notText(v))
		}
	}
}

// urlProblem returns why a text is not a public URL that a sender could have signed, or "".
func urlProblem(text string) string {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "is empty; write the URL as the sender knows it, or leave it out"
	case strings.Contains(text, "{{"):
		return "is written out; it holds no template"
	case len(text) > MaxURL:
		return fmt.Sprintf("is too long: at most %d bytes", MaxURL)
	case err != nil:
		return "is not a valid URL; write it as the sender knows it, as in https://hooks.example.com/api/webhooks/orders"
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.Opaque != "":
		return "must be absolute, as in https://hooks.example.com/api/webhooks/orders"
	case u.User != nil:
		return "holds a user name or password, which no sender signs; leave them out"
	case strings.Contains(text, "#"):
		return "holds a fragment (#), which no sender sends; leave it out"
	default:
		return ""
	}
}
