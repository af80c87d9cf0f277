package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

const id77 = "exe_000000000002d"

func TestAPI(t *testing.T) {
	down := fault.New("test", fault.Unavailable, "the disk is full")
	cases := []struct {
		name   string
		token  string // "": the valid one
		down   error
		call   string
		status int
		has    []string
		hasNot []string
		asked  []string // the exact calls of the fixture
	}{
		{name: "healthz needs no token", token: "none", call: "GET /healthz", status: 200, has: []string{"hookline"}},
		{name: "readyz needs no token", token: "none", call: "GET /readyz", status: 200, has: []string{"ready"}},
		{name: "readyz says why not", token: "none", down: down, call: "GET /readyz", status: 503, has: []string{"the disk is full"}},
		{name: "no token", token: "none", call: "GET /api/workflows", status: 401, has: []string{`"urn:hookline:problem:unauthorized"`}, hasNot: []string{"github", testToken}},
		{name: "wrong token", token: "Bearer " + testToken + "x", call: "POST /api/workflows/github-push/disable", status: 401},
		{name: "basic instead of bearer", token: "Basic " + testToken, call: "GET /api/stats", status: 401},
		{name: "empty token", token: "Bearer ", call: "GET /api/stats", status: 401},
		{name: "scheme in lower case", token: "bearer " + testToken, call: "GET /api/stats", status: 200},
		{name: "a path that is not there, no token", token: "none", call: "GET /api/nothing", status: 401},
		{name: "a path that is not there", call: "GET /api/nothing", status: 404, has: []string{`"status":404`, "no API endpoint at this path"}},
		{name: "a method that is not there", call: "DELETE /api/workflows", status: 405, has: []string{"use GET"}},
		{name: "unknown filter", call: "GET /api/executions?state=failed", status: 422, has: []string{"unknown query parameter", "query.state"}},
		{name: "stats keep whole numbers", call: "GET /api/stats", status: 200, has: []string{`"store.commits":9007199254740993`}},

		{name: "workflows", call: "GET /api/workflows", status: 200,
			has: []string{`"key":"github-push"`, `"auth":["basic"]`, `"nodes":2`, `"https://hooks.example.com/api/webhooks/github-push"`,
				`"https://hooks.example.com/api/webhook:trigger/github-push"`, `"https://hooks.example.com/api/webhooks/github/{owner}"`},
			hasNot: []string{"hunter2", "document"}},
		{name: "a workflow with its document", call: "GET /api/workflows/github-push", status: 200,
			has:    []string{`"n":1.0`, `"password":"********"`, `"value":"{{$env.T}}"`},
			hasNot: []string{"hunter2"}},
		{name: "no such workflow", call: "GET /api/workflows/nope", status: 404, has: []string{`there is no workflow \"nope\"`}},
		{name: "disable", call: "POST /api/workflows/github-push/disable", status: 200, has: []string{`"key":"github-push"`}, asked: []string{"disable github-push"}},
		{name: "enable", call: "POST /api/workflows/github-push/enable", status: 200, asked: []string{"enable github-push"}},
		{name: "enable what collides", call: "POST /api/workflows/taken/enable", status: 409, has: []string{"path is the one of github-push"}},
		{name: "enable by GET", call: "GET /api/workflows/github-push/enable", status: 405},
		{name: "reload", call: "POST /api/reload", status: 200, has: []string{`"published":["github-push"]`}},
		{name: "reload of wrong documents", down: down, call: "POST /api/reload", status: 422,
			has: []string{`"location":"push.yaml:3: trigger.mode"`, "did you mean async?", `"location":"push.yaml:9: nodes[0].type"`}},

		{name: "executions", call: "GET /api/executions?workflow=w&status=failed&before=" + id77 + "&limit=1&search=200&q=data.a:1+%22free+text%22", status: 200,
			has:   []string{`"id":"` + id77 + `"`, `"next":"` + id77 + `"`, `"query":"data.a:1 \"free text\" workflow:w status:failed"`, `"cut":true`, `"searched":12`, `"skipped":1`, `"labels":[{"name":"customer","value":"42"}]`, `{"z":9007199254740993,"a":1.0,"h":"<b>\u003c\/"}`},
			asked: []string{"executions data.a:1 \"free text\" workflow:w status:failed " + id77 + " 200ms"}},
		{name: "executions: two mistakes in a query", call: "GET /api/executions?q=stauts:failed+took:2", status: 422,
			has: []string{"at character 1: there is no field \\\"stauts\\\"; did you mean status?", `"location":"q"`, "at character 20", "a bare number has no unit"}},
		{name: "executions: a hostile query", call: "GET /api/executions?q=" + strings.Repeat("a+", 4000), status: 422, has: []string{"at most 50 terms"}},
		{name: "executions: a query that is too long", call: "GET /api/executions?q=" + strings.Repeat("a", 9000), status: 422},
		{name: "executions: unknown status", call: "GET /api/executions?status=done", status: 422},
		{name: "executions: bad id", call: "GET /api/executions?before=77", status: 422, has: []string{"before: ", "exe_"}},
		{name: "executions: too many", call: "GET /api/executions?limit=501", status: 422},
		{name: "a failure of our own stays inside", call: "GET /api/executions?workflow=broken", status: 500, has: []string{"internal error"}, hasNot: []string{"disk", "/var"}},
		{name: "an execution", call: "GET /api/executions/" + id77, status: 200,
			has: []string{`"input":{"left":1e400}`, `"result":true`, `"branch":"then"`, `"text":"{\"ref\": \"main\",  \"n\": 1.0}"`,
				`"level":"info"`, `"finishedAt":"2026-03-04T12:00:00.001Z"`, `"name":"X-Github-Event"`},
			hasNot: []string{"moreAfter", "0001-01-01"}},
		{name: "an execution, page by page", call: "GET /api/executions/" + id77 + "?limit=1", status: 200, has: []string{`"moreAfter":1`}, hasNot: []string{`"n":2`}},
		{name: "an execution, second page", call: "GET /api/executions/" + id77 + "?limit=1&after=1", status: 200, has: []string{`"n":2`}, hasNot: []string{`"n":1,`, "moreAfter"}},
		{name: "an execution without long values", call: "GET /api/executions/" + id77 + "?values=5", status: 200, has: []string{`"inputSize":14`, `"resultSize":4`, `"result":true`}, hasNot: []string{`"input":`}},
		{name: "steps of a node", call: "GET /api/executions/" + id77 + "/steps?path=is&node=is_main&status=failed&limit=2&values=9", status: 200, has: []string{`"items":[{"n":1`, `"n":2`}, hasNot: []string{"request"},
			asked: []string{"steps {Execution:77 After:0 Limit:2 Path:is Node:is_main Status:failed Value:9}"}},
		{name: "steps of nothing", call: "GET /api/executions/exe_0000000000001/steps", status: 404},
		{name: "a summary", call: "GET /api/executions/" + id77 + "/summary", status: 200, has: []string{`"steps":5`, `"nodes":[{"node":"is_main","type":"condition","status":{"failed":1,"succeeded":3},"branches":{"then":3}}`, `"id":"` + id77 + `"`}},
		{name: "a value of a step", call: "GET /api/executions/" + id77 + "/steps/1/input", status: 200, has: []string{`"kind":"object","size":14,"offset":0,"text":"{\"left\":1e400}"`, `"length":1`}, hasNot: []string{"nextOffset", "members"}},
		{name: "members of a value", call: "GET /api/executions/" + id77 + "/steps/2/result?members=1&from=1&bytes=0", status: 200, has: []string{`"members":[{"name":"c","kind":"boolean","size":4}]`, `"length":2`, `"text":""`}, hasNot: []string{"nextOffset"}},
		{name: "a subtree", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=/a~1b/~0&members=5", status: 200,
			has: []string{`"kind":"array"`, `{"name":"0","kind":"string","size":4},{"name":"1","kind":"number","size":2},{"name":"2","kind":"null","size":4}`}},
		{name: "bytes of a value are cut at characters", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=/a~1b/~0/0&bytes=2", status: 200, has: []string{`"text":"\""`, `"size":4`, `"nextOffset":1`}},
		{name: "more bytes of a value", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=/a~1b/~0/0&offset=1", status: 200, has: []string{`"text":"é\""`}},
		{name: "bytes beyond a value", call: "GET /api/executions/" + id77 + "/steps/2/result?offset=100000", status: 200, has: []string{`"text":""`}},
		{name: "nothing at a pointer", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=/c/d", status: 404, has: []string{"nothing is at /c/d"}},
		{name: "no index", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=/a~1b/~0/x", status: 422, has: []string{"not the index of an element"}},
		{name: "no pointer", call: "GET /api/executions/" + id77 + "/steps/2/result?pointer=a", status: 422, has: []string{"begins with /"}},
		{name: "a step without input", call: "GET /api/executions/" + id77 + "/steps/2/input", status: 404, has: []string{"step 2 has no input"}},
		{name: "no such step", call: "GET /api/executions/" + id77 + "/steps/9/input", status: 404},
		{name: "no such part", call: "GET /api/executions/" + id77 + "/steps/1/log", status: 422},
		{name: "the last execution", call: "GET /api/executions/last", status: 200, has: []string{`"id":"` + id77 + `"`, `"steps":[{`}, asked: []string{"executions   0s"}},
		{name: "no such execution", call: "GET /api/executions/exe_0000000000001", status: 404},
		{name: "retry", call: "POST /api/executions/last/retry", status: 200, asked: []string{"executions   0s", "retry " + id77}},
		{name: "plan a retry", call: "GET /api/executions/last/retry?from=save&revision=same", status: 200,
			has: []string{`"possible":true`, `"from":"save"`, `"target":"POST https://shop.example/orders"`, `"againCount":1`}},
		{name: "plan a retry that is not possible", call: "GET /api/executions/" + id77 + "/retry?from=nope", status: 200, has: []string{`"possible":false`, `"refused":"no step nope has run"`}},
		{name: "plan a retry on another revision", call: "GET /api/executions/last/retry?revision=abc", status: 422},
		{name: "cancel", call: "POST /api/executions/" + id77 + "/cancel", status: 200, asked: []string{"cancel " + id77}},

		{name: "deliveries", call: "GET /api/deliveries?outcome=accepted", status: 200, has: []string{`"gate":"accept"`, `"tookMicros":1234`}, hasNot: []string{`"request"`}},
		{name: "deliveries by what else they have", call: "GET /api/deliveries?gate=signature&dedupeKey=k&since=2026-03-04T10:00:00Z&until=2026-03-04T11:00:00Z", status: 200,
			asked: []string{"deliveries gate:signature key:k since:2026-03-04T10:00:00Z until:2026-03-04T11:00:00Z"}},
		{name: "deliveries by a query", call: "GET /api/deliveries?q=status:5xx+-ip:10.0.0.0/8", status: 200, has: []string{`"query":"status:5xx -ip:10.0.0.0/8"`, `"searched":1`}, asked: []string{"deliveries status:5xx -ip:10.0.0.0/8"}},
		{name: "deliveries of an unknown gate", call: "GET /api/deliveries?gate=signatur", status: 422, has: []string{"did you mean signature?"}},
		{name: "deliveries since when", call: "GET /api/deliveries?since=yesterday", status: 422},
		{name: "a delivery", call: "GET /api/deliveries/last", status: 200, has: []string{`"request":{"method":"POST"`, `"size":26`, `"sha256":"` + fmt.Sprintf("%x", sha256.Sum256([]byte(`{"ref": "main",  "n": 1.0}`))) + `"`,
			`"url":"https://hooks.example.com/api/webhooks/github-push"`, `"chain":["10.0.0.1","192.0.2.7"]`, `"dedupeKey":"72d3162e"`,
			`"verdicts":[{"gate":"signature","passed":false,"observed":true,"reason":"mismatch"}]`, `"text":"done"`, `"filename":"a.txt"`}},
		{name: "replay", call: "POST /api/deliveries/last/replay", status: 200, has: []string{`"replayOf":"dlv_000000000001q"`}, asked: []string{"replay dlv_000000000001q newest=true"}},
		{name: "replay on the same revision", call: "POST /api/deliveries/last/replay?revision=same", status: 200, asked: []string{"replay dlv_000000000001q newest=false"}},
		{name: "replay what a gate refused", call: "POST /api/deliveries/dlv_000000000001r/replay", status: 409, has: []string{"may not be verified"}},
		{name: "replay what a gate refused, by force", call: "POST /api/deliveries/dlv_000000000001r/replay?force=true", status: 200, asked: []string{"replay dlv_000000000001r newest=true"}},
		{name: "replay what no workflow took", call: "POST /api/deliveries/dlv_000000000001s/replay?force=true", status: 409},
		{name: "replay what passes now", call: "POST /api/deliveries/dlv_000000000001r/replay?passing=true", status: 200, asked: []string{"replay passing dlv_000000000001r"}},
		{name: "what passes now", call: "GET /api/workflows/github-push/passing?limit=1&before=dlv_000000000001r", status: 200, has: []string{`"checked":1`, `"passing":1`, `"ids":["dlv_000000000001q"]`},
			hasNot: []string{"next"}, asked: []string{"deliveries workflow:github-push outcome:rejected"}},
		{name: "what passes now of no workflow", call: "GET /api/workflows/nope/passing", status: 404},
		{name: "what passes now, from nowhere", call: "GET /api/workflows/github-push/passing?before=x", status: 422},
		{name: "curl", call: "GET /api/deliveries/last/curl", status: 200, has: []string{`"command":"curl -sS -i -X POST `, `https://hooks.example.com/api/webhooks/github-push`, `-H 'X-Github-Event: push'`, `--data-raw '{`}, hasNot: []string{"bodyFile", "Host:"}},
		{name: "versions with their executions", call: "GET /api/workflows/github-push/versions", status: 200, has: []string{`"executions":7`}},
		{name: "one version with its executions", call: "GET /api/workflows/github-push/versions/1", status: 200, has: []string{`"executions":7`}},
		{name: "explain", call: "GET /api/deliveries/last/explain", status: 200, has: []string{`"route":"/api/webhooks/github-push"`, `"hypotheses":[{"code":"clock"`, `"variables":{"data":1.0}`, `"id":"dlv_000000000001q"`}},

		{name: "a query without end", call: "GET /api/executions?workflow=" + strings.Repeat("x", maxQuery), status: 413},
		{name: "a profile", call: "GET /api/debug/pprof/heap?debug=1", status: 200, has: []string{"heap profile"}},
		{name: "a profile, no token", token: "none", call: "GET /api/debug/pprof/goroutine", status: 401},
		{name: "a profile that is not there", call: "GET /api/debug/pprof/cmdline", status: 422},
		{name: "a profile without end", call: "GET /api/debug/pprof/profile?seconds=3600", status: 422},
		{name: "the description of itself", call: "GET /api/openapi.json", status: 200, has: []string{"/api/executions/{id}/retry"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{down: c.down}
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, path, nil)
			switch c.token {
			case "":
				req.Header.Set("Authorization", "Bearer "+testToken)
			case "none":
			default:
				req.Header.Set("Authorization", c.token)
			}
			w := httptest.NewRecorder()
			New(h.deps()).ServeHTTP(w, req)
			body := w.Body.String()
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, body)
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
			if problem := w.Header().Get("Content-Type") == "application/problem+json"; problem != (c.status >= 400) && path != "/readyz" {
				t.Errorf("Content-Type is %q", w.Header().Get("Content-Type"))
			}
			for _, text := range c.has {
				if !strings.Contains(body, text) {
					t.Errorf("%s\ndoes not hold %s", body, text)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(body, text) {
					t.Errorf("%s\nholds %s", body, text)
				}
			}
			if c.asked != nil && !slices.Equal(h.asked, c.asked) {
				t.Errorf("asked %q, want %q", h.asked, c.asked)
			}
		})
	}
}

func TestOurOwnFailuresAreLogged(t *testing.T) {
	h := &fixture{}
	get(t, h, "/api/executions?workflow=broken")
	if text := h.log.String(); !strings.Contains(text, "disk I/O error") || !strings.Contains(text, "op=list-executions") {
		t.Errorf("the log holds %q", text)
	}
}

func get(t *testing.T, h *fixture, path string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	req.Header.Set("Authorization", "Bearer "+testToken)
	w := httptest.NewRecorder()
	New(h.deps()).ServeHTTP(w, req)
	return w
}

func TestTailStreamsEvents(t *testing.T) {
	h := &fixture{live: func(_ context.Context, send sendEvent) error {
		return errors.Join(send("e-7", "open", struct{}{}), send("e-8", "delivery", map[string]string{"id": "dlv_1\n2"}), send("e-9", "", nil))
	}}
	w := get(t, h, "/api/tail")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/event-stream" || !w.Flushed {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if want := "id: e-7\nevent: open\ndata: {}\n\nid: e-8\nevent: delivery\ndata: {\"id\":\"dlv_1\\n2\"}\n\nid: e-9\n\n"; w.Body.String() != want {
		t.Errorf("got %q", w.Body)
	}
}

func TestTailRefusesOneTooMany(t *testing.T) {
	h := &fixture{live: func(context.Context, sendEvent) error {
		return fault.New("test", fault.Unavailable, "64 are watching already")
	}}
	w := get(t, h, "/api/tail")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "64 are watching") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTailBeatsWhileNothingHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*heartbeat-1)
		defer cancel()
		h := &fixture{live: func(ctx context.Context, _ sendEvent) error { <-ctx.Done(); return nil }}
		req := httptest.NewRequest("GET", "/api/tail", nil).WithContext(ctx)
		req.Header.Set("Authorization", "Bearer "+testToken)
		w := httptest.NewRecorder()
		New(h.deps()).ServeHTTP(w, req)
		if n := strings.Count(w.Body.String(), ": hookline\n\n"); n != 3 {
			t.Errorf("%d beats", n)
		}
	})
}

func TestJSONSurvivesTheRoundTrip(t *testing.T) {
	for _, text := range []string{`null`, `1.0`, `-0`, `9007199254740993`, `"\u003c\/é"`, `{"b":1,"a":[1e400,{"c":null}]}`} {
		var j JSON
		if err := json.Unmarshal([]byte(text), &j); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(struct{ J JSON }{j}); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != `{"J":`+text+"}\n" {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func TestBytesAreCutBetweenCharacters(t *testing.T) {
	cases := []struct {
		content string
		limit   int
		text    string
		base64  string
		cut     bool
	}{
		{"", 10, "", "", false},
		{"abc", 3, "abc", "", false},
		{"a한b", 3, "a", "", true},
		{"a한b", 4, "a한", "", true},
		{"a\xffb", 10, "", "a\xffb", false},
		{"\xff\xff\xff\xff\xff", 4, "", "\xff", true},
	}
	for _, c := range cases {
		b := bytesOf([]byte(c.content), c.limit)
		if b.Text != c.text || string(b.Base64) != c.base64 || b.Cut != c.cut || b.Size != len(c.content) {
			t.Errorf("%q cut at %d: %+v", c.content, c.limit, b)
		}
	}
}

func FuzzBytes(f *testing.F) {
	f.Add([]byte("a한b"), 3)
	f.Add([]byte{0xff, 0x00}, 1)
	f.Fuzz(func(t *testing.T, content []byte, limit int) {
		if limit < 0 {
			return
		}
		b := bytesOf(content, limit)
		if got := b.Content(); !bytes.HasPrefix(content, got) || len(got) > limit || (!b.Cut && len(got) != len(content)) {
			t.Errorf("%q cut at %d: %q", content, limit, got)
		}
	})
}

func TestTheStreamIsOneThatScannersRead(t *testing.T) {
	h := &fixture{live: func(_ context.Context, send sendEvent) error { return send("", "open", struct{}{}) }}
	deps := h.deps()
	deps.Clock = clock.System()
	server := httptest.NewServer(New(deps))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/tail", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if s := bufio.NewScanner(res.Body); !s.Scan() || s.Text() != "event: open" {
		t.Errorf("first line is %q", s.Text())
	}
}
