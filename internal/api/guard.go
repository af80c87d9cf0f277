package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// guard finds out on whose behalf a request is made. Whether the principal may do what it asks for is up to permit.
func (r routes) guard(next http.Handler, mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		who, ok := r.principal(req)
		if !ok && !isPublic(mux, req) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="hookline"`)
			writeProblem(w, fault.New("api.guard", fault.Unauthorized,
				"the API needs the header Authorization: Bearer TOKEN; the token is in the file token of the data directory"))
			return
		}
		next.ServeHTTP(w, req.WithContext(withCaller(req.Context(), who)))
	})
}

// dispatch passes a request to its operation, and answers requests that the mux has no route for.
func (r routes) dispatch(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
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

// isPublic reports whether a request is for an operation that needs no principal.
func isPublic(mux *http.ServeMux, req *http.Request) bool {
	_, pattern := mux.Handler(req)
	return slices.Contains(publicPatterns(), pattern)
}

// publicPatterns lists the routes that need no principal, because they tell nothing or because they make one.
func publicPatterns() []string {
	return []string{"GET /healthz", "GET /readyz"}
}

// principal returns on whose behalf a request is made. ok is false if nobody has authenticated.
func (r routes) principal(req *http.Request) (who account.Principal, ok bool) {
	scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !r.isToken(strings.TrimSpace(token)) {
		return account.Principal{}, false
	}
	return account.Principal{Kind: account.ByToken, Role: account.Admin}, true
}

// isToken compares hashes, so that the time taken reveals neither the token's content nor its length.
func (r routes) isToken(token string) bool {
	want, got := sha256.Sum256([]byte(r.Token())), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && r.Token() != ""
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
