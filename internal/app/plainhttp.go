package app

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/ingress"
)

// refusePlain serves plain HTTP beside HTTPS. Browsers are redirected. Anything that carries credentials, or
// may carry them, is rejected: a redirected call would work, and nobody would notice that the sender's secrets
// are sent unencrypted each time.
func (a *App) refusePlain() http.Handler {
	hooks := a.door.Insecure()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case ingress.Serves(r):
			hooks.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header["Authorization"] != nil || r.Header["Cookie"] != nil:
			problem(w, http.StatusForbidden, "https", "The API is served over HTTPS only",
				"Use https:// in the URL. If this call contained a password or a token, it was sent unencrypted: change it.")
		case a.admin.tls == nil:
			problem(w, http.StatusForbidden, "https", "Not found", "The API has an address of its own.")
		default:
			a.redirect(w, r)
		}
	})
}

// redirect redirects a browser to HTTPS.
func (a *App) redirect(w http.ResponseWriter, r *http.Request) {
	to := url.URL{Scheme: "https", Host: r.Host}
	host := to.Hostname()
	if host == "" { // HTTP/1.0 may omit it
		host = a.certName()
	}
	to.Host = net.JoinHostPort(host, a.admin.port())
	if a.admin.port() == "443" {
		to.Host = strings.TrimSuffix(to.Host, ":443")
	}
	w.Header().Set("Connection", "close")
	// always redirects to the requested host
	http.Redirect(w, r, to.String()+r.URL.RequestURI(), http.StatusPermanentRedirect)
}

// problem answers with a problem document (RFC 9457) and closes the connection without reading the rest of a body.
func problem(w http.ResponseWriter, status int, kind, title, detail string) {
	text, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"urn:hookline:problem:" + kind, title, status, detail})
	if err != nil {
		panic(err) // cannot fail: plain fields
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Connection", "close")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the caller may have disconnected
}
