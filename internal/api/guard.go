package api

import (
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// guard finds out on whose behalf a request is made. Whether the principal may do what it asks for is up to permit.
//
// A browser sends the session's cookie with every request, also with one that a page of somebody else has made. Such
// requests are refused if they may change something; a program that is not a browser sends nothing that tells.
func (r routes) guard(next http.Handler, mux *http.ServeMux) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := crossOrigin.Check(req); err != nil {
			writeProblem(w, fault.As("api.guard", fault.Forbidden, err, "this request was made by a page of another site, so it is refused"))
			return
		}
		who, err := r.Accounts.Authenticate(req.Context(), bearer(req), r.cookie(req, sessionCookie))
		if err != nil && !isPublic(mux, req) {
			if fault.Is(err, fault.Unauthorized) {
				w.Header().Set("WWW-Authenticate", `Bearer realm="hookline"`)
			}
			send(w, *r.problem("authenticate", err))
			return
		}
		next.ServeHTTP(w, req.WithContext(withCaller(req.Context(), who)))
	})
}

// bearer returns the token of the Authorization header; "" if there is none. Another scheme is not ours: a proxy may ask
// for a password of its own.
func bearer(req *http.Request) string {
	scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
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
	return []string{
		"GET /healthz", "GET /readyz", "GET /setup",
		"GET /api/login", "POST /api/login", "POST /api/logout", "POST /api/setup",
		"GET " + signOnPath, "GET " + callbackPath,
	}
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
