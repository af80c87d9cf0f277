package api

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestARetrySaysFromWhereOnWhatAndWithWhichInput posts bodies to retry-execution.
func TestARetrySaysFromWhereOnWhatAndWithWhichInput(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		has        string
		asked      []string
	}{
		{name: "nothing", status: 200, has: `"id":"` + id77 + `"`, asked: []string{"retry " + id77}},
		{name: "an empty object", body: `{}`, status: 200, asked: []string{"retry " + id77}},
		{name: "from the start", body: `{"from":"start","revision":"newest"}`, status: 200, asked: []string{"retry " + id77 + " start newest"}},
		{name: "with another input", body: `{"input":{"z":1.0,"a":1e400,"s":"\u003c"}}`, status: 200,
			asked: []string{"retry " + id77, `input {"z":1.0,"a":1e400,"s":"\u003c"} by the server's token`}},
		{name: "with null as input", body: `{"input":null}`, status: 200, asked: []string{"retry " + id77, "input null by the server's token"}},
		{name: "a step that is not there", body: `{"from":"nope"}`, status: 409, has: "no step nope has run"},
		{name: "an unknown field", body: `{"form":"start"}`, status: 422, has: "did you mean from?"},
		{name: "a list", body: `[]`, status: 422, has: "must be an object"},
		{name: "a number as step", body: `{"from":3}`, status: 422, has: "body.from"},
		{name: "no JSON", body: `{`, status: 422},
		{name: "too deep", body: `{"input":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, status: 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			req := httptest.NewRequest("POST", "/api/executions/"+id77+"/retry", strings.NewReader(c.body))
			req.Header.Set("Authorization", "Bearer "+testToken)
			if c.body != "" {
				req.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			New(h.deps()).ServeHTTP(w, req)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) {
				t.Fatalf("%d: %s", w.Code, w.Body)
			}
			if c.asked != nil && !slices.Equal(h.asked, c.asked) {
				t.Errorf("asked %q, want %q", h.asked, c.asked)
			}
		})
	}
}
