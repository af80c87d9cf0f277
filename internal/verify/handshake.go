package verify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/textproto"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// The limits of a handshake. Real ones are smaller than one KiB.
const (
	maxHandshakeBody  = 16 << 10 // bytes
	maxHandshakeValue = 1 << 10  // largest value that an answer echoes, in bytes
	maxHMACValue      = 256      // largest value that an answer computes an HMAC of, in bytes
)

// Handshakes lists the handshakes that this configuration can answer.
func (v *verifier) Handshakes() []Handshake { return v.handshakes }

// question is a compiled HandshakeScheme.
type question struct {
	v      *verifier
	when   []conditionSource
	value  source
	token  source
	tokens [][32]byte // SHA-256 of each accepted token
	scheme HandshakeScheme
	json   value.Value
	signs  bool // the answer contains an HMAC
}

type conditionSource struct {
	at     source
	equals string
}

// newHandshakes compiles the handshakes. It skips those whose token is not configured, because they cannot be
// answered.
func (v *verifier) newHandshakes(s Scheme, c Config) []Handshake {
	var list []Handshake
	for _, h := range s.Handshakes {
		q := &question{v: v, scheme: h, value: h.Value.source(), signs: h.computes()}
		for _, condition := range h.When {
			q.when = append(q.when, conditionSource{condition.source(), condition.Equals})
		}
		q.json, _ = value.ParseBytes(h.JSON, value.Limits{}) // cannot fail: the scheme was checked
		out := Handshake{Method: h.method(), Unsigned: h.Unsigned, Recognizes: q.recognizes, Answer: q.answer}
		if h.Token != nil {
			if !q.expect(h.Token, c) {
				continue
			}
			out.SecretHeaders, out.SecretQuery = q.secrets()
		}
		if h.Header != "" && q.value.kind == inHeader { // the value is a secret that the provider hands over
			out.SecretHeaders = append(out.SecretHeaders, q.value.name)
		}
		list = append(list, out)
	}
	return list
}

// expect sets the accepted tokens. It reports whether there are any.
func (q *question) expect(token *HandshakeToken, c Config) bool {
	q.token = token.source()
	texts := c.Secrets
	if token.Key != "" {
		texts = []string{c.Keys[token.Key]}
	}
	for _, text := range texts {
		if text == "" {
			return false
		}
		q.tokens = append(q.tokens, sha256.Sum256([]byte(text)))
	}
	return len(q.tokens) > 0
}

func (q *question) secrets() (headers, query []string) {
	switch q.token.kind {
	case inHeader:
		headers = []string{q.token.name}
	case inQuery:
		query = []string{q.token.name}
	default: // a token in a body is not removed
	}
	return headers, query
}

func (q *question) recognizes(call Call) bool {
	if len(call.Body) > maxHandshakeBody {
		return false
	}
	r := &callState{call: call}
	for _, c := range q.when {
		if c.at.kind == inJSON && !bytes.Contains(call.Body, []byte(c.equals)) { // a cheap test: most calls are events
			return false
		}
		text, times := c.at.read(r)
		if times != 1 || text == "" || c.equals != "" && text != c.equals {
			return false
		}
	}
	if q.value.kind == nowhere {
		return true
	}
	text, times := q.value.read(r)
	return times == 1 && text != "" && len(text) <= maxHandshakeValue && (!q.signs || harmlessToSign(text))
}

// harmlessToSign reports whether the HMAC of a text may be given to anyone. Bodies are signed with the same
// key, so whoever gets a text signed here could send it as an event. A text made only of these characters is
// neither a JSON object nor a form with more than a name.
func harmlessToSign(text string) bool {
	return len(text) <= maxHMACValue && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+/=") == ""
}

func (q *question) answer(_ context.Context, call Call) (*hook.Reply, Verdict) {
	if q.v.refuse != nil {
		return nil, *q.v.refuse
	}
	r := &callState{call: call}
	if verdict := q.prove(r); !verdict.OK() {
		return nil, verdict
	}
	given, _ := q.value.read(r)
	switch {
	case q.scheme.Text != "":
		return TextReply(q.fill(q.scheme.Text, given)), Verdict{}
	case q.scheme.JSON != nil:
		return q.jsonReply(given), Verdict{}
	}
	reply := &hook.Reply{Status: http.StatusOK}
	if q.scheme.Header != "" {
		reply.Headers = []hook.Header{{Name: textproto.CanonicalMIMEHeaderKey(q.scheme.Header), Value: given}}
	}
	return reply, Verdict{}
}

// prove compares the token of an unsigned handshake.
func (q *question) prove(r *callState) Verdict {
	if q.token.kind == nowhere {
		return Verdict{}
	}
	text, times := q.token.read(r)
	switch {
	case times == 0 || text == "":
		return Verdict{Reason: Missing, Detail: "the handshake has no " + q.token.String()}
	case times > 1:
		return Verdict{Reason: Malformed, Detail: "the handshake has more than one " + q.token.String()}
	}
	given := sha256.Sum256([]byte(text))
	for i, want := range q.tokens {
		if subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
			return Verdict{Secret: i}
		}
	}
	return Verdict{Reason: Mismatch, Detail: "the " + q.token.String() + " of the handshake is wrong"}
}

// fill replaces the placeholders in an answer's text.
func (q *question) fill(text, given string) string {
	if !q.signs {
		return strings.ReplaceAll(text, tokenValue, given)
	}
	mac := hmac.New(hashOf(q.v.alg), q.v.secrets[0].key)
	mac.Write([]byte(given))
	sum := mac.Sum(nil)
	return strings.NewReplacer(
		tokenValue, given, tokenHMACHex, hex.EncodeToString(sum), tokenHMACBase64, base64.StdEncoding.EncodeToString(sum),
	).Replace(text)
}

func (q *question) jsonReply(given string) *hook.Reply {
	var b value.ObjectBuilder
	for name, member := range q.json.Members() {
		if text, ok := member.Str(); ok {
			member = value.String(q.fill(text, given))
		}
		b.Set(name, member)
	}
	return &hook.Reply{
		Status:  http.StatusOK,
		Headers: []hook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Content-Type-Options", Value: "nosniff"}},
		Body:    b.Value().Append(nil),
	}
}
