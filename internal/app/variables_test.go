package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/fault"
)

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// guarded is a workflow whose gate needs a secret. It answers with a plain variable and with what it was sent.
const guarded = `
workflow: guarded
trigger:
  type: webhook
  mode: sync
  auth: {token: {header: X-Token, value: "{{$env.GATE_TOKEN}}"}}
nodes:
  - {key: keep, type: set, config: {values: {region: "{{$env.REGION}}", echo: "{{$context.data}}"}}}
  - {key: answer, type: response, config: {status: 200, body: {region: "{{$nodes.keep.region}}", echo: "{{$nodes.keep.echo}}"}}}
`

// boot starts a server on the data directory below dir.
func boot(t *testing.T, dir string, log *lockedBuffer, environ ...string) *app.App {
	t.Helper()
	c := settings(dir)
	if _, err := os.Stat(filepath.Join(dir, "workflows")); err == nil {
		c.Workflows = filepath.Join(dir, "workflows")
	}
	a, err := app.New(c, app.Options{Log: slog.New(slog.NewTextHandler(log, nil)), Environ: append([]string{"A=b"}, environ...)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

func stop(t *testing.T, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// api calls the API with a JSON body.
func api(t *testing.T, a *app.App, dir, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, a.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token(t, dir))
	req.Header.Set("Content-Type", "application/json")
	status, _, text := send(t, req)
	return status, text
}

// hook calls the guarded workflow.
func hook(t *testing.T, a *app.App, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, a.URL()+"/api/webhooks/guarded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Token", key)
	req.Header.Set("Content-Type", "application/json")
	status, _, text := send(t, req)
	return status, text
}

// spelled returns the spellings of a secret that must not be found anywhere.
func spelled(secret string) []string {
	quoted := fmt.Sprintf("%q", secret)
	return []string{
		secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))[:len(secret)], base64.RawURLEncoding.EncodeToString([]byte(secret)),
		url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1],
	}
}

// TestASecretIsNowhere sets secrets, uses them, changes them and lets everything fail, and then searches the whole data
// directory, the log and every answer.
func TestASecretIsNowhere(t *testing.T) {
	dir, log := t.TempDir(), &lockedBuffer{}
	a := boot(t, dir, log)
	var answers strings.Builder
	ask := func(method, path, body string, want int) string {
		t.Helper()
		status, text := api(t, a, dir, method, path, body)
		answers.WriteString(text)
		if status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, text)
		}
		return text
	}
	secrets := []string{`first "secret" of/the gate?`, `second\secret+of the gate`, "third-secret-that-is-refused"}
	put := func(name, kind, value string, want int) string {
		t.Helper()
		return ask("PUT", "/api/variables/"+name, fmt.Sprintf(`{"kind":%q,"value":%q}`, kind, value), want)
	}
	put("GATE_TOKEN", "secret", secrets[0], 201)
	put("REGION", "plain", "eu-west-1", 201)
	if err := os.MkdirAll(filepath.Join(dir, "workflows"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "workflows", "guarded.yaml"), []byte(guarded))
	stop(t, a)
	a = boot(t, dir, log) // with the documents, and the secrets of the first start
	call := func(key string, want int) string {
		t.Helper()
		status, text := hook(t, a, key, fmt.Sprintf(`{"mine":%q}`, key))
		answers.WriteString(text)
		if status != want {
			t.Fatalf("%d %s", status, text)
		}
		return text
	}
	if text := call(secrets[0], 200); !strings.Contains(text, `"region":"eu-west-1"`) {
		t.Errorf("the plain variable is not in %s", text)
	}
	call(secrets[2], 401)
	// A change takes effect at once.
	put("GATE_TOKEN", "secret", secrets[1], 200)
	call(secrets[1], 200)
	// What is used is not deleted, and a plain variable that stands anywhere stays plain.
	if text := ask("DELETE", "/api/variables/GATE_TOKEN", "", 409); !strings.Contains(text, "the workflow guarded") {
		t.Error(text)
	}
	if text := put("REGION", "secret", secrets[2], 409); !strings.Contains(text, "must stay plain") {
		t.Error(text)
	}
	put("-", "secret", secrets[2], 422)
	if text := ask("GET", "/api/variables", "", 200); !strings.Contains(text, `"path":"trigger.auth.token.value"`) || !strings.Contains(text, `"value":"eu-west-1"`) {
		t.Error(text)
	}
	ask("POST", "/api/master-key/rotate", "", 200)
	call(secrets[1], 200)
	for _, path := range []string{"/api/executions", "/api/deliveries", "/api/executions/last", "/api/deliveries/last", "/api/workflows/guarded", "/api/audit", "/api/audit/export"} {
		ask("GET", path, "", 200)
	}
	if text := ask("GET", "/api/audit/verify", "", 200); !strings.Contains(text, `"ok":true`) {
		t.Error(text)
	}
	if text := ask("GET", "/api/audit?action=put-variable&target=GATE_TOKEN", "", 200); strings.Count(text, `"after":{"kind":"secret"}`) != 2 {
		t.Error(text)
	}
	if text := ask("GET", "/api/audit?by=server&action=reload", "", 200); !strings.Contains(text, `"published":["guarded"]`) {
		t.Error(text)
	}
	stop(t, a)
	a = boot(t, dir, log)
	call(secrets[1], 200)
	stop(t, a)

	// The third one was never a secret of the server: it may be recorded as what a stranger sent.
	search := func(where, text string) {
		t.Helper()
		for _, secret := range secrets[:2] {
			for _, s := range spelled(secret) {
				if strings.Contains(text, s) {
					t.Errorf("%s has the secret as %q", where, s)
				}
			}
		}
	}
	search("an answer", answers.String())
	search("the log", log.String())
	if n := searchDir(t, filepath.Join(dir, "data"), search); n < 3 {
		t.Errorf("%d files were searched", n)
	}
}

// searchDir calls search with the content of each file.
func searchDir(t *testing.T, dir string, search func(where, text string)) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		search("the file "+d.Name(), string(text))
		files++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestAWrongOrOpenMasterKeyStopsTheStart(t *testing.T) {
	dir, log := t.TempDir(), &lockedBuffer{}
	a := boot(t, dir, log)
	if status, text := api(t, a, dir, "PUT", "/api/variables/A", `{"value":"a secret text"}`); status != 201 {
		t.Fatal(text)
	}
	stop(t, a)
	path := filepath.Join(dir, "data", "master.key")
	right, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	for name, c := range map[string]struct {
		change func() error
		says   string
	}{
		"another":   {func() error { return os.WriteFile(path, bytes.Repeat([]byte("ab"), 32), 0o600) }, "sealed with the master key"},
		"short":     {func() error { return os.WriteFile(path, right[:20], 0o600) }, "no whole master key"},
		"missing":   {func() error { return os.Remove(path) }, "does not exist"},
		"readable":  {func() error { return os.Chmod(path, 0o644) }, "chmod 600"},
		"a newline": {func() error { return os.WriteFile(path, append(right, '\n'), 0o600) }, ""},
	} {
		if err := os.WriteFile(path, right, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.change(); err != nil {
			t.Fatal(err)
		}
		b, err := app.New(settings(dir), app.Options{Environ: []string{"A=b"}})
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			stop(t, b)
		}
	}
}

func TestTheKeyIsChangedWhileTheServerIsStopped(t *testing.T) {
	dir, log := t.TempDir(), &lockedBuffer{}
	data := filepath.Join(dir, "data")
	a := boot(t, dir, log)
	if status, text := api(t, a, dir, "PUT", "/api/variables/A", `{"value":"a secret text"}`); status != 201 {
		t.Fatal(text)
	}
	if _, err := app.RotateMasterKey(data); !fault.Is(err, fault.Conflict) {
		t.Errorf("while the server runs: %v", err)
	}
	stop(t, a)
	done, err := app.RotateMasterKey(data)
	if err != nil || done.Secrets != 1 {
		t.Fatalf("%+v %v", done, err)
	}
	checked, err := app.VerifyAudit(data, nil)
	if err != nil || !checked.OK || checked.Entries < 2 {
		t.Errorf("%+v %v", checked, err)
	}
	if _, err := app.ResetMasterKey(data); !fault.Is(err, fault.Conflict) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(data, "master.key")); err != nil {
		t.Fatal(err)
	}
	names, err := app.ResetMasterKey(data)
	if err != nil || len(names) != 1 {
		t.Fatalf("%v %v", names, err)
	}
	a = boot(t, dir, log)
	defer stop(t, a)
	if status, text := api(t, a, dir, "GET", "/api/audit", ""); status != 200 || !strings.Contains(text, "reset-master-key") || !strings.Contains(text, `"kind":"offline"`) {
		t.Errorf("%d %s", status, text)
	}
}
