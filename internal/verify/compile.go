package verify

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
)

// checker collects the problems of a scheme.
type checker struct{ problems []decode.Problem }

func (c *checker) say(path, format string, args ...any) {
	c.problems = append(c.problems, decode.Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) among(path, text string, names []string) {
	if !slices.Contains(names, text) {
		c.say(path, "%s", decode.Choose(text, names))
	}
}

func (c *checker) header(path, name string) {
	if name != "" && !isHeaderName(name) {
		c.say(path, "%s is not the name of a header", decode.Quote(name))
	}
}

// check reports the problems of a scheme whose placeholders are filled. The paths are its field names.
func (s Scheme) check() []decode.Problem {
	c := &checker{}
	c.among("kind", s.Kind, kinds)
	if s.Kind == kindHMAC || s.Kind == kindHash {
		c.among("alg", s.Alg, algorithms)
	}
	if s.Kind != kindToken {
		c.among("encoding", s.Encoding, encodings)
	}
	if s.Key != "" {
		c.among("key", s.Key, keyForms)
	}
	if !s.usesSecret() {
		c.among("pubkey", s.PublicKey, pubkeys)
	}
	if s.Timestamp.Unit != "" {
		c.among("timestamp.unit", s.Timestamp.Unit, units)
	}
	s.checkLocations(c)
	s.checkHandshakes(c)
	if s.Kind != kindToken {
		s.checkSigned(c)
	}
	return c.problems
}

func (s Scheme) checkLocations(c *checker) {
	places := 0
	for _, set := range []bool{s.Sig.Header != "", len(s.Sig.Headers) > 0, s.Sig.Query != "", s.Sig.JSON != ""} {
		if set {
			places++
		}
	}
	if places == 0 {
		c.say("sig.header", "is missing: name the header that carries it")
	}
	if places > 1 {
		c.say("sig.query", "names a second place for the signature; name one")
	}
	c.header("sig.header", s.Sig.Header)
	c.header("timestamp.header", s.Timestamp.Header)
	c.header("id.header", s.ID.Header)
	if p := s.Sig.Pairs; p != nil && (p.Sep == "" || p.KV == "" || p.Sig == "") {
		c.say("sig.pairs", "needs sep, kv and sig")
	}
	if s.Timestamp.Pair && (s.Sig.Pairs == nil || s.Sig.Pairs.TS == "") {
		c.say("timestamp.pair", "needs sig.pairs.ts")
	}
	if slices.ContainsFunc(s.URLUnescape, func(e string) bool { return len(e) != 3 || e[0] != '%' || !isHex(e[1:]) }) {
		c.say("url_unescape", "holds something that is not an escape such as %%3A")
	}
}

// checkSigned compares the template with the rest of the scheme: every value it signs must have a location, and
// every value a gate relies on must be signed.
func (s Scheme) checkSigned(c *checker) {
	t, err := parseTemplate(s.Signed)
	if err != nil {
		c.say("signed", "%v", err)
		return
	}
	stamped := s.Timestamp.Header != "" || s.Timestamp.JSON != "" || s.Timestamp.Pair
	if t.has(partTimestamp) && !stamped {
		c.say("signed", "signs {ts}, but no header is named that holds the timestamp")
	}
	if !t.has(partTimestamp) && (s.Timestamp.Header != "" || s.Timestamp.Pair) {
		c.say("timestamp.header", "names a timestamp that is not signed and so proves nothing; put {ts} into the signed text, or leave it out")
	}
	if t.has(partID) && s.ID.isZero() {
		c.say("signed", "signs {id}, but no header is named that holds the id")
	}
	if t.has(partBody) != s.coversBody() {
		if s.coversBody() {
			c.say("signed", "does not contain {body}; anyone who sees one call could send any body with its signature")
		} else {
			c.say("covers_body", "is false, but the signed text has {body}")
		}
	}
	if s.Kind == kindHash && !t.has(partSecret) {
		c.say("signed", "does not have {secret}, so anybody could compute it")
	}
	if !s.usesSecret() && t.has(partSecret) {
		c.say("signed", "has {secret}, but the scheme has none")
	}
}

// compile builds the verifier of a checked scheme.
func (s Scheme) compile(c Config) (*verifier, []decode.Problem) {
	signed, _ := parseTemplate(s.Signed) // cannot fail: the scheme was checked
	v := &verifier{
		kind: s.Kind, alg: s.Alg, encoding: encodingOf(s.Encoding), prefix: s.Sig.Prefix, listSep: s.Sig.ListSep, pairs: s.Sig.Pairs,
		signed: signed, matches: newMatches(s.MatchHeader), serial: headerSource(s.SerialHeader).name,
		needsID: signed.has(partID), afterID: signed.literalAfter(partID), keyForm: s.Key,
	}
	if s.Kind == kindToken {
		v.encoding = encodeNone
	}
	if len(s.URLUnescape) > 0 {
		v.unescape = unescaper(s.URLUnescape)
	}
	problems := v.loadKeys(s, c)
	v.timestamp = newTimestampRule(s.Timestamp, s.Sig.Pairs, c.Tolerance)
	v.sets = v.headerSets(s)
	v.handshakes = v.newHandshakes(s, c)
	if len(problems) > 0 {
		return refusing(c, problems), problems
	}
	return v, nil
}

// loadKeys decodes the secrets or public keys. Without any, every call is refused.
func (v *verifier) loadKeys(s Scheme, c Config) []decode.Problem {
	var problems []decode.Problem
	if !s.usesSecret() {
		name := s.publicName()
		if strings.TrimSpace(c.Keys[name]) == "" {
			v.refuse = refusing(c, nil).refuse
			v.refuse.Detail = "the gate has no public key"
			return nil
		}
		var err error
		if v.public, err = decodePublic(s.Kind, s.PublicKey, c.Keys[name]); err != nil {
			return []decode.Problem{{Path: decode.Join("keys", name), Message: err.Error()}}
		}
		if len(c.Secrets) > 0 {
			return []decode.Problem{{Path: "secrets", Message: "have no effect here: this preset works with keys." + name}}
		}
		return nil
	}
	if len(c.Secrets) == 0 || slices.ContainsFunc(v.matches, func(m match) bool { return m.want == "" }) {
		v.refuse = refusing(c, nil).refuse
	}
	for i, text := range c.Secrets {
		key, err := decodeKey(s.Key, text)
		if err != nil {
			problems = append(problems, decode.Problem{Path: fmt.Sprintf("secrets[%d]", i), Message: err.Error()})
			continue
		}
		if strings.TrimSpace(text) == "" || len(key) == 0 {
			v.refuse = refusing(c, nil).refuse
			v.refuse.Detail = fmt.Sprintf("the gate has no secret: secrets[%d] is empty", i)
		}
		v.secrets = append(v.secrets, secret{text: text, key: key, token: sha256.Sum256([]byte(text))})
	}
	return problems
}

// headerSets lists the locations of the scheme's values, one set for each group of names.
func (v *verifier) headerSets(s Scheme) []headerSet {
	at := source{}
	if v.timestamp != nil {
		at = v.timestamp.at
	}
	list := []headerSet{v.newHeaderSet(s.Sig.sources(), at, s.ID.source())}
	for _, f := range s.Alternatives {
		list = append(list, v.newHeaderSet([]source{headerSource(f.Sig)}, headerSource(f.Timestamp), headerSource(f.ID)))
	}
	return list
}

func (s Signature) sources() []source {
	if len(s.Headers) > 0 {
		list := make([]source, len(s.Headers))
		for i, name := range s.Headers {
			list[i] = headerSource(name)
		}
		return list
	}
	return []source{Location{Header: s.Header, Query: s.Query, JSON: s.JSON}.source()}
}

func isHex(text string) bool {
	_, err := strconv.ParseUint(text, 16, 64)
	return err == nil
}

func unescaper(escapes []string) *strings.Replacer {
	var pairs []string
	for _, e := range escapes {
		b, _ := strconv.ParseUint(e[1:], 16, 8) // cannot fail: the scheme was checked
		pairs = append(pairs, strings.ToUpper(e), string([]byte{byte(b)}), strings.ToLower(e), string([]byte{byte(b)}))
	}
	return strings.NewReplacer(pairs...)
}
