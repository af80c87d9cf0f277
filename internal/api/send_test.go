package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// fakeSends answers with what it was asked.
type fakeSends struct{ *fixture }

func (f fakeSends) Send(_ context.Context, s Send) (SendReport, error) {
	if s.Event == "gone" {
		return SendReport{}, fault.New("send", fault.NotFound, "there is no event")
	}
	f.note("send " + s.Key + " " + s.Kind + " " + s.Event + " from " + s.From)
	return SendReport{
		Preset: "github", Request: SentRequest{Method: "POST", URL: "https://a.example.com", Headers: []Pair{}},
		Calls: []Made{{Delivery: hook.Delivery{ID: 55, Outcome: hook.Rejected, Gate: "signature", Reason: "mismatch"}, Answer: hook.Reply{Status: 401}}},
	}, nil
}

func TestCallsAreSentOverTheAPI(t *testing.T) {
	editor := account.Principal{Kind: account.BySession, Role: account.Editor}
	bound := account.Principal{Kind: account.ByKey, Role: account.Editor, Workflows: []string{"orders"}}
	delivery := ident.ID(55).Text(ident.Delivery)
	for name, c := range map[string]struct {
		who         account.Principal
		path, body  string
		status      int
		has, hasNot string
		asked       string
	}{
		"signed unless said otherwise": {editor, "github-push", `{}`, 200, `"calls":[{"delivery":"` + delivery + `","outcome":"rejected","gate":"signature","reason":"mismatch"`, "", "send github-push signed  from "},
		"tampered":                     {editor, "github-push", `{"kind":"tampered","event":"push"}`, 200, `"kind":"tampered","preset":"github"`, "", "send github-push tampered push from "},
		"an unknown kind":              {editor, "github-push", `{"kind":"forged"}`, 422, "body.kind", "", ""},
		"an unknown event":             {editor, "github-push", `{"event":"gone"}`, 404, "there is no event", "", ""},
		"two samples":                  {editor, "github-push", `{"delivery":"` + delivery + `","request":{}}`, 422, "not both", "", ""},
		"a broken header":              {editor, "github-push", `{"request":{"headers":[{"name":"a b","value":""}]}}`, 422, "is not a header", "", ""},
		"an operator":                  {account.Principal{Role: account.Operator}, "github-push", `{}`, 403, `the role \"editor\"`, "", ""},
		"a bound key":                  {bound, "orders", `{}`, 200, `"calls":`, "", ""},
		"another's workflow":           {bound, "github-push", `{}`, 404, "there is no workflow", "calls", ""},
		"another's delivery":           {bound, "orders", `{"delivery":"` + delivery + `"}`, 422, "there is no delivery", "calls", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{}
			w := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodPost, "/api/workflows/"+c.path+"/send", strings.NewReader(c.body))
			req.Header.Set("Content-Type", "application/json")
			as(c.who, f.deps()).ServeHTTP(w, req)
			got := w.Body.String()
			if w.Code != c.status || !strings.Contains(got, c.has) || c.hasNot != "" && strings.Contains(got, c.hasNot) {
				t.Errorf("%d %.600s; want %d with %q", w.Code, got, c.status, c.has)
			}
			if c.asked != "" && strings.Join(f.asked, ";") != c.asked {
				t.Errorf("asked for %q, want %q", f.asked, c.asked)
			}
		})
	}
}
