package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

// TestEveryOperationStatesItsPermission walks the whole API.
func TestEveryOperationStatesItsPermission(t *testing.T) {
	known := map[account.Permission]bool{}
	for _, g := range account.Grants() {
		known[g.Permission] = true
	}
	r, _ := build((&fixture{}).deps())
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			p, _ := op.Metadata[permissionKey].(account.Permission)
			public := op.Metadata[publicKey] == true
			if public == known[p] {
				t.Errorf("%s %s states the permission %q, public: %v; it must state one of the two", method, path, p, public)
			}
			if public && !slices.Contains(publicPatterns(), method+" "+path) {
				t.Errorf("%s %s is public, but publicPatterns does not list it", method, path)
			}
		}
	}
}

func TestAPrincipalDoesOnlyWhatItMay(t *testing.T) {
	viewer := account.Principal{Kind: account.BySession, Role: account.Viewer}
	bound := account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: []string{"github-push"}}
	elsewhere := account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: []string{"orders"}}
	cases := []struct {
		name string
		who  account.Principal
		call string
		body string
		want int
		has  string
	}{
		{"a viewer reads", viewer, "GET /api/workflows", "", 200, "github-push"},
		{"a viewer does not switch", viewer, "POST /api/workflows/github-push/disable", "", 403, `the role \"operator\"`},
		{"a viewer does not write records", viewer, "POST /api/pushes:create", `{"branch":"main"}`, 403, `the role \"editor\"`},
		{"a viewer does not import", viewer, "POST /api/collections/pushes/records/import", "a", 403, `the role \"editor\"`},
		{"a bound key switches its workflow", bound, "POST /api/workflows/github-push/disable", "", 200, "github-push"},
		{"a bound key reads no records", bound, "GET /api/collections", "", 403, "bound to workflows"},
		{"a bound key sees no other workflow", elsewhere, "GET /api/workflows/github-push", "", 404, "there is no workflow"},
		{"a bound key lists no other workflow", elsewhere, "GET /api/workflows", "", 200, `"items":[]`},
		{"a bound key switches no other workflow", elsewhere, "POST /api/workflows/github-push/disable", "", 404, "there is no workflow"},
		{"nobody does nothing", account.Principal{}, "GET /api/workflows", "", 403, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, path, strings.NewReader(c.body))
			w := httptest.NewRecorder()
			as(c.who, (&fixture{}).deps()).ServeHTTP(w, req)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.has) {
				t.Errorf("%d %s; want %d with %q", w.Code, w.Body, c.want, c.has)
			}
		})
	}
}

// as returns the API for a principal that has already authenticated.
func as(who account.Principal, deps Deps) http.Handler {
	r, mux := build(deps)
	next := r.dispatch(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(withCaller(req.Context(), who)))
	})
}
