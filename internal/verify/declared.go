package verify

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
)

// declared is a preset that consists of data only.
type declared struct {
	info   Info
	scheme Scheme
}

// Declare makes a preset from a scheme. If info does not set headers, keys, tolerance, event, handshake or the
// texts about signing, they are derived from the scheme; a dedupe key comes only from info. Declare panics if
// the scheme cannot work.
func Declare(info Info, scheme Scheme) Preset {
	d, err := newDeclared(info, scheme)
	if err != nil {
		panic("verify: " + err.Error())
	}
	return d
}

func newDeclared(info Info, scheme Scheme) (*declared, error) {
	d := &declared{info: info, scheme: scheme}
	d.complete()
	if stray := scheme.strayPlaceholder(); stray != "" {
		return nil, fmt.Errorf("preset %s: %s is in a field that cannot be set by keys", info.Name, stray)
	}
	if len(scheme.placeholders()) == 0 {
		if problems := scheme.check(); len(problems) > 0 {
			return nil, fmt.Errorf("preset %s: %s %s", info.Name, problems[0].Path, problems[0].Message)
		}
	}
	for _, name := range scheme.handshakeKeys() {
		if !d.hasKey(name) {
			return nil, fmt.Errorf("preset %s: a handshake needs keys.%s, which keys does not describe", info.Name, name)
		}
	}
	return d, nil
}

func (d *declared) hasKey(name string) bool {
	return slices.ContainsFunc(d.info.Keys, func(k Key) bool { return k.Name == name })
}

// complete derives the fields that the description does not set from the scheme.
func (d *declared) complete() {
	i, s := &d.info, d.scheme
	if i.Secrets == 0 && s.usesSecret() {
		i.Secrets = 1
	}
	if i.Tolerance == 0 {
		i.Tolerance = time.Duration(s.Timestamp.Tolerance) * time.Second
	}
	if i.ID == "" {
		i.ID = s.ID.Template()
	}
	if i.Event == "" {
		i.Event = s.Event.Template()
	}
	if !s.coversBody() || s.Kind == kindToken {
		i.BodyUnsigned = true
	}
	defaults, _ := s.fill(nil, i.Keys)
	if t, err := parseTemplate(defaults.Signed); err == nil {
		i.DedupeUnsigned = strings.Contains(i.DedupeKey, "$context.headers") && !t.has(partID)
	}
	if i.Signs == "" {
		i.Signs = defaults.Signed
	}
	if i.Algorithm == "" {
		i.Algorithm = defaults.algorithm()
	}
	if i.Handshake == "" {
		i.Handshake = describeHandshakes(s.Handshakes)
	}
	if strings.Contains(s.Signed, "{url}") {
		i.URL = true
	}
	if i.Headers == nil {
		i.Headers = s.headers()
	}
	for _, name := range s.placeholders() {
		if !d.hasKey(name) {
			i.Keys = append(i.Keys, Key{Name: name})
		}
	}
	if name := s.publicName(); name != "" && !d.hasKey(name) {
		i.Keys = append(i.Keys, Key{Name: name, Summary: "the provider's public key", Required: true})
	}
}

// Info describes the preset.
func (d *declared) Info() Info { return d.info }

// publicName returns the name under keys of the public key, or "" if there is none.
func (s Scheme) publicName() string {
	switch s.PublicKey {
	case "":
		return ""
	case "pem-by-serial":
		return "certificates"
	default:
		return "public_key"
	}
}

// algorithm describes the algorithm for people.
func (s Scheme) algorithm() string {
	switch s.Kind {
	case kindHMAC:
		return "HMAC-" + strings.ToUpper(s.Alg) + ", " + s.Encoding
	case kindHash:
		return strings.ToUpper(s.Alg) + ", " + s.Encoding
	case kindToken:
		return "the secret itself"
	case kindEd25519:
		return "Ed25519, " + s.Encoding
	case kindECDSA:
		return "ECDSA P-256 with SHA-256, " + s.Encoding
	default:
		return "RSA with SHA-256, " + s.Encoding
	}
}

// headers lists the canonical names of the headers that the scheme reads.
func (s Scheme) headers() []string {
	names := append([]string{s.Sig.Header, s.Timestamp.Header, s.ID.Header, s.SerialHeader}, s.Sig.Headers...)
	for _, f := range s.Alternatives {
		names = append(names, f.Sig, f.Timestamp, f.ID)
	}
	names = slices.AppendSeq(names, maps.Keys(s.MatchHeader))
	if t, err := parseTemplate(s.Signed); err == nil {
		for _, p := range t.parts {
			if p.kind == partHeader {
				names = append(names, p.text)
			}
		}
	}
	var out []string
	for _, name := range names {
		if name = textproto.CanonicalMIMEHeaderKey(name); isHeaderName(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Compile prepares a verifier. If it reports problems, the verifier refuses every call.
func (d *declared) Compile(c Config) (Verifier, []decode.Problem) {
	problems := CheckKeys(d.info, c)
	scheme, from := d.scheme.fill(c.Keys, d.info.Keys)
	if len(problems) == 0 && c.Missing == "" {
		for _, p := range scheme.check() {
			if name, ok := from[p.Path]; ok {
				p.Path = decode.Join("keys", name)
			}
			problems = append(problems, p)
		}
		problems = append(problems, scheme.idle(c.Keys, from)...)
		if c.Tolerance > 0 && scheme.Timestamp == (Timestamp{}) {
			problems = append(problems, decode.Problem{Path: "tolerance", Message: "has no effect here: this preset signs no timestamp; leave it out"})
		}
	}
	if len(problems) > 0 || c.Missing != "" {
		return refusing(c, problems), problems
	}
	return scheme.compile(c)
}

// idle reports keys that the workflow sets and that have no effect together with its other keys. A setting that does
// nothing looks like protection. from names the key of each field.
func (s Scheme) idle(keys map[string]string, from map[string]string) []decode.Problem {
	var problems []decode.Problem
	say := func(field, message string) {
		if name := from[field]; name != "" && keys[name] != "" {
			problems = append(problems, decode.Problem{Path: decode.Join("keys", name), Message: message})
		}
	}
	if s.Timestamp == (Timestamp{}) {
		say("timestamp.unit", "has no effect without a timestamp: name its header in keys."+from["timestamp.header"]+", or leave it out")
	}
	if t, err := parseTemplate(s.Signed); err == nil && !t.has(partID) {
		say("id.header", "has no effect: the signed text does not have {id}; put it into keys."+from["signed"]+", or leave it out")
	}
	return problems
}

// CheckKeys reports names under `keys` that the preset does not have, and required ones that are missing.
func CheckKeys(info Info, c Config) []decode.Problem {
	var problems []decode.Problem
	known := make([]string, len(info.Keys))
	for i, k := range info.Keys {
		known[i] = k.Name
		if _, ok := c.Keys[k.Name]; k.Required && !ok {
			problems = append(problems, decode.Problem{Path: decode.Join("keys", k.Name), Message: "is missing: " + k.Summary})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Keys)) {
		if slices.Contains(known, name) {
			continue
		}
		message := decode.Unknown("key", name, known)
		if len(known) == 0 {
			message = "preset " + info.Name + " takes no keys"
		}
		problems = append(problems, decode.Problem{Path: decode.Join("keys", name), Message: message})
	}
	return problems
}

// Refusing returns a verifier that refuses every call. Presets return it together with problems.
func Refusing(problems []decode.Problem) Verifier { return refusing(Config{}, problems) }

// refusing returns the verifier for a configuration that cannot work.
func refusing(c Config, problems []decode.Problem) *verifier {
	v := Verdict{Reason: NoSecret, Detail: "the gate has no secret"}
	switch {
	case c.Missing != "":
		v.Detail = "the gate has no secret: " + c.Missing + " is not set"
	case len(problems) > 0:
		v.Detail = "the gate cannot work: " + problems[0].Path + " " + problems[0].Message
	}
	return &verifier{refuse: &v}
}
