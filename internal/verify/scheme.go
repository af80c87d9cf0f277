package verify

import (
	"strconv"
	"strings"
)

// Scheme says as data how one provider signs. Its JSON form is that of a file of presets, so one more
// provider is one more entry and no code. Some of its texts (see fields) may be `{keys.name}`: what the
// workflow writes under `keys` then takes its place.
type Scheme struct {
	Kind      string    `json:"kind"`               // hmac hash token ed25519 ecdsa-p256-sha256 rsa-sha256
	Alg       string    `json:"alg,omitempty"`      // sha1 sha256 sha512, for hmac and hash
	Encoding  string    `json:"encoding,omitempty"` // hex base64; not for token
	Sig       Signature `json:"sig"`
	Signed    string    `json:"signed,omitempty"` // template of the signed text, see parseTemplate; not for token
	Timestamp Timestamp `json:"timestamp,omitzero"`
	ID        Location  `json:"id,omitzero"`    // what names the delivery; signed where the template has {id}
	Event     Location  `json:"event,omitzero"` // what names the kind of event

	Key          string            `json:"key,omitempty"`           // how a secret's text becomes the key: text (default) hex base64 whsec
	PublicKey    string            `json:"pubkey,omitempty"`        // how keys.public_key is written: hex whpk spki-base64 pem; pem-by-serial reads keys.certificates
	SerialHeader string            `json:"serial_header,omitempty"` // with pem-by-serial: the header that names the key
	MatchHeader  map[string]string `json:"match_header,omitempty"`  // headers that must have exactly this value
	CoversBody   *bool             `json:"covers_body,omitempty"`   // false: the body is not signed; else the template must have {body}
	URLUnescape  []string          `json:"url_unescape,omitempty"`  // escapes that are undone in {url} before it is signed: %3A

	// Alternatives are other names for the headers of the same scheme. A call is read by the first set
	// of names of which it has any header, so that no part of one mixes with another's.
	Alternatives []HeaderNames `json:"alternatives,omitempty"`
	// Handshakes are the questions by which the provider finds out whether an address listens.
	Handshakes []HandshakeScheme `json:"handshakes,omitempty"`
}

// Location is where one value is in a call. At most one of its fields is set; none: nowhere.
type Location struct {
	Header string `json:"header,omitempty"`
	Query  string `json:"query,omitempty"`
	JSON   string `json:"json,omitempty"` // path in a JSON body: event.id, events.0.id
}

// Signature is where signatures are in a call, and in which form.
type Signature struct {
	Header  string   `json:"header,omitempty"`
	Headers []string `json:"headers,omitempty"` // instead of Header: each that is present counts
	Query   string   `json:"query,omitempty"`
	JSON    string   `json:"json,omitempty"`
	Prefix  string   `json:"prefix,omitempty"`   // before each signature; one without it is ignored
	ListSep string   `json:"list_sep,omitempty"` // between several signatures
	Pairs   *Pairs   `json:"pairs,omitempty"`
}

// Pairs is a header of names and values: t=1,v1=ab,v1=cd. Unknown names are ignored.
type Pairs struct {
	Sep string `json:"sep"`
	KV  string `json:"kv"`
	TS  string `json:"ts"`  // name of the timestamp
	Sig string `json:"sig"` // name of a signature
}

// Timestamp is where the time of signing is. Its text is signed as it came.
type Timestamp struct {
	Header    string `json:"header,omitempty"`
	JSON      string `json:"json,omitempty"`
	Pair      bool   `json:"pair,omitempty"`
	Unit      string `json:"unit,omitempty"`      // s (default) ms iso8601
	Tolerance int    `json:"tolerance,omitempty"` // seconds both ways, edges included
	// OptionalWindow marks a provider that does not document the form of the text: one that cannot be
	// read as a time is then refused after the signature was checked, not before.
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

// Template is the template over $context that yields the value at the location, "" for nowhere.
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

// secretive reports whether the scheme works with a shared secret.
func (s Scheme) usesSecret() bool {
	return s.Kind == kindHMAC || s.Kind == kindHash || s.Kind == kindToken
}

// The kinds of schemes.
const (
	kindHMAC    = "hmac"              // RFC 2104
	kindHash    = "hash"              // a plain hash of a text that holds the secret
	kindToken   = "token"             // the secret itself
	kindEd25519 = "ed25519"           // RFC 8032
	kindECDSA   = "ecdsa-p256-sha256" // FIPS 186-5, signature in DER
	kindRSA     = "rsa-sha256"        // RSASSA-PKCS1-v1_5, RFC 8017
)

// What the texts of a scheme may be.
var (
	kinds      = []string{kindHMAC, kindHash, kindToken, kindEd25519, kindECDSA, kindRSA}
	algorithms = []string{"sha1", "sha256", "sha512"}
	encodings  = []string{"hex", "base64"}
	keyForms   = []string{"text", "hex", "base64", "whsec"}
	pubkeys    = []string{"hex", "whpk", "spki-base64", "pem", "pem-by-serial"}
	units      = []string{"s", "ms", "iso8601"}
)

// The bounds of what a call may bring.
const (
	maxCandidates = 20      // signatures in one call; senders that rotate send two
	maxPublic     = 4       // of them where each costs a public-key operation
	maxHeader     = 8 << 10 // bytes of any header that a scheme reads
	maxTimestamp  = 64      // bytes
	maxScratch    = 64 << 10
)
