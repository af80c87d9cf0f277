package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/app"
)

var (
	redactionSeed      = flag.Uint64("redaction.seed", 1, "decides the secrets and workflows of TestSecretsInRandomPlacesAreNowhere")
	redactionWorkflows = flag.Int("redaction.workflows", 40, "how many workflows TestSecretsInRandomPlacesAreNowhere runs")
)

// TestSecretsInRandomPlacesAreNowhere runs workflows that use random secrets in random places, most of which come back: in
// answers, errors, logs of scripts. Then it searches every answer of the API, the log and the whole data directory.
func TestSecretsInRandomPlacesAreNowhere(t *testing.T) {
	r := &redaction{T: t, Rand: rand.New(rand.NewPCG(*redactionSeed, 0)), dir: t.TempDir(), log: &lockedBuffer{}}
	peer := httptest.NewServer(http.HandlerFunc(r.echo))
	t.Cleanup(peer.Close)
	r.peer = peer.URL
	r.start()
	ends := r.follow()
	for i := range *redactionWorkflows {
		r.use(fmt.Sprintf("flow-%d", i))
	}
	r.readAll()
	stop(t, r.app)
	r.search("the live events", ends())
	r.search("the answers", r.answers.String())
	r.search("the log", r.log.String())
	searchDir(t, filepath.Join(r.dir, "data"), r.search)
	masks := strings.Count(r.answers.String(), "[secret]")
	if r.echoed < *redactionWorkflows || masks < 5**redactionWorkflows || r.statuses["succeeded"] == 0 || r.statuses["failed"] == 0 {
		t.Errorf("%d requests reached the other server, executions were %v, and answers have %d masks", r.echoed, r.statuses, masks)
	}
	t.Logf("%d secrets, %d echoed requests, executions %v, %d bytes of answers with %d masks", len(r.secrets), r.echoed, r.statuses, r.answers.Len(), masks)
}

// redaction is a server with secrets.
type redaction struct {
	*testing.T
	*rand.Rand
	dir, peer, token string
	mu               sync.Mutex // guards echoed
	app              *app.App
	log              *lockedBuffer
	values           []string // of S0, S1, …
	secrets          []string // these and others
	answers          bytes.Buffer
	echoed           int
	statuses         map[string]int
	executions       []string
	deliveries       []string
}

// secret returns a random text of a kind that secrets have.
func (r *redaction) secret() string {
	of := func(alphabet string, n int) string {
		var b strings.Builder
		runes := []rune(alphabet)
		for range n {
			b.WriteRune(runes[r.IntN(len(runes))])
		}
		return b.String()
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	switch r.IntN(9) {
	case 0:
		return of("0123456789", 12)
	case 1:
		return of(letters, 6) + "\"'\\ " + of(letters, 6)
	case 2:
		return of("äöüßéñ漢字かな😀🔑", 12)
	case 3:
		return "-----BEGIN KEY-----\n" + of(letters+"+/", 64) + "\n" + of(letters+"+/", 40) + "==\n-----END KEY-----\n"
	case 4:
		return of(letters+"+/-_.~%&=?#<>", 3000)
	case 5:
		return of(letters, 8)
	case 6:
		return of("<>&'%+ /\\\t", 5) + of(letters, 8)
	case 7:
		return `{"key":"` + of(letters, 16) + `"}`
	default:
		return of(letters+"-_", 40)
	}
}

func (r *redaction) start() {
	r.Helper()
	r.statuses = map[string]int{}
	part := fmt.Sprintf("T%016xB%016x", r.Uint64(), r.Uint64())
	environ := []string{"HOOKLINE_ENV_HOOK_URL=" + r.peer + "/services/" + part}
	for i := range 16 {
		r.values = append(r.values, r.secret())
		if i%2 == 0 {
			environ = append(environ, fmt.Sprintf("HOOKLINE_ENV_S%d=%s", i, r.values[i]))
		}
	}
	r.secrets = append(r.secrets, r.values...)
	r.secrets = append(r.secrets, part)
	c := settings(r.dir)
	c.AllowOutbound = []string{"127.0.0.0/8"}
	a, err := app.New(c, app.Options{Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Environ: environ, ScriptCommand: scriptWorker(r.T)})
	if err != nil {
		r.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { stop(r.T, a) })
	r.app, r.token = a, token(r.T, r.dir)
	for i := 1; i < len(r.values); i += 2 {
		if status, text := r.ask("PUT", fmt.Sprintf("/api/variables/S%d", i), map[string]any{"value": r.values[i]}); status != 201 {
			r.Fatalf("%d %s", status, text)
		}
	}
	r.ask("PUT", "/api/channels/chat", map[string]any{"type": "mattermost", "config": map[string]any{"url": "{{$env.HOOK_URL}}"}})
	r.ask("POST", "/api/collections/apply", "collections: [{name: kept, fields: [{name: text, type: json}]}]")
	r.ask("POST", "/api/channels/chat/test", map[string]any{"text": "hello"})
}

// follow reads the live events until the server stops.
func (r *redaction) follow() (text func() string) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.app.URL()+"/api/tail", nil)
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	events, connected := make(chan string, 1), make(chan error, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		connected <- err
		if err != nil {
			return
		}
		defer res.Body.Close()
		all, _ := io.ReadAll(res.Body) // until the server stops
		events <- string(all)
	}()
	if err := <-connected; err != nil {
		r.Fatal(err)
	}
	return func() string { return <-events }
}

// echo answers with what it was sent, in one of several forms.
func (r *redaction) echo(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var b strings.Builder
	b.WriteString(req.Method + " " + req.URL.String() + "\n")
	for name, values := range req.Header {
		b.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
	}
	b.Write(body)
	r.mu.Lock()
	r.echoed++
	r.mu.Unlock()
	form := req.URL.Query().Get("form")
	if strings.HasPrefix(form, "bad") {
		w.WriteHeader(http.StatusBadRequest)
		form = form[3:]
	}
	switch form {
	case "json":
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"got": b.String(), "body": string(body)})
	case "hex":
		_, _ = io.WriteString(w, hex.EncodeToString([]byte(b.String())))
	case "base64":
		_, _ = io.WriteString(w, base64.StdEncoding.EncodeToString([]byte(b.String())))
	case "url":
		_, _ = io.WriteString(w, url.QueryEscape(b.String()))
	case "header":
		w.Header().Set("X-Echo", url.PathEscape(b.String()[:min(b.Len(), 2000)]))
	case "close":
		panic(http.ErrAbortHandler)
	default:
		_, _ = io.WriteString(w, b.String())
	}
}

// ask sends a request to the API and records the answer. A body that is a text is YAML.
func (r *redaction) ask(method, path string, body any, headers ...string) (int, string) {
	r.Helper()
	status, _, text := r.send(method, path, body, append([]string{"Authorization", "Bearer " + r.token}, headers...)...)
	return status, text
}

func (r *redaction) send(method, path string, body any, headers ...string) (int, http.Header, string) {
	r.Helper()
	text, contentType := []byte(asText(body)), "application/json"
	if _, ok := body.(string); ok {
		contentType = "application/yaml"
	}
	req, err := http.NewRequestWithContext(r.Context(), method, r.app.URL()+path, bytes.NewReader(text))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	status, header, answer := send(r.T, req)
	r.answers.WriteString(method + " " + path + "\n" + headerText(header) + answer + "\n")
	if status >= 500 {
		r.Errorf("%s %s: %d %s", method, path, status, clip(answer))
	}
	return status, header, answer
}

// readAll asks the API for everything that it has about the workflows.
func (r *redaction) readAll() {
	r.Helper()
	paths := []string{"/api/workflows", "/api/documents", "/api/audit", "/api/audit/export", "/api/variables", "/api/channels", "/api/collections/kept/records?pageSize=500",
		"/api/collections/kept/records/export?format=csv", "/api/overview", "/api/statistics", "/api/stats", "/api/executions:list", "/api/backup?gzip=false"}
	for _, e := range r.executions {
		paths = append(paths, "/api/executions/"+e, "/api/executions/"+e+"/summary", "/api/executions/"+e+"/steps?values=1000000", "/api/executions/"+e+"/retry", "/api/executions/"+e+"/steps/1/input", "/api/executions/"+e+"/steps/1/result")
	}
	for _, d := range r.deliveries {
		paths = append(paths, "/api/deliveries/"+d, "/api/deliveries/"+d+"/body", "/api/deliveries/"+d+"/explain")
	}
	for _, path := range paths {
		r.ask("GET", path, nil)
	}
}

// search looks for every secret in every spelling. The key and the token of the server are files of their own.
func (r *redaction) search(where, text string) {
	r.Helper()
	for i, secret := range r.secrets {
		for _, s := range spellings(secret) {
			if at := strings.Index(text, s); at >= 0 {
				r.Errorf("%s has the secret %d %q as %q: …%s…", where, i, clip(secret), clip(s), text[max(0, at-300):min(len(text), at+len(s)+200)])
				break
			}
		}
	}
}

// spellings returns the forms in which programs write a text, also in the middle of a longer one.
func spellings(secret string) []string {
	secret = strings.TrimSpace(secret)
	quoted, err := json.Marshal(secret)
	if err != nil {
		return nil
	}
	twice, err := json.Marshal(string(quoted))
	if err != nil {
		return nil
	}
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	_ = e.Encode(secret) // of a text
	all := []string{
		secret, hex.EncodeToString([]byte(secret)), fmt.Sprintf("%X", secret), url.QueryEscape(secret), url.PathEscape(secret),
		string(quoted[1 : len(quoted)-1]), string(twice[3 : len(twice)-3]), strings.TrimSuffix(plain.String(), "\n")[1 : plain.Len()-2],
	}
	for shift := range 3 {
		padded := strings.Repeat("x", shift) + secret
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := enc.EncodeToString([]byte(padded))
			all = append(all, text[4*min(shift, 1):len(text)-2])
		}
	}
	return all
}
