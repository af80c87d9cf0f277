package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/watch"
)

// repairs is a server whose workflow strict can be changed.
type repairs struct {
	t      *testing.T
	dir    string
	app    *app.App
	events *watch.Subscription
}

// publish replaces the workflow strict.
func (r *repairs) publish(document string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, "workflows", "strict.yaml"), []byte(document), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.app.Reload(); err != nil {
		r.t.Fatal(err)
	}
}

// ask asks the API and decodes the answer.
func (r *repairs) ask(method, path, body string, want int) map[string]any {
	r.t.Helper()
	token, err := os.ReadFile(filepath.Join(r.dir, "data", "token"))
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.app.URL()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	status, _, text := send(r.t, req)
	if status != want {
		r.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		r.t.Fatal(err)
	}
	return out
}

// ended waits for the next end of an execution.
func (r *repairs) ended() watch.Event {
	for e := range each(r.t, r.events) {
		if e.Kind == watch.OfExecution {
			return e
		}
	}
	return watch.Event{}
}

// TestRefusedCallsRunAfterTheMistakeIsMended refuses a call by a wrong schema, mends that, and replays the call once.
func TestRefusedCallsRunAfterTheMistakeIsMended(t *testing.T) {
	r := &repairs{t: t, dir: t.TempDir()}
	r.app, r.events = start(t, r.dir)
	const document = "workflow: strict\ntrigger: {type: webhook, auth: none, schema: {type: TYPE}}\nnodes:\n  - {key: keep, type: output, config: {value: \"{{$context.data}}\"}}\n"
	r.publish(strings.Replace(document, "TYPE", "string", 1))
	if status, _, _ := call(t, r.app.URL()+"/api/webhooks/strict", "", "", `{"z":1.0}`); status != 422 {
		t.Fatal(status)
	}
	var before map[string]any
	for before = r.ask("GET", "/api/workflows/strict/passing", "", 200); before["checked"] != 1.0; { // it is written with other writes
		before = r.ask("GET", "/api/workflows/strict/passing", "", 200)
	}
	if before["passing"] != 0.0 || before["refused"].(map[string]any)["schema"] != 1.0 {
		t.Fatalf("before: %v", before)
	}
	r.publish(strings.Replace(document, "TYPE", "object", 1))
	after := r.ask("GET", "/api/workflows/strict/passing", "", 200)
	ids := after["ids"].([]any)
	if after["passing"] != 1.0 || len(ids) != 1 {
		t.Fatalf("after: %v", after)
	}
	replay := "/api/deliveries/" + ids[0].(string) + "/replay"
	r.ask("POST", replay, "", 409) // its sender may not be verified
	again := r.ask("POST", replay+"?passing=true", "", 200)
	if e := r.ended(); e.Status != "succeeded" || again["replayOf"] != ids[0] {
		t.Fatalf("%+v", e)
	}
	x := r.ask("GET", "/api/executions/last", "", 200)
	if output, _ := json.Marshal(x["output"]); string(output) != `{"z":1}` {
		t.Errorf("the output is %s", output)
	}
	refused := r.ask("POST", replay+"?passing=true", "", 409)
	if !strings.Contains(refused["detail"].(string), "has run already") {
		t.Error(refused)
	}
}

// TestAnExecutionIsRetriedWithAnotherInput fails an execution by its data, and retries it with other data.
func TestAnExecutionIsRetriedWithAnotherInput(t *testing.T) {
	r := &repairs{t: t, dir: t.TempDir()}
	r.app, r.events = start(t, r.dir)
	r.publish("workflow: strict\ntrigger: {type: webhook, auth: none}\nnodes:\n  - {key: first, type: set, config: {values: {v: \"{{$context.data.n}}\"}}}\n" +
		"  - {key: check, type: condition, config: {when: '$context.data.n == 2', onFalse: fail}}\n  - {key: keep, type: output, config: {value: [\"{{$nodes.first.v}}\", \"{{$context.rawBody}}\"]}}\n")
	if status, _, _ := call(t, r.app.URL()+"/api/webhooks/strict", "", "", `{"n":1}`); status != 200 {
		t.Fatal(status)
	}
	if e := r.ended(); e.Status != "failed" {
		t.Fatalf("%+v", e)
	}
	plan := r.ask("GET", "/api/executions/last/retry?from=start", "", 200)
	if plan["possible"] != true || plan["againCount"] != 2.0 {
		t.Fatalf("%v", plan)
	}
	r.ask("POST", "/api/executions/last/retry", `{"from":"nowhere"}`, 404)
	r.ask("POST", "/api/executions/last/retry", `{"from":"start","input":{"n":2.0,"b":[1e2]}}`, 200)
	if e := r.ended(); e.Status != "succeeded" {
		t.Fatalf("%+v", e)
	}
	x := r.ask("GET", "/api/executions/last", "", 200)
	if output, _ := json.Marshal(x["output"]); string(output) != `[2,"{\"n\":2.0,\"b\":[1e2]}"]` {
		t.Errorf("the output is %s", output)
	}
	edited, request := x["edited"].(map[string]any), x["request"].(map[string]any)["body"].(map[string]any)
	if edited["by"] != "the server's token" || edited["round"] != 1.0 || request["text"] != `{"n":1}` {
		t.Errorf("edited %v, the request is %v", edited, request)
	}
	r.ask("POST", "/api/executions/last/retry", "", 409)
}
