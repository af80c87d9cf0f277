package verify

import (
	"context"
	"crypto/hmac"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The limits of an explanation. An operator asks for it, but the call it examines comes from anyone.
const (
	maxTries      = 2000      // digests computed
	maxHashed     = 128 << 20 // bytes hashed in total
	maxVariedBody = 256 << 10 // largest body for which other serialisations are tried, in bytes
	maxOthers     = 500       // secrets of other workflows that are tried
)

// Explain tests one possible mistake at a time against every digest found anywhere in the call's headers.
func (v *verifier) Explain(ctx context.Context, call Call, others map[string]string) []Hypothesis {
	if v.refuse != nil {
		return []Hypothesis{{"no-secret", sentence(v.refuse.Detail) + " So it refuses every call."}}
	}
	verdict := v.Verify(ctx, call)
	switch {
	case verdict.OK():
		return nil
	case verdict.Reason == Stale || verdict.Reason == Future:
		return []Hypothesis{*v.clock(call)}
	case verdict.Reason == OtherKey:
		return []Hypothesis{{"other-key", sentence(verdict.Detail) + " The call is of another application or account, or its key was changed."}}
	case v.kind == kindToken:
		return v.explainToken(call, others)
	}
	x := newExplainer(v, call)
	switch {
	case len(v.public) > 0:
		x.bodyVariants(ctx)
	case len(x.signatures) > 0:
		x.otherSchemes()
		x.secretVariants()
		x.otherSecrets(others)
		x.urlVariants()
		x.bodyVariants(ctx)
	}
	if len(x.hypotheses) == 0 {
		return nil
	}
	if late := v.clock(call); late != nil {
		x.hypotheses = append(x.hypotheses, *late)
	}
	return x.hypotheses
}

// clock reports by how much the call's timestamp is outside the window; nil if it is inside.
func (v *verifier) clock(call Call) *Hypothesis {
	if v.timestamp == nil {
		return nil
	}
	r := v.begin(&call)
	defer v.end(r)
	f := v.headersOf(&call)
	v.collect(r, f)
	text, _ := f.timestamp.read(r)
	at, ok := v.timestamp.parse(text)
	if !ok {
		return nil
	}
	age := v.timestamp.age(call.At, at)
	switch v.timestamp.check(age).Reason {
	case Stale:
		return &Hypothesis{"clock", fmt.Sprintf("The call was signed %s before it came, and %s are allowed. Somebody replayed it, it waited that long on the way, "+
			"or the sender's clock is behind (or this server's ahead): compare both with a time server.", span(age), span(v.timestamp.tolerance))}
	case Future:
		return &Hypothesis{"clock", fmt.Sprintf("The call was signed %s after it came, and %s are allowed. The sender's clock is ahead, or this server's is behind: "+
			"compare both with a time server.", span(-age), span(v.timestamp.tolerance))}
	default:
		return nil
	}
}

// explainer tests one hypothesis after another.
type explainer struct {
	v         *verifier
	call      Call
	timestamp string
	id        string
	tries     int
	bytes     int

	signatures []foundSignature
	expected   []string // headers in which the scheme expects signatures
	hypotheses []Hypothesis
}

func newExplainer(v *verifier, call Call) *explainer {
	x := &explainer{v: v, call: call}
	r := v.begin(&call)
	defer v.end(r)
	f := v.headersOf(&call)
	v.collect(r, f) // finds a timestamp in the signature header
	x.timestamp, _ = f.timestamp.read(r)
	x.id, _ = f.id.read(r)
	for _, s := range f.sigs {
		x.expected = append(x.expected, s.name)
	}
	x.signatures = findSignatures(r, f)
	return x
}

// attempt is one way in which a call may have been signed.
type attempt struct {
	key    []byte
	text   string // the secret as configured
	alg    string
	signed template
	body   []byte
	url    string
}

// configured returns the attempt that the gate expects, with one of the secrets.
func (x *explainer) configured(s secret) attempt {
	return attempt{key: s.key, text: s.text, alg: x.v.alg, signed: x.v.signed, body: x.call.Body, url: x.call.URL}
}

// try computes the digest of an attempt and looks for it in the call.
func (x *explainer) try(a attempt) (foundSignature, bool) {
	if x.tries++; x.tries > maxTries || len(a.key) == 0 {
		return foundSignature{}, false
	}
	if x.bytes += len(a.body); x.bytes > maxHashed {
		return foundSignature{}, false
	}
	r := x.state(a)
	h := hashOf(a.alg)()
	if x.v.kind == kindHMAC {
		h = hmac.New(hashOf(a.alg), a.key)
	}
	a.signed.feed(h, r, a.text)
	want := h.Sum(nil)
	for _, s := range x.signatures {
		if hmac.Equal(s.bytes, want) {
			return s, true
		}
	}
	return foundSignature{}, false
}

func (x *explainer) state(a attempt) *callState {
	r := newCallState(0)
	r.call, r.timestamp, r.id = x.call, x.timestamp, x.id
	r.call.Body, r.call.URL = a.body, a.url
	if x.v.unescape != nil {
		r.call.URL = x.v.unescape.Replace(a.url)
	}
	return r
}

func (x *explainer) say(code, format string, args ...any) {
	h := Hypothesis{code, fmt.Sprintf(format, args...)}
	if !slices.Contains(x.hypotheses, h) {
		x.hypotheses = append(x.hypotheses, h)
	}
}

// isExpected reports whether a signature is in a header where the scheme looks, and whether it has the scheme's
// encoding.
func (x *explainer) isExpected(s foundSignature) (place, written bool) {
	return slices.Contains(x.expected, s.header), s.encoding == x.v.encoding.String()
}

// otherSchemes looks for a signature by the right secret in another header, encoding, format or algorithm.
func (x *explainer) otherSchemes() {
	bare := template{[]part{{kind: partBody}}}
	for i, s := range x.v.secrets {
		a := x.configured(s)
		if seen, ok := x.try(a); ok {
			x.elsewhere(i, seen)
			continue
		}
		for _, alg := range algorithms {
			for _, signed := range []template{x.v.signed, bare} {
				a.alg, a.signed = alg, signed
				if seen, ok := x.try(a); ok {
					x.otherAlgorithm(seen, alg, len(signed.parts) == 1 && len(x.v.signed.parts) > 1)
				}
			}
		}
	}
}

func (x *explainer) elsewhere(i int, s foundSignature) {
	place, written := x.isExpected(s)
	which := "The secret is right: header " + s.header + " holds a signature of this call that fits it"
	if i > 0 {
		which += fmt.Sprintf(" (secrets[%d])", i)
	}
	switch {
	case !place:
		x.say("header", "%s, but the signature is expected in %s. The sender signs for another scheme: choose its preset, or name this header.", which, strings.Join(x.expected, " or "))
	case !written:
		x.say("encoding", "%s, written in %s; expected is %s. The sender writes signatures in another way: choose its preset, or set keys.encoding.", which, s.encoding, x.v.encoding)
	default:
		x.say("prefix", "%s, but the rest of the header does not fit: expected is %sone signature%s. The sender, or something on the way, writes the header in another form.",
			which, quoted("", x.v.prefix, " and "), quoted(", several separated by ", x.v.listSep, ""))
	}
}

func quoted(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + fmt.Sprintf("%q", text) + after
}

func (x *explainer) otherAlgorithm(s foundSignature, alg string, bare bool) {
	what := signedText(x.v.signed)
	if bare {
		what = "the body alone"
	}
	if place, _ := x.isExpected(s); place {
		x.say("algorithm", "The secret is right: header %s holds the %s of %s, but this gate expects %s of %s. The sender signs for another scheme: choose its preset, or set keys.",
			s.header, alg, what, x.v.alg, signedText(x.v.signed))
		return
	}
	x.say("header", "The secret is right: header %s holds the %s of %s, which is another scheme than the %s in %s that this gate expects. "+
		"Have the sender sign in the newer way, or choose the preset that fits.",
		s.header, alg, what, x.v.alg, strings.Join(x.expected, " or "))
}

func signedText(t template) string {
	if len(t.parts) == 1 && t.parts[0].kind == partBody {
		return "the body"
	}
	return "the signed text"
}

// secretVariants tries the configured secrets with likely copying mistakes undone.
func (x *explainer) secretVariants() {
	for i, s := range x.v.secrets {
		name := fmt.Sprintf("secrets[%d]", i)
		for _, near := range x.v.secretVariants(s.text) {
			a := x.configured(s)
			a.key, a.text = near.key, near.text
			if _, ok := x.try(a); ok {
				x.say(near.code, "The signature fits %s %s.", name, near.what)
				break
			}
		}
	}
}

// otherSecrets tries the secrets of other workflows.
func (x *explainer) otherSecrets(others map[string]string) {
	for n, name := range slices.Sorted(maps.Keys(others)) {
		if n >= maxOthers {
			return
		}
		text := others[name]
		key, err := decodeKey(x.v.keyForm, text)
		if err != nil {
			key = []byte(text)
		}
		a := x.configured(secret{text: text, key: key})
		if _, ok := x.try(a); ok {
			x.say("other-secret", "The signature fits another known secret, %s: the sender uses that one here. Give the sender this workflow's secret, or add that one to its secrets.", name)
		}
	}
}

// sentence turns a detail into a sentence.
func sentence(detail string) string {
	if detail == "" {
		return ""
	}
	return strings.ToUpper(detail[:1]) + detail[1:] + "."
}
