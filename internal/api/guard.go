package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// guard requires the token for everything except /healthz and /readyz, and answers requests that the mux has no
// route for.
func (r routes) guard(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if req.URL.Path != "/healthz" && req.URL.Path != "/readyz" && !r.allowed(req) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="hookline"`)
			writeProblem(w, fault.New("api.guard", fault.Unauthorized,
				"the API needs the header Authorization: Bearer TOKEN; the token is in the file token of the data directory"))
			return
		}
		if len(req.URL.RawQuery) > maxQuery {
			writeProblem(w, fault.New("api.guard", fault.TooLarge, "the query string is longer than %d bytes", maxQuery))
			return
		}
		if name, verb, ok := actionPath(req.URL.Path); ok {
			r.act(w, req, name, verb)
			return
		}
		if h, pattern := mux.Handler(req); pattern == "" {
			refuseUnknown(w, req, h)
			return
		}
		mux.ServeHTTP(w, req)
	})
}

// allowed compares hashes, so that the time taken reveals neither the token's content nor its length.
func (r routes) allowed(req *http.Request) bool {
	scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	want := sha256.Sum256([]byte(r.Token()))
	got := sha256.Sum256([]byte(strings.TrimSpace(token)))
	same := subtle.ConstantTimeCompare(want[:], got[:]) == 1
	return same && strings.EqualFold(scheme, "Bearer") && r.Token() != ""
}

// refuseUnknown turns the mux's plain 404 and 405 responses into problem documents.
func refuseUnknown(w http.ResponseWriter, req *http.Request, h http.Handler) {
	probe := &statusRecorder{header: http.Header{}}
	h.ServeHTTP(probe, req)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		send(w, Problem{Title: http.StatusText(probe.status), Status: probe.status,
			Detail: req.Method + " is not possible here; use " + probe.header.Get("Allow")})
		return
	}
	writeProblem(w, fault.New("api.guard", fault.NotFound, "no API endpoint at this path"))
}

// statusRecorder records a handler's status and headers and discards the body.
type statusRecorder struct {
	header http.Header
	status int
}

func (p *statusRecorder) Header() http.Header         { return p.header }
func (p *statusRecorder) WriteHeader(status int)      { p.status = status }
func (p *statusRecorder) Write(b []byte) (int, error) { return len(b), nil }
