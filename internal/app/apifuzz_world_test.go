package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
)

// The workflows of the fuzz. A bound key sees mine alone. Whatever belongs to other has a marker in it.
const (
	mine  = "mine"
	other = "other-mkr00"
)

// inquiry is a workflow that fails, waits or succeeds as its call says. It takes key, title, node, text and label.
const inquiry = `
workflow: %s
title: %s
options: {labels: {who: "%s-{{$context.data.say}}"}}
trigger: {type: webhook, auth: {token: {header: X-Token, value: "{{$env.GATE}}"}}}
nodes:
  - {key: %s, type: set, config: {values: {text: %s, said: "{{$context.data.say}}"}}}
  - key: choose
    type: condition
    config: {when: '$context.data.do == "wait"'}
    branches: {then: [{key: wait, type: delay, config: {for: 10h}}]}
  - key: check
    type: condition
    config: {when: '$context.data.do == "fail"'}
    branches: {then: [{key: fail, type: fail, config: {message: "refused {{$context.data.say}}"}}]}
`

const ground = `
collections: [{name: pushes, fields: [{name: branch, type: string, index: true}, {name: n, type: json}]}]
---
channels: [{name: ops, type: slack, config: {url: "{{$env.OPS_URL}}"}}]
`

// principal is on whose behalf requests are made.
type principal struct {
	name   string
	bearer string
	cookie string
	admin  bool
	bound  bool
}

// world is a server with something of everything, and with marked data that some principals must not see.
type world struct {
	*testing.T
	dir     string
	app     *app.App
	log     *lockedBuffer
	base    string
	token   string
	client  *http.Client
	n       int // for fresh names
	secrets map[string]string
	// markers are texts that belong to the workflow other.
	markers []string
	// of are ids of both workflows.
	of map[string]traces
}

// traces are ids of what calls have left behind.
type traces struct{ delivery, refused, done, failed string }

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	t.Cleanup(provider.Close)
	w := &world{T: t, dir: dir, log: &lockedBuffer{}, of: map[string]traces{}, secrets: map[string]string{
		"gate": `gate "secret" 5f1c/+?`, "channel": "T0CHANNEL5e77b1", "password": "pass word of ann 83c0", "unused": "kept\nin 'reserve' 91ab",
	}}
	docs := filepath.Join(dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(docs, "all.yaml"), []byte("workflow: filed\ntrigger: {auth: none}\nnodes: []\n"))
	c := settings(dir)
	c.Workflows, c.AllowOutbound, c.TrustedProxies, c.AuthFailures = docs, []string{"127.0.0.0/8"}, []string{"127.0.0.1"}, 0
	c.AdminEmail, c.AdminPassword = adminEmail, w.secrets["password"]
	a, err := app.New(c, app.Options{Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Environ: []string{"HOOKLINE_ENV_OPS_URL=" + provider.URL + "/" + w.secrets["channel"]}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) }) // a second stop has no effect
	w.app, w.base, w.token = a, a.URL(), token(t, dir)
	w.secrets["token"] = w.token
	w.client = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, name := range []string{"gate", "unused"} {
		w.must("PUT", "/api/variables/"+strings.ToUpper(name), map[string]any{"value": w.secrets[name]})
	}
	key, err := os.ReadFile(filepath.Join(dir, "data", "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w.secrets["master key"] = strings.TrimSpace(string(key))
	w.restore()
	w.markOther()
	w.of[mine] = w.traffic(mine, "hello")
	return w
}

// markOther fills the workflow other with markers.
func (w *world) markOther() {
	w.markers = []string{other}
	for i := range 7 {
		w.markers = append(w.markers, fmt.Sprintf("mkr%02d", i+1))
	}
	w.of[other] = w.traffic(other, "mkr05")
	tag := w.tag(other)
	w.must("PUT", "/api/workflows/"+other+"/draft", map[string]any{"document": map[string]any{
		"workflow": other, "title": "mkr06", "trigger": map[string]any{"auth": "none"}, "nodes": []any{},
	}}, "If-Match", tag)
	w.must("POST", "/api/workflows/"+other+"/publish", map[string]any{"note": "mkr07"}, "If-Match", w.tag(other))
	w.restore()
	x := w.of[other]
	w.markers = append(w.markers, x.delivery, x.refused, x.done, x.failed)
}

// restore publishes the documents again, so that whatever a request has broken is whole. A draft would be in the way.
func (w *world) restore() {
	w.Helper()
	for _, key := range []string{mine, other} {
		status, _, text := w.do(w.request("GET", "/api/workflows/"+key, nil))
		if status == http.StatusOK && strings.Contains(text, `"draft":`) && !strings.Contains(text, `"version":0,`) {
			w.must("DELETE", "/api/workflows/"+key+"/draft", nil, "If-Match", w.tag(key))
		}
	}
	text := ground + "---" + fmt.Sprintf(inquiry, mine, "Mine", "mine", "note", "mine") + "---" + fmt.Sprintf(inquiry, other, "mkr01", "mkr02", "mkr03", "mkr04")
	w.must("POST", "/api/documents?take=file", text)
	for _, key := range []string{mine, other} {
		w.must("POST", "/api/workflows/"+key+"/enable", nil)
	}
}

// tag returns the ETag of a draft.
func (w *world) tag(key string) string {
	var d struct{ ETag string }
	w.decode(w.must("GET", "/api/workflows/"+key+"/draft", nil), &d)
	return d.ETag
}

// traffic makes calls of each outcome and returns their ids.
func (w *world) traffic(key, say string) (x traces) {
	w.Helper()
	var execution string
	if x.delivery, execution = w.call(key, say, "go"); execution == "" {
		w.Fatalf("a call of %s was refused", key)
	}
	x.done = w.until(execution, "succeeded")
	_, execution = w.call(key, say, "fail")
	x.failed = w.until(execution, "failed")
	req := w.request("POST", "/api/webhooks/"+key, map[string]any{"say": say})
	req.Header.Del("Authorization")
	req.Header.Set("X-Wrong", w.secrets["gate"])
	status, header, _ := w.do(req)
	x.refused = header.Get("Hookline-Delivery")
	if status != 401 || x.refused == "" {
		w.Fatalf("a wrong call was answered %d %v", status, header)
	}
	return x
}

// call makes a call and returns the ids of its delivery and execution.
func (w *world) call(key, say, do string) (delivery, execution string) {
	w.Helper()
	req := w.request("POST", "/api/webhooks/"+key+"?say="+url.QueryEscape(say), map[string]any{"say": say, "do": do})
	req.Header.Del("Authorization")
	req.Header.Set("X-Token", w.secrets["gate"])
	req.Header.Set("X-Say", say)
	status, header, text := w.do(req)
	if status != 200 {
		w.Fatalf("a call of %s: %d %s", key, status, text)
	}
	return header.Get("Hookline-Delivery"), header.Get("Hookline-Execution")
}

// until waits for the status of an execution and returns its id.
func (w *world) until(id, status string) string {
	w.Helper()
	for {
		var e struct{ Execution, Status string }
		w.decode(w.must("GET", "/api/executions/"+id+"/summary", nil), &e)
		if e.Status == status {
			return id
		}
		if err := w.Context().Err(); err != nil {
			w.Fatalf("the execution is %s, not %s", e.Status, status)
		}
	}
}

// request makes a request with the token of the server. A body that is a text is YAML.
func (w *world) request(method, path string, body any, headers ...string) *http.Request {
	w.Helper()
	text, contentType := []byte(nil), "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		text, contentType = []byte(b), "application/yaml"
	default:
		var err error
		if text, err = json.Marshal(body); err != nil {
			w.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(w.Context(), method, w.base+path, bytes.NewReader(text))
	if err != nil {
		w.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

func (w *world) do(req *http.Request) (status int, header http.Header, text string) {
	w.Helper()
	res, err := w.client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// must makes a request that succeeds, and returns the answer.
func (w *world) must(method, path string, body any, headers ...string) string {
	w.Helper()
	status, _, text := w.do(w.request(method, path, body, headers...))
	if status >= 300 {
		w.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	return text
}

func (w *world) decode(text string, into any) {
	w.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		w.Fatalf("%v: %s", err, text)
	}
}

// fresh returns a name that nothing has yet.
func (w *world) fresh(prefix string) string {
	w.n++
	return fmt.Sprintf("%s%d", prefix, w.n)
}
