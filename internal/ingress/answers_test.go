package ingress

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// apiCase is one line of the table in SPEC §6: a call and its expected result.
type apiCase struct {
	name    string
	method  string // default POST
	target  string
	headers []string
	body    string
	prepare func(*harness)

	status  int
	has     []string // expected parts of the body
	lacks   []string // texts that must not be in body or headers
	answers map[string]string

	outcome  hook.Outcome
	gate     string
	workflow string
	reason   string // part of the reason
	kept     string // the recorded body; "" for none
	engine   string // the calls to the engine, separated by spaces
}

// manyWorkflows returns the workflows that the table calls.
func manyWorkflows() []flow.Workflow {
	disabled, called := workflow("disabled"), workflow("called")
	disabled.Enabled = false
	called.Trigger.Type = "call"
	return []flow.Workflow{
		workflow("open"), disabled, called,
		workflow("locked", basic),
		workflow("gitlab", tokenHeader),
		workflow("querytoken", tokenQuery, path("/qt/{tenant}")),
		workflow("both", basic, tokenHeader),
		workflow("unset", func(t *flow.Trigger) { t.Auth.Basic = &flow.BasicAuth{Username: "octo", Password: "{{$env.NOWHERE}}"} }),
		workflow("empty", func(t *flow.Trigger) {
			t.Auth.Token = &flow.TokenAuth{Header: "X-Token", Value: "prefix-{{$env.EMPTY}}"}
		}),
		workflow("small", func(t *flow.Trigger) { t.MaxBody = 8 }),
		workflow("strict", func(t *flow.Trigger) { t.ContentTypes = []string{"application/json", "*+json", "text/*"} }),
		workflow("reader", path("/orders/{id}", "GET")),
		workflow("writer", path("/orders/{id}", "PUT", "DELETE")),
		workflow("created", answering(`201`, `{"X-Kind":"{{$context.data.kind}}","Content-Type":"application/json"}`,
			`{"got":"{{$context.data.kind}}","exe":"{{$system.workflow}}"}`)),
		workflow("quiet", answering(`204`, ``, `"never"`)),
		workflow("broken", answering(`200`, `{"X-A":"{{$context.data.kind}}"}`, `"hello"`)),
	}
}

func credentials(user, pass string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+pass))
}

func TestTheTotalTable(t *testing.T) {
	for _, c := range joined(addressCases(), identityCases(), bodyCases(), faultCases(), answerCases()) {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, manyWorkflows()...)
			if c.prepare != nil {
				c.prepare(h)
			}
			if c.method == "" {
				c.method = "POST"
			}
			c.check(t, h, h.serve(request(c.method, c.target, c.body, c.headers...)))
		})
	}
}

func joined(lists ...[]apiCase) (all []apiCase) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func (c apiCase) check(t *testing.T, h *harness, resp got) {
	t.Helper()
	text := resp.text
	if resp.status != c.status {
		t.Fatalf("status %d, want %d: %s", resp.status, c.status, text)
	}
	for _, want := range c.has {
		if !strings.Contains(text, want) {
			t.Errorf("the body lacks %q: %s", want, text)
		}
	}
	for _, no := range c.lacks {
		if strings.Contains(text, no) {
			t.Errorf("the body has %q: %s", no, text)
		}
	}
	for name, want := range c.answers {
		if got := strings.Join(resp.header[http.CanonicalHeaderKey(name)], "|"); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	d, seen := h.lastDelivery()
	if d.Outcome != c.outcome || d.Gate != c.gate || d.Workflow != c.workflow || d.Status != c.status {
		t.Errorf("recorded %s by %s of %q with %d, want %s by %s of %q", d.Outcome, d.Gate, d.Workflow, d.Status, c.outcome, c.gate, c.workflow)
	}
	if seen.ID != d.ID || seen.Status != d.Status {
		t.Errorf("seen was %v with %d, recorded %v with %d", seen.ID, seen.Status, d.ID, d.Status)
	}
	silent := d.Outcome == hook.Accepted && c.reason == ""
	if !strings.Contains(d.Reason, c.reason) || silent != (d.Reason == "") {
		t.Errorf("the reason is %q, want %q", d.Reason, c.reason)
	}
	if string(d.Request.Body) != c.kept {
		t.Errorf("kept of the body: %q, want %q", d.Request.Body, c.kept)
	}
	if got := strings.Join(h.engine.calls, " "); got != c.engine {
		t.Errorf("the engine was asked %q, want %q", got, c.engine)
	}
	c.checkOutcome(t, d, resp)
}

func (c apiCase) checkOutcome(t *testing.T, d hook.Delivery, resp got) {
	t.Helper()
	want := string(d.Outcome)
	if c.method == "OPTIONS" && d.Gate == "method" {
		want = ""
	}
	if got := resp.header.Get("Hookline-Outcome"); got != want {
		t.Errorf("Hookline-Outcome is %q, want %q", got, want)
	}
	if (resp.header.Get("Hookline-Execution") != "") != (d.Outcome == hook.Accepted) {
		t.Errorf("Hookline-Execution is %q for an outcome %s", resp.header.Get("Hookline-Execution"), d.Outcome)
	}
	for _, h := range d.Request.Headers {
		if strings.Contains(h.Value, tokenValue) || strings.Contains(h.Value, "Basic ") {
			t.Errorf("the record holds the secret: %v", h)
		}
	}
	if strings.Contains(d.Request.Query+d.Reason, tokenValue) || strings.Contains(d.Reason, password) {
		t.Errorf("the record holds the secret: %s %s", d.Request.Query, d.Reason)
	}
}

func addressCases() []apiCase {
	gone := func(name, target, reason string) apiCase {
		return apiCase{
			name: name, target: target, status: 404, has: []string{`urn:hookline:problem:not-found`, "No webhook has this address. Check the URL."},
			outcome: hook.Unmatched, gate: "match", reason: reason,
		}
	}
	odd := func(name, target, reason string) apiCase {
		return apiCase{
			name: name, target: target, status: 400, has: []string{`urn:hookline:problem:path`, reason},
			outcome: hook.Unmatched, gate: "match", reason: reason,
		}
	}
	fine := func(name, target, workflow string) apiCase {
		return apiCase{
			name: name, target: target, status: 200, has: []string{"ok"}, outcome: hook.Accepted, gate: "accept", workflow: workflow,
			engine: "submit", answers: map[string]string{"Content-Type": "text/plain; charset=utf-8"},
		}
	}
	put := fine("another method of the same path", "/api/webhooks/orders/7", "writer")
	put.method = "PUT"
	head := apiCase{
		name: "HEAD goes with GET, and runs nothing", method: "HEAD", target: "/api/webhooks/orders/7", status: 200,
		outcome: hook.Handshake, gate: "head", workflow: "reader", reason: "HEAD was answered",
	}
	return []apiCase{
		fine("by key", "/api/webhooks/open", "open"),
		fine("by key with a slash", "/api/webhooks/open/", "open"),
		fine("by NocoBase's form", "/api/webhook:trigger/open", "open"),
		fine("by NocoBase's form escaped", "/api/webhook%3atrigger/open/", "open"),
		fine("by an escaped key", "/api/webhooks/%6Fpen", "open"),
		put, head,
		gone("an unknown key", "/api/webhooks/opem", "no enabled workflow has this address; the nearest is open"),
		gone("a disabled workflow", "/api/webhooks/disabled", "the workflow disabled has this address, but it is disabled"),
		gone("a workflow that is only called", "/api/webhook:trigger/called", "but it is started by other workflows"),
		gone("no key", "/api/webhooks", "no enabled workflow"),
		gone("something below a key", "/api/webhooks/open/x", ""),
		gone("another action", "/api/webhook:other/open", ""),
		gone("a status URL that is none", "/api/webhooks/-/executions/exe_0000000000001?sig=x", ""),
		gone("double escapes", "/api/webhooks/%256Fpen", ""),
		odd("a doubled slash", "/api/webhooks//open", "empty segment"),
		odd("two slashes at the end", "/api/webhooks/open//", "empty segment"),
		odd("a dot segment", "/api/webhooks/../webhooks/open", "segment that is . or .."),
		odd("an escaped dot segment", "/api/webhooks/%2e%2e/open", "segment that is . or .."),
		odd("an escaped slash", "/api/webhooks%2Fopen", "slash or backslash"),
		odd("an escaped backslash", "/api/webhooks/a%5cb", "slash or backslash"),
		odd("a NUL", "/api/webhooks/open%00", "control character"),
		odd("bytes that are not UTF-8", "/api/webhooks/%ff", "not UTF-8"),
		{
			name: "a method that is not allowed", method: "GET", target: "/api/webhooks/open", status: 405,
			has: []string{"urn:hookline:problem:method"}, answers: map[string]string{"Allow": "POST, OPTIONS"},
			outcome: hook.Rejected, gate: "method", workflow: "open", reason: "does not take GET",
		},
		{
			name: "the methods of all workflows of a path", target: "/api/webhooks/orders/7", status: 405,
			answers: map[string]string{"Allow": "GET, HEAD, PUT, DELETE, OPTIONS"}, outcome: hook.Rejected, gate: "method", workflow: "reader",
		},
		{
			name: "OPTIONS", method: "OPTIONS", target: "/api/webhooks/locked", status: 204,
			answers: map[string]string{"Allow": "POST, OPTIONS", "Content-Type": ""}, outcome: hook.Rejected, gate: "method", workflow: "locked",
		},
	}
}

func identityCases() []apiCase {
	rejected := func(name, workflow, gate, reason string, headers ...string) apiCase {
		challenge := `Token realm="` + workflow + `"`
		if gate == "basic" {
			challenge = `Basic realm="` + workflow + `", charset="UTF-8"`
		}
		return apiCase{
			name: name, target: "/api/webhooks/" + workflow, headers: headers, status: 401,
			has: []string{"urn:hookline:problem:" + gate}, lacks: []string{"wrong", "not set"},
			answers: map[string]string{"WWW-Authenticate": challenge},
			outcome: hook.Rejected, gate: gate, workflow: workflow, reason: reason,
		}
	}
	yes := func(name, target, workflow string, headers ...string) apiCase {
		return apiCase{
			name: name, target: target, headers: headers, status: 200, has: []string{"ok"},
			outcome: hook.Accepted, gate: "accept", workflow: workflow, engine: "submit",
		}
	}
	right, token := credentials("octo", password), "X-Gitlab-Token: "+tokenValue
	escaped := strings.ReplaceAll(tokenValue, "-", "%2D")
	wrongQuery := rejected("a wrong query token", "querytoken", "token", "the query parameter token is wrong")
	wrongQuery.target += "?token=" + tokenValue + "x"
	twiceQuery := rejected("a query token twice", "querytoken", "token", "more than once")
	twiceQuery.target += "?token=" + tokenValue + "&%74oken=" + tokenValue
	return []apiCase{
		yes("the right password", "/api/webhooks/locked", "locked", right),
		yes("a scheme in lower case", "/api/webhooks/locked", "locked", strings.Replace(right, "Basic", "basic", 1)),
		yes("the right token", "/api/webhooks/gitlab", "gitlab", token),
		yes("the right query token", "/api/webhooks/qt/acme?a=1&token="+escaped, "querytoken", "X-Original-Url: /x?token="+tokenValue),
		yes("both are right", "/api/webhooks/both", "both", right, token),
		rejected("no password", "locked", "basic", "has no Authorization header"),
		rejected("a wrong password", "locked", "basic", "is wrong", credentials("octo", password+"x")),
		rejected("a wrong user", "locked", "basic", "is wrong", credentials("octO", password)),
		rejected("no user", "locked", "basic", "is wrong", credentials("", password)),
		rejected("another scheme", "locked", "basic", "not of the scheme Basic", "Authorization: Bearer "+password),
		rejected("no base64", "locked", "basic", "is not base64", "Authorization: Basic %%%"),
		rejected("a password without end", "locked", "basic", "longer than any", credentials("octo", strings.Repeat("x", 5000))),
		rejected("two passwords", "locked", "basic", "more than one", right, right),
		rejected("no token", "gitlab", "token", "has no header X-Gitlab-Token"),
		rejected("a wrong token", "gitlab", "token", "the header X-Gitlab-Token is wrong", "X-Gitlab-Token: x"),
		rejected("two tokens", "gitlab", "token", "more than once", token, token),
		rejected("the second gate", "both", "token", "has no header", right),
		rejected("the first gate", "both", "basic", "no Authorization", token),
		rejected("a secret that is not set", "unset", "basic", "the secret NOWHERE is not set", credentials("octo", "")),
		rejected("a secret that is empty", "empty", "token", "the secret EMPTY is not set", "X-Token: prefix-"),
		wrongQuery, twiceQuery,
	}
}

func bodyCases() []apiCase {
	rejected := func(name, workflow string, status int, problem, says, contentType, content string) apiCase {
		return apiCase{
			name: name, target: "/api/webhooks/" + workflow, headers: []string{"Content-Type: " + contentType}, body: content, status: status,
			has: []string{"urn:hookline:problem:" + problem, says}, outcome: hook.Rejected, gate: "decode", workflow: workflow, kept: content,
		}
	}
	large := rejected("too large", "small", 413, "too-large", "at most 8 bytes", "text/plain", "123456789")
	large.gate, large.kept, large.reason, large.answers = "capture", "", "the Content-Length is 9 bytes", map[string]string{"Connection": "close"}
	image := rejected("an image", "open", 415, "content-type", `\"image/png\" is not supported`, "image/png", "x")
	image.answers = map[string]string{"Accept-Post": body.AcceptPost}
	strict := rejected("a type the trigger does not name", "strict", 415, "content-type", "accepts only: application/json, *+json, text/*", "application/x-www-form-urlencoded", "a=1")
	strict.answers = map[string]string{"Accept-Post": "application/json, *+json, text/*"}
	file := rejected("a file", "open", 415, "content-type", `the part \"up\" is a file`, "multipart/form-data; boundary=b",
		"--b\r\nContent-Disposition: form-data; name=\"up\"; filename=\"x\"\r\n\r\nx\r\n--b--")
	deep := strings.Repeat("[", 10_000)
	gzip := rejected("compressed, but not", "open", 400, "malformed", "is not gzip as its Content-Encoding says", "application/json", "\x1f\x8b")
	gzip.headers = append(gzip.headers, "Content-Encoding: gzip")
	query := rejected("a query that is not UTF-8", "open", 400, "malformed", `query: the field \"a\" is not UTF-8`, "text/plain", "x")
	query.target += "?a=%ff"
	long := strings.Repeat("x", RejectedBody+1)
	forgotten := rejected("a large body that is refused", "open", 400, "malformed", "not valid JSON at byte 0", "application/json", long)
	forgotten.kept, forgotten.reason = "", "the body of 65537 bytes was not kept"
	yes := func(name, contentType, content string) apiCase {
		return apiCase{
			name: name, target: "/api/webhooks/strict", headers: []string{"Content-Type: " + contentType}, body: content, status: 200,
			outcome: hook.Accepted, gate: "accept", workflow: "strict", kept: content, engine: "submit",
		}
	}
	return []apiCase{
		large, image, strict, file, gzip, query, forgotten,
		rejected("broken JSON", "open", 400, "malformed", "line 2, column 2", "application/json", "{\n}}"),
		rejected("invalid UTF-8", "open", 400, "malformed", "is not UTF-8", "application/json", "\"\xff\""),
		rejected("10,000 deep", "open", 400, "malformed", "nest deeper than 64", "application/json", deep),
		rejected("a charset", "open", 415, "content-type", `charset \"klingon\"`, "text/plain; charset=klingon", "x"),
		yes("duplicate keys", "application/json", `{"a":1,"a":2}`),
		yes("a suffix", "application/vnd.api+json; charset=utf-8", `1`),
		yes("any text", "text/csv", "a,b"),
		yes("no body of a type that is not taken", "image/png", ""),
		{name: "a body of the largest size", target: "/api/webhooks/small", headers: []string{"Content-Type: text/plain"}, body: "12345678", status: 200, outcome: hook.Accepted, gate: "accept", workflow: "small", kept: "12345678", engine: "submit"},
	}
}

func faultCases() []apiCase {
	rejected := func(name, gate, reason, engine string, prepare func(*harness)) apiCase {
		return apiCase{
			name: name, target: "/api/webhooks/open", prepare: prepare, status: 503,
			has:     []string{"urn:hookline:problem:unavailable", "Try again later."},
			answers: map[string]string{"Retry-After": "5"}, outcome: hook.Rejected, gate: gate, workflow: "open", reason: reason, engine: engine,
		}
	}
	return []apiCase{
		rejected("shutting down", "admit", "shutting down", "", func(h *harness) { h.Drain() }),
		rejected("backlog full", "accept", "the backlog is full", "", func(h *harness) { h.door.backlog = DefaultBacklog }),
		rejected("disk full", "accept", "disk reserve", "submit", func(h *harness) {
			h.door.err = fault.New("sqlite.Accept", fault.Unavailable, "the disk reserve is reached")
		}),
		rejected("the store fails", "accept", "the store failed: sqlite", "submit", func(h *harness) {
			h.door.err = fault.New("sqlite.Accept", fault.Internal, "disk I/O error")
		}),
		rejected("the store calls it our mistake", "accept", "the store failed", "submit", func(h *harness) {
			h.door.err = fault.New("sqlite.Accept", fault.Invalid, "constraint")
		}),
	}
}

func answerCases() []apiCase {
	yes := func(name, workflow, content string, status int, has ...string) apiCase {
		return apiCase{
			name: name, target: "/api/webhooks/" + workflow, headers: []string{"Content-Type: application/json"}, body: content, status: status, has: has,
			outcome: hook.Accepted, gate: "accept", workflow: workflow, kept: content, engine: "submit",
		}
	}
	created := yes("a templated response", "created", `{"kind":1.50}`, 201, `{"got":1.50,"exe":"created"}`)
	created.answers = map[string]string{"X-Kind": "1.50", "Content-Type": "application/json"}
	quiet := yes("no content", "quiet", `1`, 204)
	quiet.lacks = []string{"never"}
	broken := yes("a header with a line break", "broken", `{"kind":"a\r\nSet-Cookie: x"}`, 200, "ok")
	broken.reason, broken.answers, broken.lacks = `"X-A" has a line break in its value`, map[string]string{"X-A": "", "Set-Cookie": ""}, []string{"hello"}
	object := yes("a header that is an object", "broken", `{"kind":{}}`, 200, "ok")
	object.reason = "headers: X-A is an object"
	return []apiCase{created, quiet, broken, object, yes("a header that is left out", "broken", `{}`, 200, "hello")}
}
