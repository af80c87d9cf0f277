package ingress

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestTheMostSpecificPathTakesTheCall(t *testing.T) {
	h := build(t, nil,
		workflow("key"),
		workflow("any", path("/{tenant}")),
		workflow("fixed", path("/a/b")),
		workflow("param", path("/a/{x}")),
		workflow("tail", path("/a/{x}/c")),
		workflow("head", path("/{y}/b/d")),
		workflow("unicode", path("/日本/{名}")), // document has its own rule for names
		workflow("own", path("/own")),
	)
	for _, c := range []struct {
		target, key string
		params      []hook.Param
	}{
		{"/api/webhooks/key", "key", nil},
		{"/api/webhooks/keys", "any", []hook.Param{{Name: "tenant", Value: "keys"}}},
		{"/api/webhooks/a%20b", "any", []hook.Param{{Name: "tenant", Value: "a b"}}},
		{"/api/webhooks/a/b", "fixed", nil},
		{"/api/webhooks/a/z", "param", []hook.Param{{Name: "x", Value: "z"}}},
		{"/api/webhooks/a/b/c", "tail", []hook.Param{{Name: "x", Value: "b"}}},
		{"/api/webhooks/a/b/d", "head", []hook.Param{{Name: "y", Value: "a"}}},
		{"/api/webhooks/%E6%97%A5%E6%9C%AC/x/", "unicode", []hook.Param{{Name: "名", Value: "x"}}},
		{"/api/webhooks/own", "own", nil},
	} {
		h.door.accepted = nil
		resp := h.serve(request("POST", c.target, ""))
		if len(h.door.accepted) != 1 {
			t.Errorf("%s: status %d", c.target, resp.status)
			continue
		}
		d := h.door.accepted[0].Delivery
		if d.Workflow != c.key || cmp.Diff(d.Request.Params, c.params) != "" {
			t.Errorf("%s: taken by %s with %v, want %s with %v", c.target, d.Workflow, d.Request.Params, c.key, c.params)
		}
	}
}

func TestRoutesThatContradictAreRefusedAndTheOldOnesStay(t *testing.T) {
	h := build(t, nil, workflow("open"))
	for _, c := range []struct {
		name, says string
		workflows  []flow.Workflow
	}{
		{"a key twice", `two workflows have the key "a"`, []flow.Workflow{workflow("a"), workflow("a")}},
		{"a path and method twice", `the workflows "a" and "b" both claim POST /x/{n}`, []flow.Workflow{
			workflow("a", path("/x/{m}", "GET", "POST")), workflow("b", path("/x/{n}", "POST")),
		}},
		{"a path that is another's key", `the path /a of workflow "b" is the key of another one`, []flow.Workflow{
			workflow("a"), workflow("b", path("/a")),
		}},
	} {
		var routes []*Route
		for _, wf := range c.workflows {
			r, err := Compile(wf, resources())
			if err != nil {
				t.Fatal(err)
			}
			routes = append(routes, r)
		}
		if err := h.SetRoutes(routes); !fault.Is(err, fault.Conflict) || fault.Message(err) != c.says {
			t.Errorf("%s: got %v, want %s", c.name, err, c.says)
		}
		if resp := h.serve(request("POST", "/api/webhooks/open", "")); resp.status != 200 {
			t.Errorf("%s: the old route answers %d", c.name, resp.status)
		}
	}
}

func TestADisabledWorkflowClaimsNothing(t *testing.T) {
	off := workflow("b", path("/x"))
	off.Enabled = false
	h := build(t, nil, workflow("a", path("/x")), off, workflow("x2"))
	if resp := h.serve(request("POST", "/api/webhooks/x", "")); resp.status != 200 {
		t.Errorf("status %d", resp.status)
	}
}

func TestUnknownDisabledAndUncallableLookTheSame(t *testing.T) {
	answers := map[string]bool{}
	for _, key := range []string{"unknown", "disabled", "called"} {
		h := build(t, nil, manyWorkflows()...)
		resp := h.serve(request("POST", "/api/webhooks/"+key, "", credentials("octo", password)))
		var text strings.Builder
		_ = resp.header.Write(&text)
		answers[text.String()+resp.text] = true // the clock stands still, so even the ids are equal
	}
	if len(answers) != 1 {
		t.Errorf("there are %d different answers: %v", len(answers), answers)
	}
}

func TestWrongTriggersDoNotCompile(t *testing.T) {
	for _, c := range []struct {
		name, says string
		change     func(*flow.Trigger)
	}{
		{"another variable in a gate", "trigger.auth.basic.password", func(t *flow.Trigger) {
			t.Auth.Basic = &flow.BasicAuth{Username: "a", Password: "{{$context.data.x}}"}
		}},
		{"a colon in a user name", "trigger.auth.basic.username holds a colon", func(t *flow.Trigger) {
			t.Auth.Basic = &flow.BasicAuth{Username: "a:b", Password: "c"}
		}},
		{"a token nowhere", "trigger.auth.token needs a header or a query parameter", func(t *flow.Trigger) {
			t.Auth.Token = &flow.TokenAuth{Value: "x"}
		}},
		{"a secret in a response", "trigger.response.body", answering(`200`, ``, `"{{$env.TOKEN}}"`)},
		{"a node in a response", "trigger.response.headers.X-A", answering(`200`, `{"X-A":"{{$nodes.a}}"}`, `1`)},
		{"a status", "status is 99", answering(`99`, ``, `1`)},
		{"a hop-by-hop header", `"Transfer-Encoding" is set by the server alone`, answering(`200`, `{"Transfer-Encoding":"chunked"}`, `1`)},
		{"a header name", "is not a valid header name", answering(`200`, `{"a b":"c"}`, `1`)},
		{"a path", "trigger.path is not canonical", path("/a//b")},
		{"a path of ours", "starts with /-", path("/-/x")},
	} {
		_, err := Compile(workflow("a", c.change), resources())
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.says)
		}
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	_, err := Compile(workflow("a", path("/a//b"), answering(`99`, ``, `1`)), resources())
	if m := fault.Message(err); !strings.Contains(m, "trigger.path") || !strings.Contains(m, "trigger.response") {
		t.Errorf("got %v", err)
	}
}
