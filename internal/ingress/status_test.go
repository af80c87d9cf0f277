package ingress

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

func TestAStatusURLTellsHowItWent(t *testing.T) {
	const id = ident.ID(4711)
	h := build(t, func(o *Options) { o.PublicURL = "https://hooks.example.com/" })
	target := strings.TrimPrefix(h.statusURL(id.Text(ident.Execution)), "https://hooks.example.com")
	for _, c := range []struct {
		execution flow.Execution
		want      string
	}{
		{flow.Execution{ID: id, Status: flow.Running, Output: value.Trusted("1")}, `{"id":"exe_000000000004k7","status":"running"}`},
		{flow.Execution{ID: id, Status: flow.Failed, Output: value.Trusted("1")}, `{"id":"exe_000000000004k7","status":"failed"}`},
		{flow.Execution{ID: id, Status: flow.Succeeded}, `{"id":"exe_000000000004k7","status":"succeeded"}`},
		{flow.Execution{ID: id, Status: flow.Succeeded, Output: value.Trusted(`{"a":1.0}`)}, `{"id":"exe_000000000004k7","status":"succeeded","output":{"a":1.0}}`},
	} {
		h.found[id] = c.execution
		w := httptest.NewRecorder()
		h.ServeHTTP(w, request("GET", target, ""))
		want := strings.ReplaceAll(c.want, "exe_000000000004k7", id.Text(ident.Execution))
		if w.Code != 200 || w.Body.String() != want || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d: %s, want %s", w.Code, w.Body, want)
		}
	}
	if len(h.door.noted) != 0 {
		t.Error("asking for a status is no delivery")
	}
}

func TestAnythingElseThereIsLikeAnyUnknownAddress(t *testing.T) {
	const id = ident.ID(4711)
	h := build(t, nil)
	h.found[id] = flow.Execution{ID: id, Status: flow.Running}
	target := h.statusURL(id.Text(ident.Execution))
	other := h.statusURL(ident.ID(4712).Text(ident.Execution))
	for name, c := range map[string]struct{ method, target string }{
		"no signature":             {"GET", strings.Split(target, "?")[0]},
		"a wrong one":              {"GET", target + "0"},
		"that of another":          {"GET", strings.Split(target, "?")[0] + "?" + strings.Split(other, "?")[1]},
		"an execution that is not": {"GET", other},
		"another method":           {"POST", target},
		"no id":                    {"GET", statusPrefix + "x?sig=y"},
	} {
		resp := h.serve(request(c.method, c.target, ""))
		if resp.status != 404 || !strings.Contains(resp.text, "not-found") || resp.header.Get("Cache-Control") != "" {
			t.Errorf("%s: %d: %s", name, resp.status, resp.text)
		}
	}
	for _, d := range h.door.noted {
		if strings.Contains(d.Request.Query, h.sign(id.Text(ident.Execution))) {
			t.Errorf("the record holds the signature: %s", d.Request.Query)
		}
	}
}

// away is a store that cannot be reached.
type away struct{}

func (away) Lookup(context.Context, ident.ID) (flow.Execution, error) {
	return flow.Execution{}, fault.New("sqlite.Load", fault.Internal, "disk I/O error")
}

func TestAStatusThatCannotBeReadIsOurFault(t *testing.T) {
	h := build(t, func(o *Options) { o.Executions = away{} })
	w := httptest.NewRecorder()
	h.ServeHTTP(w, request("GET", h.statusURL(ident.ID(1).Text(ident.Execution)), ""))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
