package examples

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/bench/process"
)

// outside is everything that the workflows of examples/notify talk to: a mail server, a deployment API, Slack, Telegram
// and Twilio, all on loopback. It keeps what it gets.
type outside struct {
	mu      sync.Mutex
	got     []string
	mail    string // the mail server's port
	url     string
	refuses bool // deployments
}

// take returns what came in since the last call.
func (o *outside) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	got := o.got
	o.got = nil
	return got
}

// wait returns what came in, when that is n things. Executions that wait for a retry or a provider's rate do not count as
// work, so an idle server may still send.
func (o *outside) wait(t *testing.T, n int) []string {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		o.mu.Lock()
		have := len(o.got)
		o.mu.Unlock()
		if have >= n {
			return o.take()
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			t.Fatalf("only %d of %d things came: %q", have, n, o.take())
		}
	}
}

func (o *outside) add(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.got = append(o.got, what)
}

// ServeHTTP is the HTTP APIs.
func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	var body map[string]any
	_ = json.Unmarshal(data, &body)
	o.mu.Lock()
	refuses := o.refuses
	o.mu.Unlock()
	switch {
	case r.URL.Path == "/deploy":
		if refuses {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		o.add(fmt.Sprintf("deploy %s %s as %s", body["repository"], body["commit"], r.Header.Get("Authorization")))
		_, _ = io.WriteString(w, `{"id":"dep-9"}`)
	case r.URL.Path == "/slack":
		o.add(fmt.Sprintf("slack %s", body["text"]))
		_, _ = io.WriteString(w, "ok")
	case strings.HasPrefix(r.URL.Path, "/bot"):
		o.add(fmt.Sprintf("telegram %s %s", body["chat_id"], body["text"]))
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":1,"chat":{"id":5}}}`)
	default:
		form, _ := url.ParseQuery(string(data))
		o.add(fmt.Sprintf("sms %s %s", form.Get("To"), form.Get("Body")))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid":"SM1","status":"queued"}`)
	}
}

// NewSession, and the methods of letter, are the mail server.
func (o *outside) NewSession(*smtp.Conn) (smtp.Session, error) { return &letter{to: o}, nil }

type letter struct {
	to        *outside
	recipient string
}

func (*letter) Reset()                               {}
func (*letter) Logout() error                        { return nil }
func (*letter) Mail(string, *smtp.MailOptions) error { return nil }
func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error {
	l.recipient = to
	return nil
}

func (l *letter) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	text, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(string(data))))
	l.to.add("mail " + l.recipient + "\n" + string(text))
	return nil
}

// startOutside starts the peers.
func startOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{}
	api := httptest.NewServer(o)
	t.Cleanup(api.Close)
	mail := smtp.NewServer(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = mail.Serve(l) }()
	t.Cleanup(func() { _, _ = mail.Close(), l.Close() })
	_, o.mail, _ = net.SplitHostPort(l.Addr().String())
	o.url = api.URL
	return o
}

// serveNotify starts the server with examples/notify. Only where the documents name a provider's own address, or need
// TLS, they are changed: everything else is as written.
func serveNotify(t *testing.T, program string, o *outside) *process.Server {
	t.Helper()
	dir := t.TempDir()
	changes := strings.NewReplacer(
		"port: 587", "port: "+o.mail, "tls: starttls", "tls: none",
		"      username: \"{{$env.SMTP_USER}}\"\n", "", "      password: \"{{$env.SMTP_PASSWORD}}\"\n", "",
		`chat: "{{$env.TELEGRAM_CHAT}}"`, `chat: "{{$env.TELEGRAM_CHAT}}", endpoint: "`+o.url+`"`,
		`from: "+12025550100"`, `from: "+12025550100", endpoint: "`+o.url+`"`,
	)
	files, err := filepath.Glob("notify/*.yaml")
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(file)), []byte(changes.Replace(string(text))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	server, err := process.Start(t.Context(), process.Options{
		Program: program, Data: filepath.Join(t.TempDir(), "data"), Workflows: dir,
		Env: []string{
			"HOOKLINE_ALLOW_OUTBOUND=127.0.0.0/8", "HOOKLINE_ENV_SMTP_HOST=127.0.0.1", "HOOKLINE_ENV_GITHUB_SECRET=example-github-secret",
			"HOOKLINE_ENV_DEPLOY_URL=" + o.url + "/deploy", "HOOKLINE_ENV_DEPLOY_TOKEN=example-deploy-token", "HOOKLINE_ENV_SLACK_URL=" + o.url + "/slack",
			"HOOKLINE_ENV_GITLAB_TOKEN=example-gitlab-token", "HOOKLINE_ENV_TELEGRAM_TOKEN=123456:example", "HOOKLINE_ENV_TELEGRAM_CHAT=-1005",
			"HOOKLINE_ENV_SENSOR_TOKEN=example-sensor-token", "HOOKLINE_ENV_TWILIO_SID=AC00000000000000000000000000000001", "HOOKLINE_ENV_TWILIO_TOKEN=example-twilio-token",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(time.Minute); err != nil {
			t.Errorf("%v\n%s", err, server.Output())
		}
	})
	return server
}

// post sends a call and waits until everything that it starts has ended.
func post(t *testing.T, server *process.Server, path string, header map[string]string, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for name, text := range header {
		r.Header.Set(name, text)
	}
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if err := server.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	program, err := process.Hookline(t.Context(), "..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := startOutside(t)
	server := serveNotify(t, program, o)
	t.Run("a form is confirmed and assigned", func(t *testing.T) { formIsConfirmed(t, server, o) })
	t.Run("a push is deployed", func(t *testing.T) { pushIsDeployed(t, server, o) })
	t.Run("a failed pipeline is told", func(t *testing.T) { pipelineIsTold(t, server, o) })
	t.Run("a warm store is told once", func(t *testing.T) { storeIsTold(t, server, o) })
}

func formIsConfirmed(t *testing.T, server *process.Server, o *outside) {
	form := url.Values{"name": {"<b>Ann</b>"}, "email": {" Ann@Example.com "}, "employees": {"900"}, "message": {"A quote, please: [here](https://evil.example)"}}
	if status := post(t, server, "/api/webhooks/contact", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form.Encode()); status != http.StatusSeeOther {
		t.Errorf("status %d", status)
	}
	got := o.wait(t, 2)
	if len(got) != 2 {
		t.Fatalf("%d mails: %q", len(got), got)
	}
	for i, parts := range [][]string{
		{"mail ann@example.com\n", "Subject: We have received your request", "Hello <b>Ann</b>,", "<p>Hello &lt;b&gt;Ann&lt;/b&gt;,</p>", "<b>one working day</b>", `"Harbour Coffee" <hello@example.com>`},
		{"mail enterprise@example.com\n", "Subject: New request from <b>Ann</b>", "A quote, please: [here](https://evil.example)", "ann@example.com, 900 employees"},
	} {
		for _, part := range parts {
			if !strings.Contains(got[i], part) {
				t.Errorf("mail %d has no %q:\n%s", i, part, got[i])
			}
		}
	}
}

func pushIsDeployed(t *testing.T, server *process.Server, o *outside) {
	push := func(ref string) int {
		body := `{"ref":"` + ref + `","after":"ad782ecd","repository":{"full_name":"octo-org/tide"},"pusher":{"name":"octo_deploy"}}`
		mac := hmac.New(sha256.New, []byte("example-github-secret"))
		mac.Write([]byte(body))
		return post(t, server, "/api/webhooks/deploy", map[string]string{
			"X-GitHub-Event": "push", "X-GitHub-Delivery": ref, "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
		}, body)
	}
	if status := push("refs/heads/topic"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if got := o.take(); len(got) != 0 {
		t.Errorf("a push on another branch caused %q", got)
	}
	push("refs/heads/main")
	want := []string{
		"deploy octo-org/tide ad782ecd as Bearer example-deploy-token",
		"slack *octo-org/tide is deployed*\n\nCommit `ad782ecd` by octo_deploy, deployment dep-9",
	}
	if diff := cmp.Diff(want, o.wait(t, len(want))); diff != "" {
		t.Error(diff)
	}
	o.mu.Lock()
	o.refuses = true
	o.mu.Unlock()
	body := `{"ref":"refs/heads/main","after":"00c0ffee","repository":{"full_name":"octo-org/tide"},"pusher":{"name":"octo"}}`
	mac := hmac.New(sha256.New, []byte("example-github-secret"))
	mac.Write([]byte(body))
	post(t, server, "/api/webhooks/deploy", map[string]string{
		"X-GitHub-Event": "push", "X-GitHub-Delivery": "second", "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	}, body)
	if got := o.wait(t, 1); len(got) != 1 || !strings.HasPrefix(got[0], "slack *The deployment of octo-org/tide has failed*\n\nthe response has the status 503") {
		t.Errorf("%q", got)
	}
}

func pipelineIsTold(t *testing.T, server *process.Server, o *outside) {
	for _, status := range []string{"success", "failed"} {
		post(t, server, "/api/webhooks/pipeline", map[string]string{"X-Gitlab-Token": "example-gitlab-token"},
			`{"object_kind":"pipeline","object_attributes":{"id":31,"ref":"main","status":"`+status+`"},"commit":{"title":"Fix <tide>"},`+
				`"project":{"path_with_namespace":"octo/tide","web_url":"https://gitlab.example/octo/tide"}}`)
	}
	want := []string{"telegram -1005 <b>Pipeline 31 of octo/tide has failed</b>\n\nOn <code>main</code>: Fix &lt;tide&gt; " +
		`(<a href="https://gitlab.example/octo/tide/-/pipelines/31">open</a>)`}
	if diff := cmp.Diff(want, o.wait(t, len(want))); diff != "" {
		t.Error(diff)
	}
}

func storeIsTold(t *testing.T, server *process.Server, o *outside) {
	token, err := server.Token()
	if err != nil {
		t.Fatal(err)
	}
	for _, phone := range []string{"+4915550001", "+4915550002"} {
		if status := post(t, server, "/api/collections/on_duty/records", map[string]string{"Authorization": "Bearer " + token}, `{"phone":"`+phone+`"}`); status != http.StatusCreated {
			t.Fatalf("status %d", status)
		}
	}
	for range 2 {
		post(t, server, "/api/webhooks/cold-store", map[string]string{"X-Sensor-Token": "example-sensor-token"}, `{"store":"pier-7","temperature":-9.5}`)
	}
	got := o.wait(t, 2)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"sms +4915550001 pier-7 has -9.5 degrees", "sms +4915550002 pier-7 has -9.5 degrees"}, got); diff != "" {
		t.Error(diff)
	}
}
