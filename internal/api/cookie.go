package api

import (
	"net/http"
	"strings"
	"time"
)

// The names of cookies. A browser accepts a cookie with the prefix only over HTTPS and from this very host (RFC 6265bis
// section 4.1.3.2), so over HTTPS no other host and nobody on the network can put a session there.
const (
	securePrefix  = "__Host-"
	sessionCookie = "hookline"
	signOnCookie  = "hookline-signon"
)

// isSecure reports whether the browser uses HTTPS: to this server, to a trusted proxy that says so, or because the
// request is for the host of the public URL, and that is https.
func (r routes) isSecure(req *http.Request) bool {
	if r.Proxies.HTTPS(req) {
		return true
	}
	host, https := strings.CutPrefix(r.BaseURL(), "https://")
	return https && strings.EqualFold(req.Host, host)
}

// cookieName returns the name of a cookie of this server.
func cookieName(secure bool, name string) string {
	if secure {
		return securePrefix + name
	}
	return name
}

// cookie returns the value of a cookie; "" if there is none. If there are several, somebody else set one of them, and
// none counts.
func (r routes) cookie(req *http.Request, name string) string {
	found := req.CookiesNamed(cookieName(r.isSecure(req), name))
	if len(found) != 1 {
		return ""
	}
	return found[0].Value
}

// setCookie sets a cookie until a time, or deletes it if the value is "".
func (r routes) setCookie(w http.ResponseWriter, req *http.Request, name, text string, until time.Time) {
	secure := r.isSecure(req)
	c := &http.Cookie{
		Name: cookieName(secure, name), Value: text, Path: "/", Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(until.Sub(r.Clock.Now()).Seconds()),
	}
	if text == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
