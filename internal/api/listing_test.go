package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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
		{"GET /api/executions?q=workflow:invoices", own, 200, []string{"executions workflow:invoices  20ms github-push orders"}},
		{"GET /api/executions/last", own, 200, []string{"executions   0s github-push orders"}},
		{"GET /api/executions/" + id77, own, 200, nil},
		{"GET /api/executions/" + id77, other, 404, nil},
		{"POST /api/executions/" + id77 + "/retry", other, 404, nil},
		{"POST /api/executions/" + id77 + "/cancel", other, 404, nil},
		{"GET /api/executions/" + id77 + "/summary", other, 404, nil},
		{"GET /api/executions/" + id77 + "/steps", other, 404, nil},
		{"GET /api/executions/" + id77 + "/steps/1/input", other, 404, nil},
		{"GET /api/deliveries/dlv_000000000001q/body", other, 404, nil},
		{"GET /api/deliveries", own, 200, []string{"deliveries  github-push orders"}},
		{"GET /api/deliveries/dlv_000000000001q", own, 200, nil},
		{"GET /api/deliveries/dlv_000000000001q", other, 404, nil},
		{"GET /api/deliveries/dlv_000000000001q/explain", other, 404, nil},
		{"GET /api/deliveries/dlv_000000000001q/curl", other, 404, nil},
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

func TestTheBodyOfACallIsReadByRange(t *testing.T) {
	whole := `{"ref": "main",  "n": 1.0}`
	for _, c := range []struct {
		header, value string
		status        int
		text          string
	}{
		{"", "", 200, whole},
		{"Range", "bytes=1-5", 206, `"ref"`},
		{"Range", "bytes=-4", 206, "1.0}"},
		{"Range", "bytes=100-", 416, "range"},
		{"If-Match", `"another"`, 412, "Precondition Failed"},
		{"If-None-Match", `"` + hex.EncodeToString(sum(whole)) + `"`, 304, ""},
	} {
		req := httptest.NewRequest("GET", "/api/deliveries/dlv_000000000001q/body", http.NoBody)
		if c.header != "" {
			req.Header.Set(c.header, c.value)
		}
		w := httptest.NewRecorder()
		as(account.Principal{Role: account.Viewer}, (&fixture{}).deps()).ServeHTTP(w, req)
		if w.Code != c.status || c.status < 400 && w.Body.String() != c.text || !strings.Contains(w.Body.String(), c.text) {
			t.Errorf("%s %s: %d: %s", c.header, c.value, w.Code, w.Body)
		}
		if c.status >= 400 && (w.Header().Get("Content-Type") != problemType || w.Header().Get("Content-Disposition") != "") {
			t.Errorf("%s %s: no problem document: %v", c.header, c.value, w.Header())
		}
		if c.status == 200 && (w.Header().Get("Content-Type") != "application/octet-stream" || w.Header().Get("Content-Disposition") != "attachment" ||
			w.Header().Get("Repr-Digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(sum(whole))+":") {
			t.Errorf("%v", w.Header())
		}
	}
}

func sum(text string) []byte {
	s := sha256.Sum256([]byte(text))
	return s[:]
}
