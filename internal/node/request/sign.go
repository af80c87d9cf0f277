package request

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // senders' choice; HMAC with SHA-1 is not broken
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

type signing struct {
	// Standard Webhooks (standardwebhooks.com): `webhook-id`, `webhook-timestamp` and `webhook-signature`. The id is
	// the same for every repeat of a request.
	StandardWebhooks *standardWebhooks `json:"standardWebhooks"`
	// HMAC of the body, or of a text with the body in it, in a header of your choice.
	HMAC *hmacSigning `json:"hmac"`
}

type standardWebhooks struct {
	// The secret: `whsec_` and base64. May use secrets.
	Secret string `json:"secret" required:"true" secret:"true"`
}

type hmacSigning struct {
	// The secret, as it is. May use secrets.
	Secret string `json:"secret" required:"true" secret:"true"`
	// The name of the header with the signature, e.g. `X-Signature`. No template.
	Header string `json:"header" required:"true" max:"200"`
	// The text before the signature, e.g. `sha256=`. No template.
	Prefix string `json:"prefix" max:"200"`
	// The hash. Default `sha256`.
	Algorithm string `json:"algorithm" enum:"sha256,sha512,sha1"`
	// How the signature is written. Default `hex`.
	Encoding string `json:"encoding" enum:"hex,base64"`
	// What is signed: `{body}`, `{ts}` (seconds), `{id}`, `{method}`, `{url}`, and any text between them. Default
	// `{body}`. No template.
	Signed string `json:"signed" max:"500"`
	// The header in which `{ts}` is sent. Required if it is signed.
	TimestampHeader string `json:"timestampHeader" max:"200"`
	// The header in which `{id}` is sent. Required if it is signed.
	IDHeader string `json:"idHeader" max:"200"`
}

// signer is a compiled signature.
type signer struct {
	field                    string
	hash                     func() hash.Hash
	base64                   bool
	whsec                    bool // the key is base64 after whsec_
	header, prefix           string
	timestampHeader, idField string
	signed                   []string // texts and placeholders, in order
}

// compile checks the fields and returns the signer; nil for none.
func (s *signing) compile(r *node.Reader) *signer {
	switch {
	case s == nil:
		return nil
	case (s.StandardWebhooks == nil) == (s.HMAC == nil):
		r.Problem("sign", "must have exactly one of standardWebhooks and hmac")
		return nil
	case s.StandardWebhooks != nil:
		return &signer{
			field: "standardWebhooks", hash: sha256.New, base64: true, whsec: true, header: "webhook-signature", prefix: "v1,",
			timestampHeader: "webhook-timestamp", idField: "webhook-id", signed: []string{"{id}", ".", "{ts}", ".", "{body}"},
		}
	}
	h := s.HMAC
	out := &signer{
		field: "hmac", hash: hashes(h.Algorithm), base64: h.Encoding == "base64", header: h.Header, prefix: h.Prefix,
		timestampHeader: h.TimestampHeader, idField: h.IDHeader,
	}
	for _, p := range []pair{{"header", h.Header}, {"timestampHeader", h.TimestampHeader}, {"idHeader", h.IDHeader}} {
		if p.text != "" && !outbound.Sendable(p.text) {
			r.Problem("sign.hmac."+p.name, decode.Quote(p.text)+" is not a valid header name")
		}
	}
	r.NoTemplate("sign.hmac.prefix", h.Prefix)
	text := h.Signed
	if text == "" {
		text = "{body}"
	}
	var unknown string
	out.signed, unknown = placeholders(text)
	switch {
	case unknown != "":
		r.Problem("sign.hmac.signed", "has "+unknown+`; there are {body}, {ts}, {id}, {method} and {url}`)
	case slices.Contains(out.signed, "{ts}") != (h.TimestampHeader != ""):
		r.Problem("sign.hmac.timestampHeader", "is needed with {ts} in signed, and only with it")
	case slices.Contains(out.signed, "{id}") != (h.IDHeader != ""):
		r.Problem("sign.hmac.idHeader", "is needed with {id} in signed, and only with it")
	}
	return out
}

func hashes(name string) func() hash.Hash {
	switch name {
	case "sha1":
		return sha1.New
	case "sha512":
		return sha512.New
	default:
		return sha256.New
	}
}

// placeholders splits the signed text. unknown is a placeholder that does not exist.
func placeholders(text string) (parts []string, unknown string) {
	for text != "" {
		before, rest, open := strings.Cut(text, "{")
		if before != "" {
			parts = append(parts, before)
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case !closed:
			return nil, "a { without its }"
		case !slices.Contains([]string{"body", "ts", "id", "method", "url"}, name):
			return nil, "{" + name + "}"
		}
		parts = append(parts, "{"+name+"}")
		text = after
	}
	return parts, ""
}

// sign adds the headers of the signature to a request.
func (s *signer) sign(m *message, resolved value.Value, in node.Input) error {
	if s == nil {
		return nil
	}
	key := []byte(textAt(resolved, "sign", s.field, "secret"))
	if s.whsec {
		text, ok := strings.CutPrefix(string(key), "whsec_")
		decoded, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(decoded) == 0 {
			return wrong("sign.standardWebhooks.secret", "must be whsec_ and base64; signing with whsk_ (Ed25519) is not supported")
		}
		key = decoded
	}
	id, ts := messageID(in.IdempotencyKey), strconv.FormatInt(in.Now.Unix(), 10)
	mac := hmac.New(s.hash, key)
	for _, p := range s.signed {
		switch p {
		case "{body}":
			if err := read(m.content.body, mac); err != nil {
				return err
			}
			continue
		case "{ts}":
			p = ts
		case "{id}":
			p = id
		case "{method}":
			p = m.method
		case "{url}":
			p = m.url
		}
		mac.Write([]byte(p))
	}
	if s.timestampHeader != "" {
		m.header.Set(s.timestampHeader, ts)
	}
	if s.idField != "" {
		m.header.Set(s.idField, id)
	}
	m.header.Set(s.header, s.prefix+s.encode(mac.Sum(nil)))
	return nil
}

func (s *signer) encode(sum []byte) string {
	if s.base64 {
		return base64.StdEncoding.EncodeToString(sum)
	}
	return hex.EncodeToString(sum)
}

// messageID returns the id of a request. It has no dot, which separates it from the rest of the signed text.
func messageID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "msg_" + hex.EncodeToString(sum[:16])
}
