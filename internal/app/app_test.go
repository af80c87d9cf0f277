package app_test

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/watch"
)

const documents = `
collections:
  - name: pushes
    fields: [{name: branch, type: string, required: true, index: true}, {name: n, type: json}]
---
workflow: save
trigger:
  type: webhook
  auth:
    basic: {username: octo, password: "{{$env.HOOK_PASSWORD}}"}
nodes:
  - key: is_main
    type: condition
    config: {when: {and: [{left: "{{$context.data.ref}}", op: equal, right: refs/heads/main}]}}
    branches:
      then:
        - {key: save, type: record.create, config: {collection: pushes, values: {branch: "{{$context.data.ref}}", n: "{{$context.data.n}}"}}}
---
workflow: ask
trigger: {type: webhook, mode: sync, auth: none, path: "/ask/{who}"}
nodes:
  - key: reply
    type: response
    config: {status: 201, body: {hello: "{{$context.params.who}}", got: "{{$context.data}}"}}
`

// start runs a server on port 0 with the documents, and stops it when the test ends.
func start(t *testing.T, dir string) (*app.App, *watch.Subscription) {
	t.Helper()
	docs := filepath.Join(dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(docs, "all.yaml"), []byte(documents), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Data, c.Listen, c.Workflows = filepath.Join(dir, "data"), "127.0.0.1:0", docs
	a, err := app.New(c, app.Options{Log: slog.New(slog.DiscardHandler), Environ: []string{"HOOKLINE_ENV_HOOK_PASSWORD=open sesame"}})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := a.Live().Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return a, sub
}

// call posts a body and returns status, headers and answer.
func call(t *testing.T, url, user, password, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	return send(t, req)
}

// send sends a request and returns status, headers and answer.
func send(t *testing.T, req *http.Request) (int, http.Header, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

// each waits for events, one after the other.
func each(t *testing.T, sub *watch.Subscription) iter.Seq[watch.Event] {
	return func(yield func(watch.Event) bool) {
		for one := make([]watch.Event, 1); ; {
			if n, _ := sub.Take(one); n == 1 {
				if !yield(one[0]) {
					return
				}
				continue
			}
			select {
			case <-sub.Ready():
			case <-t.Context().Done():
				return
			}
		}
	}
}

func TestACallBecomesARecordThroughEveryLayer(t *testing.T) {
	a, events := start(t, t.TempDir())
	const body = `{"ref":"refs/heads/main","n":{"z":1.0,"a":9007199254740993}}`
	status, header, text := call(t, a.URL()+"/api/webhook:trigger/save", "octo", "open sesame", body)
	if status != 200 || text != "ok" || header.Get("Hookline-Outcome") != "accepted" || header.Get("Hookline-Execution") == "" {
		t.Fatalf("%d %v %s", status, header, text)
	}
	for e := range each(t, events) {
		if e.Kind == watch.OfExecution {
			if e.Status != flow.Succeeded {
				t.Fatalf("%+v", e)
			}
			break
		}
	}
	status, _, text = call(t, a.URL()+"/api/webhooks/save", "octo", "wrong", body)
	if status != 401 || strings.Contains(text, "sesame") {
		t.Fatalf("%d %s", status, text)
	}
}

func TestASyncCallerGetsTheResponseNodesAnswer(t *testing.T) {
	a, _ := start(t, t.TempDir())
	status, header, text := call(t, a.URL()+"/api/webhooks/ask/me", "", "", `{"b":1.0,"a":[]}`)
	if status != 201 || text != `{"hello":"me","got":{"b":1.0,"a":[]}}` || header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v %s", status, header, text)
	}
}
