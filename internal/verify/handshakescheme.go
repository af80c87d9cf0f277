package verify

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
)

// HandshakeScheme describes, as data, how a provider checks that an endpoint is live and which answer it
// expects. A handshake that needs more than that is written in code (Handshaker).
type HandshakeScheme struct {
	Method   string `json:"method,omitempty"`   // GET, HEAD or POST; "": POST
	Unsigned bool   `json:"unsigned,omitempty"` // the request is not signed like events
	// When distinguishes the handshake from other calls: all conditions must hold.
	When []Condition `json:"when,omitempty"`
	// Token proves an unsigned handshake. Without a token, the answer must be harmless to give to anyone.
	Token *HandshakeToken `json:"token,omitempty"`
	// Value is echoed in the answer, as {value}. A call without it is not a handshake.
	Value Location `json:"value,omitzero"`

	// At most one of these is the answer; with none, the answer is empty. Strings may contain {value},
	// {hmac:hex} and {hmac:base64}: the value, and the HMAC of the value with the scheme's alg and the first
	// secret.
	Text   string          `json:"text,omitempty"`   // text/plain
	JSON   json.RawMessage `json:"json,omitempty"`   // a JSON object whose members are strings and numbers
	Header string          `json:"header,omitempty"` // an empty body, and a header that contains the value
}

// Condition is a value that a call must contain.
type Condition struct {
	Location

	Equals string `json:"equals,omitempty"` // "": any non-empty value
}

// HandshakeToken is where an unsigned handshake carries a secret.
type HandshakeToken struct {
	Location

	Key string `json:"key,omitempty"` // the name of the secret under keys; "": any of the shared secrets
}

// The placeholders in the text of an answer.
const (
	tokenValue      = "{value}"
	tokenHMACHex    = "{hmac:hex}"
	tokenHMACBase64 = "{hmac:base64}"
)

func (h HandshakeScheme) method() string {
	if h.Method == "" {
		return http.MethodPost
	}
	return h.Method
}

// computes reports whether the answer contains an HMAC.
func (h HandshakeScheme) computes() bool {
	text := h.Text + string(h.JSON)
	return strings.Contains(text, tokenHMACHex) || strings.Contains(text, tokenHMACBase64)
}

// String describes the handshake for people.
func (h HandshakeScheme) String() string {
	var parts []string
	for _, c := range h.When {
		part := c.source().String()
		if c.Equals != "" {
			part += " = " + c.Equals
		}
		parts = append(parts, part)
	}
	if !h.Value.isZero() {
		parts = append(parts, h.Value.source().String())
	}
	var b strings.Builder
	b.WriteString(h.method())
	if len(parts) > 0 {
		b.WriteString(" with " + strings.Join(parts, " and "))
	}
	switch {
	case h.Token != nil && h.Token.Key != "":
		b.WriteString("; it must show keys." + h.Token.Key)
	case h.Token != nil:
		b.WriteString("; it must show the secret")
	case h.Unsigned:
		b.WriteString("; it is not signed")
	}
	return b.String()
}

// checkHandshakes checks the handshakes of a scheme.
func (s Scheme) checkHandshakes(c *checker) {
	for i, h := range s.Handshakes {
		at := "handshakes" + decode.Index(i)
		c.among(at+".method", h.method(), []string{http.MethodGet, http.MethodHead, http.MethodPost})
		if h.method() != http.MethodPost && !h.Unsigned {
			c.say(at+".unsigned", "must be true for %s: signatures are of calls with a body", h.Method)
		}
		if h.Token != nil && (!h.Unsigned || h.Token.isZero()) {
			c.say(at+".token", "needs a place, and a question that is unsigned")
		}
		if len(h.When) == 0 && h.Value.isZero() && h.method() != http.MethodHead {
			c.say(at+".when", "is missing, so that every call would be the question")
		}
		for _, condition := range h.When {
			if condition.isZero() {
				c.say(at+".when", "has a condition without a place")
			}
		}
		h.checkAnswer(c, at, s.Kind)
	}
}

func (h HandshakeScheme) checkAnswer(c *checker, at, kind string) {
	set := 0
	for _, is := range []bool{h.Text != "", h.JSON != nil, h.Header != ""} {
		if is {
			set++
		}
	}
	if set > 1 {
		c.say(at+".text", "cannot be combined with another answer; write one of text, json, header")
	}
	c.header(at+".header", h.Header)
	if h.JSON != nil {
		var members map[string]any
		if json.Unmarshal(h.JSON, &members) != nil {
			c.say(at+".json", "is not a JSON object")
		}
	}
	if h.computes() && kind != kindHMAC {
		c.say(at+".text", "holds an HMAC, but the scheme is %s", kind)
	}
	uses := h.Header != "" || h.computes() || strings.Contains(h.Text+string(h.JSON), tokenValue)
	if uses && h.Value.isZero() {
		c.say(at+".value", "is missing: the answer needs it")
	}
}

// handshakeKeys lists the names under keys that prove handshakes.
func (s Scheme) handshakeKeys() []string {
	var names []string
	for _, h := range s.Handshakes {
		if h.Token != nil && h.Token.Key != "" && !slices.Contains(names, h.Token.Key) {
			names = append(names, h.Token.Key)
		}
	}
	return names
}

func describeHandshakes(list []HandshakeScheme) string {
	texts := make([]string, len(list))
	for i, h := range list {
		texts[i] = h.String()
	}
	return strings.Join(texts, ", or ")
}
