package webhook_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/webhook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
)

type env map[string]string

func (e env) Lookup(name string) (string, bool) { v, ok := e[name]; return v, ok }

// TestAnotherHooklineAccepts checks the calls with the preset that a receiving server uses.
func TestAnotherHooklineAccepts(t *testing.T) {
	const secret = "whsec_ZXhhbXBsZS1zZWNyZXQtb2YtMjQtYnl0ZXM="
	now := time.Unix(1772366400, 0)
	verifier, problems := standardwebhooks.New().Compile(verify.Config{Secrets: []string{secret}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var ids []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		ids = append(ids, r.Header.Get("Webhook-Id"))
		verdict := verifier.Verify(r.Context(), verify.Call{Method: r.Method, Header: r.Header, Body: body, At: now})
		if !verdict.OK() {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	c, problems := webhook.New(channeltest.Client(t)).Compile(value.Trusted(`{"url":"` + server.URL + `","secret":"{{$env.S}}"}`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m := channel.Message{Text: "hello ☃", Key: "exe_1/tell#0/0", Now: now}
	for range 2 {
		if _, err := c.Send(t.Context(), m, env{"S": secret}); err != nil {
			t.Error(err)
		}
	}
	if len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("a repeated message has the ids %q", ids)
	}
	if _, err := c.Send(t.Context(), m, env{"S": "whsec_b3RoZXItc2VjcmV0LW9mLTI0LWJ5dGVzLi4="}); err == nil {
		t.Error("a call with another secret is accepted")
	}
	m.Now = now.Add(-time.Hour)
	if _, err := c.Send(t.Context(), m, env{"S": secret}); err == nil {
		t.Error("an old call is accepted")
	}
}
