package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

func TestThePageDescribesEveryOperation(t *testing.T) {
	req := httptest.NewRequest("GET", "/api/docs", nil)
	w := httptest.NewRecorder()
	deps := (&fixture{}).deps()
	as(account.Principal{Role: account.Viewer}, deps).ServeHTTP(w, req)
	page := w.Body.String()
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", w.Code, w.Header())
	}
	r, _ := build(deps)
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			if !strings.Contains(page, `<details id="`+op.OperationID+`">`) {
				t.Errorf("%s %s is missing", method, path)
			}
		}
	}
	for name := range r.api.OpenAPI().Components.Schemas.Map() {
		if !strings.Contains(page, `<details id="schema-`+name+`">`) {
			t.Errorf("the schema %s is missing", name)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Error("the page loads something")
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("the policy is %q", csp)
	}
}

func TestThePageNeedsASignIn(t *testing.T) {
	w := httptest.NewRecorder()
	New((&fixture{}).deps()).ServeHTTP(w, httptest.NewRequest("GET", "/api/docs", nil))
	if w.Code != 401 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
