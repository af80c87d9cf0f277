package verify

import (
	"crypto/hmac"
	"crypto/sha1" // some senders still use it, and HMAC-SHA1 is not broken
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"
)

// verifier is a compiled Scheme with the secrets and keys of one workflow.
type verifier struct {
	kind       string
	alg        string
	encoding   encoding
	prefix     string
	listSep    string
	pairs      *Pairs
	signed     template
	sets       []headerSet
	timestamp  *timestampRule // nil: no timestamp
	matches    []match
	serial     string // canonical name of the header that names the public key
	unescape   *strings.Replacer
	needsID    bool
	afterID    string // the literal text after {id}, which no id may contain
	keyForm    string
	handshakes []Handshake

	secrets []secret
	public  []publicKey
	refuse  *Verdict // if set, the verdict on every call
	states  sync.Pool
}

// secret is one shared secret.
type secret struct {
	text  string
	key   []byte   // decoded
	token [32]byte // SHA-256 of the text; comparing hashes hides the length of the secret
}

// headerSet says where the values of a scheme are, under one set of header names, and holds the messages for
// missing or invalid values.
type headerSet struct {
	sigs      []source
	timestamp source
	id        source
	names     []string // canonical names of its headers

	missing, malformed, mismatch, noTimestamp, badTimestamp, noID Verdict
}

// match is a header that must have exactly one value.
type match struct{ header, want string }

// hashOf returns the constructor of a hash function.
func hashOf(alg string) func() hash.Hash {
	switch alg {
	case "sha1":
		return sha1.New
	case "sha512":
		return sha512.New
	default:
		return sha256.New
	}
}

// hashFor returns the hash for a secret, reset and ready to use.
func (v *verifier) hashFor(r *callState, i int) hash.Hash {
	if r.hashes[i].hash == nil {
		if v.kind == kindHMAC {
			r.hashes[i].hash = hmac.New(hashOf(v.alg), v.secrets[i].key)
		} else {
			r.hashes[i].hash = hashOf(v.alg)()
		}
	}
	r.hashes[i].hash.Reset() // after the first Reset, an HMAC restores the state that includes its key
	return r.hashes[i].hash
}

// digest returns the signature that a holder of the secret would have sent, without prefix or encoding. It is
// valid until the next call.
func (v *verifier) digest(r *callState, i int) []byte {
	if v.kind == kindToken {
		return []byte(v.secrets[i].text)
	}
	h := v.hashFor(r, i)
	v.signed.feed(h, r, v.secrets[i].text)
	r.sum = h.Sum(r.sum[:0])
	return r.sum
}

// headersOf returns the first set of names of which the call has any header.
func (v *verifier) headersOf(call *Call) *headerSet {
	if len(v.sets) > 1 {
		for i := range v.sets {
			for _, name := range v.sets[i].names {
				if len(call.Header[name]) > 0 {
					return &v.sets[i]
				}
			}
		}
	}
	return &v.sets[0]
}

// begin takes a callState from the pool; end returns it.
func (v *verifier) begin(call *Call) *callState {
	r, _ := v.states.Get().(*callState)
	if r == nil {
		r = newCallState(len(v.secrets))
	}
	r.call = *call
	if v.unescape != nil {
		r.call.URL = v.unescape.Replace(r.call.URL)
	}
	return r
}

func (v *verifier) end(r *callState) {
	r.clear()
	v.states.Put(r)
}

// newHeaderSet builds a set of names and its messages.
func (v *verifier) newHeaderSet(sigs []source, timestampAt, id source) headerSet {
	f := headerSet{sigs: sigs, timestamp: timestampAt, id: id}
	for _, s := range append(slices.Clone(sigs), timestampAt, id) {
		if s.kind == inHeader && !slices.Contains(f.names, s.name) {
			f.names = append(f.names, s.name)
		}
	}
	where := sourceNames(sigs)
	form := "is not " + v.encoding.String()
	switch {
	case v.pairs != nil:
		form = "has no entry " + v.pairs.Sig + v.pairs.KV + " followed by " + v.encoding.String()
	case v.prefix != "" && v.encoding == encodeNone:
		form = "does not begin with " + v.prefix
	case v.prefix != "":
		form = "is not " + v.prefix + " followed by " + v.encoding.String()
	}
	timestampName := "the " + timestampAt.String()
	if timestampAt.kind == inPairs {
		timestampName = "an entry " + v.pairs.TS + v.pairs.KV + " in " + where
	}
	f.missing = Verdict{Reason: Missing, Detail: "the call has no " + where}
	f.malformed = Verdict{Reason: Malformed, Detail: where + " " + form}
	f.noTimestamp = Verdict{Reason: NoTimestamp, Detail: "the call lacks " + timestampName}
	f.badTimestamp = Verdict{Reason: Malformed, Detail: timestampName + " is not a time (" + v.unitName() + ")"}
	f.noID = Verdict{Reason: NoID, Detail: "the call has no " + id.String() + ", which is part of the signed text"}
	f.mismatch = Verdict{Reason: Mismatch, Detail: "the signature in " + where + " does not match the call and " + v.keyNames()}
	if v.kind == kindToken {
		f.mismatch.Detail = "the " + where + " is not " + v.keyNames()
	}
	return f
}

func (v *verifier) unitName() string {
	switch {
	case v.timestamp == nil:
		return ""
	case v.timestamp.unit == "iso8601":
		return "RFC 3339"
	case v.timestamp.unit == "ms":
		return "milliseconds"
	default:
		return "seconds"
	}
}

func (v *verifier) keyNames() string {
	switch {
	case len(v.public) > 0:
		return "the public key"
	case len(v.secrets) > 1:
		return "any of the secrets"
	default:
		return "the secret"
	}
}

func sourceNames(list []source) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.String()
	}
	return strings.Join(names, " or ")
}

func newMatches(headers map[string]string) []match {
	list := make([]match, 0, len(headers))
	for name, want := range headers {
		list = append(list, match{textproto.CanonicalMIMEHeaderKey(name), want})
	}
	slices.SortFunc(list, func(a, b match) int { return strings.Compare(a.header, b.header) })
	return list
}

func newTimestampRule(t Timestamp, pairs *Pairs, tolerance time.Duration) *timestampRule {
	s := &timestampRule{unit: t.Unit, tolerance: tolerance, readLate: t.OptionalWindow}
	switch {
	case t.Pair && pairs != nil:
		s.at = source{kind: inPairs, name: pairs.TS}
	case t.Header != "":
		s.at = headerSource(t.Header)
	case t.JSON != "":
		s.at = jsonSource(t.JSON)
	default:
		return nil
	}
	if tolerance <= 0 {
		s.tolerance = time.Duration(t.Tolerance) * time.Second
	}
	return s
}
