package verify

import (
	"strconv"
	"strings"
)

// Scheme describes, as data, how one provider signs. Its JSON form is used in presets.json, so adding a
// provider means adding an entry and no code. Some of its texts (see fields) may be `{keys.name}`, which is
// replaced by the value that the workflow sets under `keys`.
type Scheme struct {
	Kind      string    `json:"kind"`               // hmac hash token ed25519 ecdsa-p256-sha256 rsa-sha256
	Alg       string    `json:"alg,omitempty"`      // sha1 sha256 sha512, for hmac and hash
	Encoding  string    `json:"encoding,omitempty"` // hex base64; not for token
	Sig       Signature `json:"sig"`
	Signed    string    `json:"signed,omitempty"` // template of the signed text, see parseTemplate; not for token
	Timestamp Timestamp `json:"timestamp,omitzero"`
	ID        Location  `json:"id,omitzero"`    // the delivery's id; signed if the template has {id}
	Event     Location  `json:"event,omitzero"` // the event's type

	// Key says how a secret's text is decoded: text (default) hex base64 whsec
	Key string `json:"key,omitempty"`
	// PublicKey is the format of keys.public_key: hex whpk spki-base64 pem; pem-by-serial reads keys.certificates
	PublicKey    string            `json:"pubkey,omitempty"`
	SerialHeader string            `json:"serial_header,omitempty"` // with pem-by-serial: the header that names the key
	MatchHeader  map[string]string `json:"match_header,omitempty"`  // headers that must have exactly this value
	// CoversBody is false if the body is not signed. Otherwise the template must have {body}.
	CoversBody *bool `json:"covers_body,omitempty"`
	// URLUnescape lists escapes that are decoded in {url} before it is signed, such as %3A.
	URLUnescape []string `json:"url_unescape,omitempty"`

	// Alternatives are other names for the same headers. A call is read with the first set of names of which it
	// has any header, so that values of different sets never mix.
	Alternatives []HeaderNames `json:"alternatives,omitempty"`
	// Handshakes are the requests by which the provider checks that an endpoint is live.
	Handshakes []HandshakeScheme `json:"handshakes,omitempty"`
}

// Location is where a value is in a call. At most one of its fields is set; if none is, the value is nowhere.
type Location struct {
	Header string `json:"header,omitempty"`
	Query  string `json:"query,omitempty"`
	JSON   string `json:"json,omitempty"` // path in a JSON body: event.id, events.0.id
}

// Signature is where the signatures are in a call, and in which form.
type Signature struct {
	Header  string   `json:"header,omitempty"`
	Headers []string `json:"headers,omitempty"` // instead of Header: every one that is present counts
	Query   string   `json:"query,omitempty"`
	JSON    string   `json:"json,omitempty"`
	Prefix  string   `json:"prefix,omitempty"`   // before each signature; a text without it is ignored
	ListSep string   `json:"list_sep,omitempty"` // between several signatures
	Pairs   *Pairs   `json:"pairs,omitempty"`
}

// Pairs is a header of names and values, such as t=1,v1=ab,v1=cd. Unknown names are ignored.
type Pairs struct {
	Sep string `json:"sep"`
	KV  string `json:"kv"`
	TS  string `json:"ts"`  // name of the timestamp
	Sig string `json:"sig"` // name of a signature
}

// Timestamp is where the time of signing is. It is signed exactly as written.
type Timestamp struct {
	Header    string `json:"header,omitempty"`
	JSON      string `json:"json,omitempty"`
	Pair      bool   `json:"pair,omitempty"`
	Unit      string `json:"unit,omitempty"`      // s (default) ms iso8601
	Tolerance int    `json:"tolerance,omitempty"` // seconds in both directions, inclusive
	// OptionalWindow is for providers that do not document the format of the timestamp. A timestamp that cannot
	// be parsed is then rejected after the signature check instead of before it.
	OptionalWindow bool `json:"optional_window,omitempty"`
}

// HeaderNames is one set of names for the headers of a scheme.
type HeaderNames struct {
	Sig       string `json:"sig"`
	Timestamp string `json:"timestamp,omitempty"`
	ID        string `json:"id,omitempty"`
}

// isZero reports whether the location is nowhere.
func (p Location) isZero() bool { return p == Location{} }

// Template returns the template over $context that yields the value at the location; "" for nowhere.
func (p Location) Template() string {
	switch {
	case p.Header != "":
		return "{{$context.headers." + strings.ToLower(p.Header) + "}}"
	case p.Query != "":
		return "{{$context.query[" + strconv.Quote(p.Query) + "]}}"
	case p.JSON != "":
		var b strings.Builder
		for name := range strings.SplitSeq(p.JSON, ".") {
			if _, err := strconv.Atoi(name); err == nil {
				b.WriteString("[" + name + "]")
			} else {
				b.WriteString("." + name)
			}
		}
		return "{{$context.data" + b.String() + "}}"
	default:
		return ""
	}
}

// coversBody reports whether the body is signed.
func (s Scheme) coversBody() bool { return s.CoversBody == nil || *s.CoversBody }

// usesSecret reports whether the scheme uses a shared secret.
func (s Scheme) usesSecret() bool {
	return s.Kind == kindHMAC || s.Kind == kindHash || s.Kind == kindToken
}

// The kinds of schemes.
const (
	kindHMAC    = "hmac"              // RFC 2104
	kindHash    = "hash"              // a plain hash of a text that contains the secret
	kindToken   = "token"             // the secret itself
	kindEd25519 = "ed25519"           // RFC 8032
	kindECDSA   = "ecdsa-p256-sha256" // FIPS 186-5, signature in DER
	kindRSA     = "rsa-sha256"        // RSASSA-PKCS1-v1_5, RFC 8017
)

// The values that the texts of a scheme may have.
var (
	kinds      = []string{kindHMAC, kindHash, kindToken, kindEd25519, kindECDSA, kindRSA}
	algorithms = []string{"sha1", "sha256", "sha512"}
	encodings  = []string{"hex", "base64"}
	keyForms   = []string{"text", "hex", "base64", "whsec"}
	pubkeys    = []string{"hex", "whpk", "spki-base64", "pem", "pem-by-serial"}
	units      = []string{"s", "ms", "iso8601"}
)

// The limits on what a call may contain.
const (
	maxCandidates = 20      // signatures in one call; senders that rotate keys send two
	maxPublic     = 4       // the same where each check costs a public-key operation
	maxHeader     = 8 << 10 // bytes of any header that a scheme reads
	maxTimestamp  = 64      // bytes
	maxScratch    = 64 << 10
)
