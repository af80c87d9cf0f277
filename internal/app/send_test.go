package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// sending is what a send answers.
type sending struct {
	Preset, Event string
	Request       struct {
		Method, URL string
		Headers     []struct{ Name, Value string }
		Body        struct{ Text string }
	}
	Calls []struct {
		Delivery, Outcome, Gate, Reason, Execution string
		Gates                                      []struct {
			Gate   string
			Passed bool
		}
		Answer struct {
			Status int
			Body   struct{ Text string }
		}
	}
}

func (s sending) header(name string) string {
	for _, h := range s.Request.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func (d *desk) send(key, body string) (out sending) {
	d.t.Helper()
	text := d.must(200, "POST /api/workflows/"+key+"/send", body, "Content-Type: application/json")
	if strings.Contains(text, "open sesame") {
		d.t.Fatalf("the answer has a secret: %s", text)
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// sendersDesk starts a server with a workflow for each way to authenticate.
func sendersDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	docs := filepath.Join(dir, "workflows")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for key, auth := range map[string]string{
		"push":    `signature: {preset: github, secrets: ["{{$env.HOOK_PASSWORD}}"]}`,
		"pay":     `signature: {preset: stripe, secrets: ["{{$env.HOOK_PASSWORD}}"]}`,
		"lab":     `signature: {preset: gitlab-token, secrets: ["{{$env.HOOK_PASSWORD}}"]}`,
		"bot":     `signature: {preset: discord, keys: {public_key: "` + strings.Repeat("ab", 32) + `"}}`,
		"unset":   `signature: {preset: github, secrets: ["{{$env.NOT_SET}}"]}`,
		"query":   `token: {query: t, value: "{{$env.HOOK_PASSWORD}}"}`,
		"either":  `any: [{signature: {preset: github, secrets: ["{{$env.NOT_SET}}"]}}, {token: {header: X-T, value: "{{$env.HOOK_PASSWORD}}"}}]`,
		"foreign": `allowIPs: [203.0.113.0/24]`,
	} {
		fmt.Fprintf(&b, "---\nworkflow: %s\ntrigger:\n  auth:\n    %s\nnodes: []\n", key, auth)
	}
	b.WriteString("---\nworkflow: idle\nenabled: false\ntrigger: {auth: none}\nnodes: []\n---\nworkflow: part\ntrigger: {type: call}\nnodes: []\n")
	if err := os.WriteFile(filepath.Join(docs, "senders.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	a, _ := start(t, dir)
	return &desk{t: t, base: a.URL(), token: token(t, dir)}
}

func TestAWorkflowIsCalledAsItsSenderDoes(t *testing.T) {
	d := sendersDesk(t)
	for name, c := range map[string]struct {
		key, body     string
		status        int
		outcome, gate string
		calls         int
	}{
		"signed":                      {"push", `{}`, 200, "accepted", "accept", 1},
		"an event":                    {"push", `{"event":"push"}`, 200, "accepted", "accept", 1},
		"a body":                      {"push", `{"request":{"body":"{\"ref\":\"x\"}"}}`, 200, "accepted", "accept", 1},
		"unsigned":                    {"push", `{"kind":"unsigned"}`, 401, "rejected", "signature", 1},
		"tampered":                    {"push", `{"kind":"tampered"}`, 401, "rejected", "signature", 1},
		"repeated":                    {"push", `{"kind":"repeated"}`, 200, "repeat", "accept", 2},
		"a signed time":               {"pay", `{}`, 200, "accepted", "accept", 1},
		"stale":                       {"pay", `{"kind":"stale"}`, 401, "rejected", "signature", 1},
		"a token of a preset":         {"lab", `{}`, 200, "accepted", "accept", 1},
		"a wrong token of a preset":   {"lab", `{"kind":"tampered"}`, 401, "rejected", "signature", 1},
		"a token in the query":        {"query", `{}`, 200, "accepted", "accept", 1},
		"a wrong token in the query":  {"query", `{"kind":"tampered"}`, 401, "rejected", "token", 1},
		"a password":                  {"save", `{"request":{"body":"{\"ref\":\"a\"}"}}`, 200, "accepted", "accept", 1},
		"a wrong password":            {"save", `{"kind":"tampered"}`, 401, "rejected", "basic", 1},
		"the second alternative":      {"either", `{}`, 200, "accepted", "accept", 1},
		"an address that is not ours": {"foreign", `{}`, 403, "rejected", "allowIPs", 1},
		"only the provider can sign":  {"bot", `{"kind":"unsigned","request":{"body":"{}"}}`, 401, "rejected", "signature", 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := *d
			d.t = t
			s := d.send(c.key, c.body)
			if len(s.Calls) != c.calls {
				t.Fatalf("%+v", s)
			}
			last := s.Calls[len(s.Calls)-1]
			if last.Answer.Status != c.status || last.Outcome != c.outcome || last.Gate != c.gate {
				t.Errorf("%d %s %s: %s; %+v", last.Answer.Status, last.Outcome, last.Gate, last.Reason, s.Request)
			}
			if text := d.must(200, "GET /api/deliveries/"+last.Delivery, ""); !strings.Contains(text, `"outcome":"`+c.outcome+`"`) {
				t.Errorf("the delivery is %s", text)
			}
		})
	}
}

func TestWhatASenderSendsIsShownWithoutSecrets(t *testing.T) {
	d := sendersDesk(t)
	signed := d.send("push", `{}`)
	if signed.Preset != "github" || signed.Event != "push" || signed.header("X-GitHub-Event") != "push" || signed.header("X-GitHub-Delivery") == "" {
		t.Errorf("%+v", signed)
	}
	// What is shown is what was sent: the signature fits the body.
	v, _ := preset.Set().Find("github").Compile(verify.Config{Secrets: []string{"open sesame"}})
	call := verify.Call{Method: "POST", Header: http.Header{"X-Hub-Signature-256": {signed.header("X-Hub-Signature-256")}}, Body: []byte(signed.Request.Body.Text)}
	if said := v.Verify(t.Context(), call); !said.OK() {
		t.Errorf("%+v: %s", said, signed.header("X-Hub-Signature-256"))
	}
	if got := d.send("lab", `{}`).header("X-Gitlab-Token"); !strings.Contains(got, "[secret]") {
		t.Errorf("the token is shown as %q", got)
	}
	if got := d.send("save", `{}`).header("Authorization"); !strings.HasPrefix(got, "Basic [secret]") {
		t.Errorf("the password is shown as %q", got)
	}
	if got := d.send("query", `{"request":{"query":"a=1"}}`).Request.URL; !strings.Contains(got, "?a=1&t=[secret]") {
		t.Errorf("the URL is shown as %q", got)
	}
	first, again := d.send("pay", `{}`), d.send("pay", `{}`)
	if first.Calls[0].Outcome != "accepted" || again.Calls[0].Outcome != "accepted" {
		t.Errorf("two events are one: %+v, then %+v", first.Calls, again.Calls)
	}
	replayed := d.send("push", `{"delivery":"`+signed.Calls[0].Delivery+`"}`)
	if replayed.Calls[0].Answer.Status != 200 || replayed.Request.Body.Text != signed.Request.Body.Text {
		t.Errorf("a recorded call: %+v", replayed)
	}
	if log := d.must(200, "GET /api/audit", ""); !strings.Contains(log, `"action":"send-call"`) || !strings.Contains(log, replayed.Calls[0].Delivery) {
		t.Errorf("the audit log is %.2000s", log)
	}
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	d := sendersDesk(t)
	for _, c := range []struct {
		key, body string
		status    int
		want      string
	}{
		{"bot", `{}`, 422, "only the provider can sign"},
		{"unset", `{}`, 409, "the secret NOT_SET is not set"},
		{"push", `{"kind":"stale"}`, 422, "signs no time"},
		{"push", `{"event":"psuh"}`, 404, "push"},
		{"push", `{"event":"push","request":{}}`, 422, "give one of event"},
		{"push", `{"request":{"path":"/api/webhooks/pay"}}`, 422, "is not an address of the workflow push"},
		{"push", `{"request":{"path":"/api/workflows"}}`, 422, "is not an address"},
		{"push", `{"delivery":"` + ident.ID(55).Text(ident.Delivery) + `"}`, 404, ""},
		{"foreign", `{"kind":"tampered"}`, 422, "does not check"},
		{"save", `{"event":"x"}`, 404, "no sample events"},
		{"idle", `{}`, 409, "it is disabled"},
		{"part", `{}`, 409, "started by other workflows"},
		{"gone", `{}`, 404, "no published workflow"},
		{"push", `{"kind":"forged"}`, 422, "body.kind"},
	} {
		status, _, text := d.ask("POST /api/workflows/"+c.key+"/send", c.body, "Content-Type: application/json")
		if status != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s %s: %d %s", c.key, c.body, status, text)
		}
	}
}
