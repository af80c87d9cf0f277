package api

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// The paths of a sign-in with a provider.
const (
	signOnPath   = "/api/oidc/login"
	callbackPath = "/api/oidc/callback"
)

// signOnTime is how long a sign-in with a provider may take.
const signOnTime = 10 * time.Minute

type signOnQuery struct {
	Return string `query:"return" maxLength:"1000" doc:"the path on this server to go to afterwards; by default /"`
}

// callbackQuery is what the provider sends back (RFC 6749 section 4.1.2, RFC 9207). Providers add parameters of their own.
type callbackQuery struct {
	State       string `query:"state" maxLength:"200"`
	Code        string `query:"code" maxLength:"4096"`
	Error       string `query:"error" maxLength:"200"`
	Description string `query:"error_description" maxLength:"1000"`
}

func (r routes) signOns() {
	form(r, route{method: "GET", path: signOnPath, id: "begin-sign-on", public: true, summary: "Sign in with the provider: redirects the browser there"},
		nil, nil, r.beginSignOn)
	form(r, route{method: "GET", path: callbackPath, id: "finish-sign-on", public: true, anyQuery: true, summary: "Where the provider sends the browser back"},
		nil, nil, r.finishSignOn)
}

func (r routes) beginSignOn(w http.ResponseWriter, req *http.Request, in *signOnQuery) error {
	to, on, err := r.Accounts.BeginSignOn(req.Context(), r.callbackURL(req))
	if err != nil {
		return err
	}
	r.setCookie(w, req, signOnCookie, encodeSignOn(on, localPath(in.Return)), r.Clock.Now().Add(signOnTime))
	redirect(w, to)
	return nil
}

func (r routes) finishSignOn(w http.ResponseWriter, req *http.Request, in *callbackQuery) error {
	on, back := decodeSignOn(r.cookie(req, signOnCookie))
	on.Redirect = r.callbackURL(req)
	r.setCookie(w, req, signOnCookie, "", time.Time{}) // it is good for one attempt
	if in.Error != "" {
		return fault.New("api.finishSignOn", fault.Unauthorized, "the sign-in provider refused: %s", strings.TrimSpace(in.Error+" "+in.Description))
	}
	done, err := r.Accounts.FinishSignOn(req.Context(), on, in.State, in.Code, r.origin(req), r.cookie(req, sessionCookie))
	if err != nil {
		return tooMany(w, err)
	}
	auditCaller(req.Context(), done.User.Principal(done.Session.ID))
	r.setCookie(w, req, sessionCookie, done.Token, done.Session.Expires)
	redirect(w, back)
	return nil
}

// callbackURL returns the URL that the provider must know. By default it has the host by which the browser calls this
// server: the provider accepts only the URLs that are registered there.
func (r routes) callbackURL(req *http.Request) string {
	if r.SignOnURL != "" {
		return r.SignOnURL
	}
	scheme := "http://"
	if r.isSecure(req) {
		scheme = "https://"
	}
	return scheme + req.Host + callbackPath
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.Header().Set("Referrer-Policy", "no-referrer") // the URL of the callback contains a code
	w.WriteHeader(http.StatusSeeOther)
}

// localPath returns a path on this server, or "/". A text that a browser could take for another server is not a path:
// browsers read \ as / and drop control characters.
func localPath(text string) string {
	strange := func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f }
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.ContainsFunc(text, strange) {
		return "/"
	}
	return text
}

// encodeSignOn returns the value of the cookie.
func encodeSignOn(on account.SignOn, back string) string {
	return strings.Join([]string{on.State, on.Nonce, on.Verifier, base64.RawURLEncoding.EncodeToString([]byte(back))}, ".")
}

// decodeSignOn reads the value of the cookie. A wrong one has no state, and no sign-in matches it.
func decodeSignOn(text string) (account.SignOn, string) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return account.SignOn{}, "/"
	}
	back, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return account.SignOn{}, "/"
	}
	return account.SignOn{State: parts[0], Nonce: parts[1], Verifier: parts[2]}, localPath(string(back))
}
