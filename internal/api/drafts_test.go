package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/value"
)

// TestDraftsBelongToTheirWorkflow asks every route about drafts and versions on behalf of keys and roles.
func TestDraftsBelongToTheirWorkflow(t *testing.T) {
	viewer := account.Principal{Kind: account.BySession, Name: "v@example.com", Role: account.Viewer}
	editor := account.Principal{Kind: account.BySession, Name: "e@example.com", Role: account.Editor}
	elsewhere := account.Principal{Kind: account.ByKey, Name: "ci", Role: account.Admin, Workflows: []string{"orders"}}
	own := account.Principal{Kind: account.ByKey, Name: "ci", Role: account.Admin, Workflows: []string{"github-push"}}
	const w = "/api/workflows/github-push"
	for _, c := range []struct {
		call, body string
		viewer     int
	}{
		{"GET " + w, "", 200},
		{"GET " + w + "/draft", "", 200},
		{"GET " + w + "/versions", "", 200},
		{"GET " + w + "/versions/1", "", 200},
		{"GET " + w + "/diff", "", 200},
		{"GET /api/documents?workflow=github-push", "", 200},
		{"PUT " + w + "/draft", `{"document":{}}`, 403},
		{"PATCH " + w + "/draft", `{"operations":[]}`, 403},
		{"DELETE " + w + "/draft", "", 403},
		{"POST " + w + "/validate", "", 403},
		{"POST " + w + "/publish", "", 403},
		{"POST " + w + "/rollback", `{"version":1,"current":1}`, 403},
		{"POST " + w + "/rename", `{"title":"x"}`, 403},
		{"POST " + w + "/duplicate", `{"key":"x"}`, 403},
		{"DELETE " + w, "", 403},
		{"POST /api/workflows", `{"key":"github-push"}`, 403},
	} {
		for who, p := range map[string]account.Principal{"viewer": viewer, "editor": editor, "elsewhere": elsewhere, "own": own} {
			h := &fixture{}
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, path, strings.NewReader(c.body))
			req.Header.Set("If-Match", `"base-3"`)
			req.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			as(p, h.deps()).ServeHTTP(rec, req)
			got, body := rec.Code, rec.Body.String()
			switch {
			case who == "viewer" && got != c.viewer,
				who == "elsewhere" && (got != 404 || !strings.Contains(body, `there is no workflow \"github-push\"`)),
				who == "elsewhere" && len(h.asked) > 0,
				who == "editor" && (got == 403 || got == 404 || got >= 500),
				who == "own" && got == 403,
				strings.Contains(body, "hunter2"):
				t.Errorf("%s as %s: %d %s; asked %v", c.call, who, got, body, h.asked)
			}
		}
	}
	for _, c := range []struct{ call, want string }{
		{"POST /api/reload", "403"}, {"POST /api/documents", "403"}, {"GET /api/documents", "200"}, {"GET /api/workflows", "200"},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		rec := httptest.NewRecorder()
		as(own, (&fixture{}).deps()).ServeHTTP(rec, httptest.NewRequest(method, path, nil))
		if got := rec.Result().Status[:3]; got != c.want {
			t.Errorf("%s as a bound key: %s, want %s", c.call, got, c.want)
		}
	}
}

func TestAMaskStandsForTheSecret(t *testing.T) {
	secret := func(password, second string) string {
		return `{"n":1.0,"trigger":{"auth":{"basic":{"username":"u","password":"` + password + `"},"any":[{"token":{"value":"` + second + `"}}]}},"x":"********"}`
	}
	real := value.Trusted(secret("hunter2", "{{$env.T}}"))
	shown := maskAuth(real, nil)
	if got := shown.Text(); got != secret("********", "{{$env.T}}") {
		t.Fatal(got)
	}
	if got := unmask(shown, real); got.Text() != real.Text() {
		t.Errorf("a round trip makes %s", got)
	}
	if got := unmask(value.Trusted(secret("********", "********")), real).Text(); got != real.Text() {
		t.Errorf("a mask becomes what was there: %s", got)
	}
	if got := unmask(shown, value.Trusted(`{"trigger":{"auth":{"basic":{"password":7}}}}`), real).Text(); got != real.Text() {
		t.Errorf("the second source counts where the first has no text: %s", got)
	}
	if got := unmask(shown, value.Trusted(`[]`), value.Value{}).Text(); got != shown.Text() {
		t.Errorf("without a source it stays: %s", got)
	}
	for pointer, v := range map[string]string{
		"/trigger/auth/basic/password": `"hunter2"`, "/trigger/auth/basic": `{"password":"hunter2"}`, "/trigger/auth": `{"basic":{"password":"hunter2"}}`,
		"/trigger": `{"auth":{"basic":{"password":"hunter2"}}}`, "/trigger/auth/any/0/token/value": `"hunter2"`, "/trigger/auth/any": `[{"token":{"value":"hunter2"}}]`,
		"/trigger/auth/signature/secrets/1": `"hunter2"`, "/trigger/auth/signature/secrets": `["hunter2"]`, "/trigger/auth/signature/keys/secret": `"hunter2"`,
	} {
		shown := maskOperations([]edit.Operation{{Op: edit.Set, Path: pointer, Value: value.Trusted(v)}}, nil)[0].Value.Text()
		if strings.Contains(shown, "hunter2") || !strings.Contains(shown, "********") || strings.Contains(v, "{") != strings.Contains(shown, "{") {
			t.Errorf("%s: %s is shown as %s", pointer, v, shown)
		}
	}
	whole := maskOperations([]edit.Operation{{Op: edit.Replace, Value: real}, {Op: edit.Set, Path: "/trigger/mode", Value: value.Trusted(`"sync"`)}, {Op: edit.Set, Path: "/trigger/auth/basic"}}, nil)
	if strings.Contains(whole[0].Value.Text(), "hunter2") || whole[1].Value.Text() != `"sync"` || !whole[2].Value.IsMissing() {
		t.Errorf("operations are shown as %+v", whole)
	}
}
