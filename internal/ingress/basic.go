package ingress

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// digest is the hash of a value that callers must know. Comparing digests takes the same time whatever the
// lengths of the values.
type digest [sha256.Size]byte

func (d digest) of(given []byte) bool {
	sum := sha256.Sum256(given)
	return subtle.ConstantTimeCompare(d[:], sum[:]) == 1
}

// basicGate checks a user name and password (RFC 7617).
type basicGate struct {
	at   string // its name in the verdict
	user string
	want digest // of name:password
	// credentials are name:password, for Sender.
	credentials string
	closed      string // why no caller can pass
	challenge   string
}

// tokenGate checks for a fixed value in a header or query parameter.
type tokenGate struct {
	at        string
	header    string // canonical; or
	query     string
	want      digest
	token     string // for Sender
	closed    string
	challenge string
}

func (x *compiler) basic(at, field string, auth flow.BasicAuth) *basicGate {
	name, missing := resolve(field+".username", auth.Username, x.env, &x.wrong)
	password, also := resolve(field+".password", auth.Password, x.env, &x.wrong)
	x.secrets = append(x.secrets, password)
	if strings.Contains(name, ":") {
		x.wrong.add(field+".username", "holds a colon, which no user name can (RFC 7617); choose another one")
	}
	return &basicGate{
		at:   at,
		user: name,
		want: sha256.Sum256([]byte(name + ":" + password)),

		credentials: name + ":" + password,
		closed:      strings.TrimSuffix(missing+also, "; "),
		challenge:   `Basic realm="` + x.key + `", charset="UTF-8"`,
	}
}

func (x *compiler) token(at, field string, auth flow.TokenAuth) *tokenGate {
	val, missing := resolve(field+".value", auth.Value, x.env, &x.wrong)
	x.secrets = append(x.secrets, val)
	if (auth.Header == "") == (auth.Query == "") {
		x.wrong.add(field, "needs a header or a query parameter, and not both")
	}
	return &tokenGate{
		at:        at,
		header:    http.CanonicalHeaderKey(auth.Header),
		query:     auth.Query,
		want:      sha256.Sum256([]byte(val)),
		token:     val,
		closed:    strings.TrimSuffix(missing, "; "),
		challenge: `Token realm="` + x.key + `"`,
	}
}

// ask rejects a call without the right user name and password.
func (g *basicGate) ask(c *call) *outcome {
	code, reason := g.check(c.r)
	if code == verify.OK {
		c.verdict(passed(g.at))
		return nil
	}
	c.verdict(failed(g.at, code, reason))
	return unauthenticated(gateBasic, reason, g.challenge, "This webhook asks for a user name and a password (HTTP Basic).", guessed(code))
}

// ask rejects a call without the right token.
func (g *tokenGate) ask(c *call) *outcome {
	code, reason := g.check(c.r)
	if code == verify.OK {
		c.verdict(passed(g.at))
		return nil
	}
	c.verdict(failed(g.at, code, reason))
	return unauthenticated(gateToken, reason, g.challenge, "This webhook asks for a token.", guessed(code))
}

// check tells the operator why the call does not pass.
func (g *basicGate) check(r *http.Request) (code verify.Reason, reason string) {
	lines := r.Header["Authorization"]
	switch {
	case g.closed != "":
		return verify.NoSecret, g.closed
	case len(lines) == 0:
		return verify.Missing, "the call has no Authorization header"
	case len(lines) > 1:
		return verify.Malformed, "the call has more than one Authorization header"
	}
	scheme, encoded, _ := strings.Cut(lines[0], " ")
	encoded = strings.Trim(encoded, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return verify.Missing, "the Authorization header is not of the scheme Basic"
	}
	var buf [maxCredentials]byte
	if base64.StdEncoding.DecodedLen(len(encoded)) > len(buf) {
		return verify.Malformed, "the user name and password are longer than any we take"
	}
	n, err := base64.StdEncoding.Decode(buf[:], []byte(encoded))
	if err != nil {
		return verify.Malformed, "the Authorization header is not base64"
	}
	if !g.want.of(buf[:n]) {
		return verify.Mismatch, "the user name or the password is wrong"
	}
	return verify.OK, ""
}

// check tells the operator why the call does not pass.
func (g *tokenGate) check(r *http.Request) (code verify.Reason, reason string) {
	if g.closed != "" {
		return verify.NoSecret, g.closed
	}
	where := "query parameter " + g.query
	given, count := queryValue(r.URL.RawQuery, g.query)
	if g.header != "" {
		where = "header " + g.header
		given, count = headerValue(r.Header, g.header)
	}
	switch {
	case count == 0:
		return verify.Missing, "the call has no " + where
	case count > 1:
		return verify.Malformed, "the call has the " + where + " more than once"
	case !g.want.of([]byte(given)):
		return verify.Mismatch, "the " + where + " is wrong"
	default:
		return verify.OK, ""
	}
}

// headerValue returns the first line of a header and the number of lines.
func headerValue(header http.Header, name string) (val string, count int) {
	lines := header[name]
	if len(lines) == 0 {
		return "", 0
	}
	return lines[0], len(lines)
}

// queryValue returns the first value of a query parameter and the number of values.
func queryValue(query, name string) (val string, count int) {
	for pair := range strings.SplitSeq(query, "&") {
		if k, v, _ := strings.Cut(pair, "="); body.Unescape(k) == name {
			if count++; count == 1 {
				val = body.Unescape(v)
			}
		}
	}
	return val, count
}

type lookup = func(name string) (string, bool)

// resolve renders a text that may contain secrets. missing names a secret that is not set; the gate then stays
// closed, whatever else the text contains.
func resolve(field, text string, env lookup, wrong *problems) (resolved, missing string) {
	t, err := expr.Compile(text, expr.Options{Secrets: true, Roots: []string{"env"}})
	if err != nil {
		wrong.add(field, fault.Message(err))
		return "", ""
	}
	for _, ref := range t.Refs() {
		if val, ok := env(ref.Name()); !ok || val == "" {
			return "", "the secret " + ref.Name() + " is not set; "
		}
	}
	v, err := t.Eval(secrets(env))
	if err != nil {
		return "", field + " cannot be computed; "
	}
	s, isText := v.Str()
	if !isText && !v.IsNull() {
		s = v.Text()
	}
	if s == "" {
		return "", field + " is empty; "
	}
	return s, ""
}

// secrets is a scope that contains only $env.
type secrets func(name string) (string, bool)

// Var returns a secret.
func (s secrets) Var(root, name string) (value.Value, error) {
	if val, ok := s(name); ok && root == "env" {
		return value.String(val), nil
	}
	return value.Value{}, nil
}
