package app_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// trial is what a test answers.
type trial struct {
	Outcome, Reason, Stopped string
	Ran                      bool
	Answer                   struct {
		Status int
		Body   struct{ Text string }
	}
	Refusal   *struct{ Gate string }
	Gates     []struct{ Gate, Reason string }
	Execution struct {
		ID, Status, Delivery string
	}
	Steps []struct {
		Path, Status  string
		Input, Result json.RawMessage
		Log           []struct{ Text string }
	}
	Sent []struct{ Request struct{ URL string } }
}

func (d *desk) try(path, body string) (out trial) {
	d.t.Helper()
	text := d.must(200, "POST "+path, body, "Content-Type: application/json")
	if strings.Contains(text, "open sesame") {
		d.t.Fatalf("the answer has a secret: %s", text)
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		d.t.Fatal(err)
	}
	return out
}

func TestAWorkflowIsTestedOverTheAPI(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	const push = `"request":{"headers":[{"name":"Content-Type","value":"application/json"}],"body":"{\"ref\":\"refs/heads/main\",\"n\":1.50}"}`

	dry := d.try("/api/workflows/save/test", `{`+push+`}`)
	if !dry.Ran || dry.Execution.Status != "succeeded" || len(dry.Steps) != 2 || dry.Answer.Status != 200 || dry.Refusal == nil || dry.Refusal.Gate != "basic" {
		t.Errorf("a dry test: %+v", dry)
	}
	if !strings.Contains(string(dry.Steps[1].Result), `"n":1.50`) {
		t.Errorf("the record is %s", dry.Steps[1].Result)
	}
	none := func(what, path string) {
		t.Helper()
		if text := d.must(200, "GET "+path, ""); !strings.Contains(text, `"items":[]`) {
			t.Errorf("%s left %s: %s", what, path, text)
		}
	}
	none("a dry test", "/api/executions")
	none("a dry test", "/api/deliveries")
	none("a dry test", "/api/collections/pushes/records")

	sync := d.try("/api/workflows/ask/test", `{"request":{"path":"/api/webhooks/ask/ada","headers":[{"name":"Content-Type","value":"application/json"}],"body":"{\"a\":1.0}"}}`)
	if sync.Answer.Status != 201 || sync.Answer.Body.Text != `{"hello":"ada","got":{"a":1.0}}` {
		t.Errorf("a sync workflow: %+v", sync)
	}

	draft := d.try("/api/workflows/ask/test", `{"yaml":"workflow: ask\ntrigger: {auth: none}\nnodes:\n  - {key: run, type: calculate, config: {expression: \"$context.data.a * 2\"}}\n","request":{"headers":[{"name":"Content-Type","value":"application/json"}],"body":"{\"a\":21}"}}`)
	if len(draft.Steps) != 1 || string(draft.Steps[0].Result) != "42" {
		t.Errorf("a document: %+v", draft)
	}
	for body, want := range map[string]string{
		`{"yaml":"workflow: ask\ntrigger: {auth: none}\nnodes: [{key: a, type: scrpt}]\n"}`: "script",
		`{"yaml":"workflow: other\ntrigger: {auth: none}\nnodes: []\n"}`:                    "is the workflow other, not ask",
		`{"document":{"workflow":"ask","trigger":{"auth":"none"},"nods":[]}}`:               "nodes",
		`{"document":7}`:    "document",
		`{"revision":"00"}`: "",
		`{"yaml":"collections: [{name: a, fields: [{name: b, type: string}]}]\n"}`: "must have one workflow",
	} {
		if status, _, text := d.ask("POST /api/workflows/ask/test", body, "Content-Type: application/json"); status != 422 && status != 404 || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}

	real := d.try("/api/workflows/save/test", `{"mode":"real",`+push+`}`)
	if real.Execution.Status != "succeeded" || len(real.Steps) != 2 || real.Stopped != "" {
		t.Errorf("a test in earnest: %+v", real)
	}
	if text := d.must(200, "GET /api/deliveries/"+real.Execution.Delivery, ""); !strings.Contains(text, `"gate":"test"`) || !strings.Contains(text, `"outcome":"accepted"`) {
		t.Errorf("its delivery is %s", text)
	}
	if text := d.must(200, "GET /api/collections/pushes/records", ""); !strings.Contains(text, `"n":1.50`) {
		t.Errorf("its record is not there: %s", text)
	}
	again := d.try("/api/workflows/save/test", `{"delivery":"`+real.Execution.Delivery+`"}`)
	if again.Refusal != nil || !again.Ran || again.Gates[0].Reason != "not-stored" {
		t.Errorf("a recorded call: %+v", again)
	}
	changed := d.try("/api/workflows/ask/test", `{"mode":"real","yaml":"workflow: ask\ntrigger: {auth: none, mode: sync}\nnodes: [{key: reply, type: response, config: {status: 202, body: draft}}]\n"}`)
	if changed.Answer.Status != 202 || changed.Answer.Body.Text != "draft" || changed.Execution.Status != "succeeded" {
		t.Errorf("a document in earnest: %+v", changed)
	}
	if status, _, text := call(t, a.HooksURL()+"/api/webhooks/ask/ada", "", "", "{}"); status != 201 {
		t.Errorf("the published workflow answers %d %s", status, text)
	}
}

func TestAWorkflowThatOthersStartIsTested(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	const part = `"yaml":"workflow: part\ntrigger: {type: call}\noptions: {labels: {who: \"{{$context.data.who}}\"}}\nnodes: [{key: twice, type: calculate, config: {expression: \"$context.data.n * 2\"}}]\n",` +
		`"request":{"headers":[{"name":"Content-Type","value":"application/json"}],"body":"{\"n\":21,\"who\":\"ada\"}"}`
	for _, mode := range []string{"dry", "real"} {
		out := d.try("/api/workflows/part/test", `{"mode":"`+mode+`",`+part+`}`)
		if !out.Ran || out.Execution.Status != "succeeded" || len(out.Steps) != 1 || string(out.Steps[0].Result) != "42" || len(out.Gates) != 0 {
			t.Errorf("%s: %+v", mode, out)
		}
		if mode == "dry" {
			continue
		}
		if text := d.must(200, "GET /api/executions/"+out.Execution.ID, ""); !strings.Contains(text, `"ada"`) {
			t.Errorf("the execution is %s", text)
		}
		if text := d.must(200, "GET /api/deliveries/"+out.Execution.Delivery, ""); !strings.Contains(text, `"gate":"test"`) || !strings.Contains(text, `"method":"CALL"`) {
			t.Errorf("the delivery is %s", text)
		}
	}
	if status, _, text := d.ask("POST /api/workflows/part/test", `{"mode":"real","yaml":"workflow: part\ntrigger: {type: call}\nnodes: []\n","request":{"headers":[{"name":"Content-Type","value":"application/json"}],"body":"{"}}`, "Content-Type: application/json"); status != 422 || !strings.Contains(text, "request") {
		t.Errorf("%d %s", status, text)
	}
}

func TestNodesAndTextsAreTriedOverTheAPI(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	for body, want := range map[string]string{
		`{"node":"save","context":{"data":{"ref":"main","n":1.0}}}`: `"result":{"id":1,`,
		`{"node":"save","context":{"data":{}}}`:                     `"code":"required"`,
		`{"node":"is_main","request":{"body":"{\"ref\":\"refs/heads/main\"}","headers":[{"name":"Content-Type","value":"application/json"}]}}`: `"branch":"then"`,
	} {
		if text := d.must(200, "POST /api/workflows/save/test-node", body, "Content-Type: application/json"); !strings.Contains(text, want) {
			t.Errorf("%s: %s", body, text)
		}
	}
	if _, _, text := d.ask("POST /api/workflows/save/test-node", `{"node":"svae"}`, "Content-Type: application/json"); !strings.Contains(text, "did you mean save?") {
		t.Error(text)
	}
	if _, _, text := d.ask("POST /api/workflows/save/test-node", `{"node":"save","nodes":[1]}`, "Content-Type: application/json"); !strings.Contains(text, "must be an object") {
		t.Error(text)
	}
	text := d.must(200, "POST /api/workflows/save/evaluate", `{"text":"{{$context.data.rfe}}","context":{"data":{"ref":"main"}}}`, "Content-Type: application/json")
	if !strings.Contains(text, `"nearest":"$context.data.ref"`) {
		t.Error(text)
	}
	if text := d.must(200, "POST /api/workflows/save/evaluate", `{"text":"{{$env.HOOK_PASSWORD}}"}`, "Content-Type: application/json"); strings.Contains(text, "sesame") {
		t.Error(text)
	}
}

func TestADeliveryShowsTheBeginningOfALongBody(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	long := `{"a":"` + strings.Repeat("x", 3<<19) + `"}`
	if status, _, text := call(t, a.HooksURL()+"/api/webhooks/save", "octo", "open sesame", long); status != 200 {
		t.Fatalf("%d %.200s", status, text)
	}
	shown := d.must(200, "GET /api/deliveries/last", "")
	if len(shown) > 1<<20+4000 || !strings.Contains(shown, `"cut":true`) || !strings.Contains(shown, `"size":1572872`) {
		t.Errorf("%d bytes: %.200s", len(shown), shown)
	}
	if whole := d.must(200, "GET /api/deliveries/last/body", ""); whole != long {
		t.Errorf("the body has %d bytes", len(whole))
	}
	if end := d.must(206, "GET /api/deliveries/last/body", "", "Range: bytes=-3"); end != `x"}` {
		t.Errorf("its end is %q", end)
	}
}
