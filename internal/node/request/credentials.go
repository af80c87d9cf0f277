package request

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

type auth struct {
	// HTTP Basic authentication.
	Basic *basic `json:"basic"`
	// A token, sent as `Authorization: Bearer …`. May use secrets.
	Bearer string `json:"bearer" secret:"true"`
	// A key in a header of its own.
	Header *keyHeader `json:"header"`
	// OAuth 2.0 client credentials (RFC 6749 section 4.4). The access token is kept in memory until shortly before
	// it expires, and never stored.
	OAuth2 *oauth2 `json:"oauth2"`
}

type basic struct {
	// The user name. May use secrets.
	Username string `json:"username" required:"true" secret:"true"`
	// The password. May use secrets.
	Password string `json:"password" secret:"true"`
}

type keyHeader struct {
	// The name of the header, e.g. `X-Api-Key`. No template.
	Name string `json:"name" required:"true" max:"200"`
	// Its value. May use secrets.
	Value string `json:"value" required:"true" secret:"true"`
}

// count returns how many of the fields are set.
func (a *auth) count() int {
	n := 0
	for _, set := range []bool{a.Basic != nil, a.Bearer != "", a.Header != nil, a.OAuth2 != nil} {
		if set {
			n++
		}
	}
	return n
}

const authorization = "Authorization"

// check reports what is wrong with auth. names are the headers of the config.
func (a *auth) check(r *node.Reader, names map[string]bool) {
	if a == nil {
		return
	}
	if a.count() != 1 {
		r.Problem("auth", "must have exactly one of basic, bearer, header and oauth2")
		return
	}
	sets := authorization
	if a.Header != nil {
		r.NoTemplate("auth.header.name", a.Header.Name)
		sets = http.CanonicalHeaderKey(a.Header.Name)
		if fixed(a.Header.Name) && !outbound.Sendable(a.Header.Name) {
			r.Problem("auth.header.name", decode.Quote(a.Header.Name)+" is not a valid header name")
		}
	}
	if names[sets] {
		r.Problem("headers", sets+" is set by auth too; keep one of them")
	}
	if a.Basic != nil && fixed(a.Basic.Username) && strings.Contains(a.Basic.Username, ":") {
		r.Problem("auth.basic.username", "must not contain a colon (RFC 7617 section 2)")
	}
	if o := a.OAuth2; o != nil {
		r.NoTemplate("auth.oauth2.sendIn", o.SendIn)
	}
}

// authorize sets the credentials of a request from the resolved config. forget is not nil if they may be stale: it
// removes the token from the cache.
func (n *request) authorize(ctx context.Context, m *message, resolved value.Value, in node.Input) (forget func(), err error) {
	a, v := n.config.Auth, resolved.Get("auth")
	switch {
	case a == nil:
	case a.Basic != nil:
		user, password := textAt(v, "basic", "username"), textAt(v, "basic", "password")
		token := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
		m.mask.add(password, token)
		m.header.Set(authorization, "Basic "+token)
	case a.Bearer != "":
		token := textAt(v, "bearer")
		m.mask.add(token)
		m.header.Set(authorization, "Bearer "+token)
	case a.Header != nil:
		token := textAt(v, "header", "value")
		m.mask.add(token)
		m.header.Set(a.Header.Name, token)
	case a.OAuth2 != nil:
		token, forget, err := n.token(ctx, v.Get("oauth2"), in)
		if err != nil {
			return nil, err
		}
		m.mask.add(token)
		m.header.Set(authorization, "Bearer "+token)
		return forget, nil
	}
	return nil, nil
}

// textAt returns the text at a path of the resolved config.
func textAt(v value.Value, path ...string) string {
	for _, name := range path {
		v = v.Get(name)
	}
	text, _ := textOf(v)
	return text
}
