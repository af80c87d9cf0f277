package api

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

func TestABoundPrincipalSeesTheHistoryOfItsWorkflowsAlone(t *testing.T) {
	other, own := []string{"orders"}, []string{"github-push", "orders"}
	for _, c := range []struct {
		call      string
		workflows []string
		status    int
		asked     []string
	}{
		{"GET /api/executions?q=workflow:invoices", own, 200, []string{"executions workflow:invoices  30ms github-push orders"}},
		{"GET /api/executions/last", own, 200, []string{"executions   0s github-push orders"}},
		{"GET /api/executions/" + id77, own, 200, nil},
		{"GET /api/executions/" + id77, other, 404, nil},
		{"POST /api/executions/" + id77 + "/retry", other, 404, nil},
		{"POST /api/executions/" + id77 + "/cancel", other, 404, nil},
		{"GET /api/deliveries", own, 200, []string{"deliveries  github-push orders"}},
		{"GET /api/deliveries/dlv_000000000001q", own, 200, nil},
		{"GET /api/deliveries/dlv_000000000001q", other, 404, nil},
		{"GET /api/deliveries/dlv_000000000001q/explain", other, 404, nil},
		{"POST /api/deliveries/dlv_000000000001q/replay", other, 404, nil},
	} {
		h := &fixture{}
		_, mux := build(h.deps())
		method, path, _ := strings.Cut(c.call, " ")
		req := httptest.NewRequest(method, path, http.NoBody)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, req.WithContext(withCaller(req.Context(), account.Principal{Kind: account.ByKey, Role: account.Admin, Workflows: c.workflows})))
		if w.Code != c.status || !slices.Equal(h.asked, c.asked) {
			t.Errorf("%s of %v: %d, asked %q: %s", c.call, c.workflows, w.Code, h.asked, w.Body)
		}
	}
}
