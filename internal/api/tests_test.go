package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// fakeTests answers with what it was asked.
type fakeTests struct{ *fixture }

func (f fakeTests) Test(_ context.Context, t Test) (TestReport, error) {
	if t.Key == "gone" {
		return TestReport{}, fault.New("test", fault.NotFound, "there is no workflow %q", t.Key)
	}
	if t.Request != nil {
		f.note("test " + t.Key + " " + t.Request.Method + " " + string(t.Request.Body))
	}
	return TestReport{
		Delivery: &hook.Delivery{Outcome: hook.Accepted, Verdicts: []hook.Verdict{{Gate: "basic", Passed: true}}},
		Answer:   hook.Reply{Status: 201, Body: []byte("made")}, Ran: true, Execution: execution(), Waited: time.Hour,
		Steps: []flow.Step{{N: 1, Node: "a", Input: value.Trusted(`{"n":1.0}`), Result: value.String(strings.Repeat("x", maxTestValue))}},
		Sent:  []Sent{{Node: "a", Request: &SentRequest{Method: "POST", URL: "https://a.example.com"}}},
	}, nil
}

func (f fakeTests) TestNode(_ context.Context, t NodeTest) (NodeReport, error) {
	f.note("node " + t.Node + " " + t.Nodes.Text())
	return NodeReport{Input: value.Trusted(`{"a":1.0}`), Error: &flow.Error{Code: "unique", Message: "is taken"}}, nil
}

func (f fakeTests) Evaluate(_ context.Context, e Evaluation) (Evaluated, error) {
	f.note("evaluate " + e.Form + " " + e.Text.Text())
	return Evaluated{Value: value.Trusted("1.50"), Reads: []Read{{Path: "$context.data.n", Value: JSON{value.Null()}, Nearest: "$context.data.m"}}}, nil
}

func (f fakeTests) Sample(_ context.Context, key string) (hook.Request, error) {
	f.note("sample " + key)
	return hook.Request{ContentType: "application/json", Body: []byte(`{"from":"the draft"}`)}, nil
}

func TestWorkflowsAreTestedOverTheAPI(t *testing.T) {
	editor := account.Principal{Kind: account.BySession, Role: account.Editor}
	for name, c := range map[string]struct {
		who         account.Principal
		path, body  string
		status      int
		has, hasNot string
		asked       string
	}{
		"a call is tested": {editor, "github-push/test", `{"request":{"method":"post","headers":[{"name":"X-A","value":"b"}],"body":"{}"}}`, 200,
			`"answer":{"status":201,"body":{"text":"made","size":4}},"ran":true`, "xxxx", "test github-push POST {}"},
		"exact numbers and waits":   {editor, "github-push/test", `{}`, 200, `"input":{"n":1.0}`, "", ""},
		"how long it waits":         {editor, "github-push/test", `{}`, 200, `"waitedMillis":3600000`, "", ""},
		"large values are left out": {editor, "github-push/test", `{"mode":"dry"}`, 200, `"result":{"omitted":`, "", ""},
		"no such workflow":          {editor, "gone/test", `{}`, 404, `there is no workflow`, "", ""},
		"a wrong mode":              {editor, "github-push/test", `{"mode":"wet"}`, 422, `body.mode`, "", ""},
		"an unknown field":          {editor, "github-push/test", `{"modus":"dry"}`, 422, `body.modus`, "", ""},
		"a header with a line end":  {editor, "github-push/test", `{"request":{"headers":[{"name":"A","value":"b\r\nc: d"}]}}`, 422, "is not a header", "", ""},
		"two bodies":                {editor, "github-push/test", `{"request":{"body":"a","base64":"YQ=="}}`, 422, "not both", "", ""},
		"two samples":               {editor, "github-push/test", `{"delivery":"` + ident.ID(55).Text(ident.Delivery) + `","request":{}}`, 422, "", "", ""},
		"a wrong id":                {editor, "github-push/test", `{"delivery":"exe_1"}`, 422, "delivery", "", ""},
		"no JSON":                   {editor, "github-push/test", `{`, 400, "", "", ""},
		"a viewer tests nothing":    {account.Principal{Role: account.Viewer}, "github-push/test", `{}`, 403, `the role \"editor\"`, "", ""},
		"another's key":             {account.Principal{Role: account.Admin, Workflows: []string{"orders"}}, "github-push/test", `{}`, 404, "there is no workflow", "made", ""},
		"another's delivery":        {account.Principal{Role: account.Admin, Workflows: []string{"orders"}}, "orders/test", `{"delivery":"` + ident.ID(55).Text(ident.Delivery) + `"}`, 422, "there is no delivery", "made", ""},
		"a node":                    {editor, "github-push/test-node", `{"node":"save","nodes":{"a":1.0}}`, 200, `"code":"unique"`, "", `node save {"a":1.0}`},
		"a node without a key":      {editor, "github-push/test-node", `{}`, 422, "node", "", ""},
		"another's node":            {account.Principal{Role: account.Admin, Workflows: []string{"orders"}}, "github-push/test-node", `{"node":"a"}`, 404, "", "", ""},
		"a text":                    {editor, "github-push/evaluate", `{"text":"{{$context.data.n}}"}`, 200, `"value":1.50,"type":"number","text":"1.50"`, "", `evaluate template "{{$context.data.n}}"`},
		"the nearest path":          {editor, "github-push/evaluate", `{"text":"x"}`, 200, `"nearest":"$context.data.m"`, "", ""},
		"another's text":            {account.Principal{Role: account.Admin, Workflows: []string{"orders"}}, "github-push/evaluate", `{"text":"x"}`, 404, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{}
			w := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodPost, "/api/workflows/"+c.path, strings.NewReader(c.body))
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
