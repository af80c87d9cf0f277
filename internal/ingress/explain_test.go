package ingress

import (
	"fmt"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestARecordedCallIsExplained(t *testing.T) {
	off := workflow("off", signedBy("{{$env.OLD}}"))
	off.Enabled = false
	workflows := []flow.Workflow{
		off, workflow("open"), workflow("signed", signedBy("{{$env.NEW}}")),
		workflow("shop", path("/shop/{n}"), basic, func(t *flow.Trigger) { t.Auth.AllowIPs = prefixes("192.0.2.0/24", "198.51.100.0/24") }),
		workflow("either", func(t *flow.Trigger) {
			t.Auth.Any = []flow.Gates{{Token: &flow.TokenAuth{Header: "X-T", Value: "{{$env.NOWHERE}}"}}, {Signature: signature("{{$env.NEW}}")}}
		}),
	}
	for _, c := range []struct {
		name, target string
		headers      []string
		workflow     string
		route        string
		today        string
		guess        string // the hypotheses
		reason       string
	}{
		{name: "an open one", target: "/api/webhook:trigger/open", workflow: "open", route: "/api/webhooks/open"},
		{name: "nobody's", target: "/api/webhooks/opne", reason: "the nearest is open"},
		{name: "a good signature", target: "/api/webhooks/signed", headers: []string{sign(newSecret, hooksURL, "x")}, workflow: "signed", route: "/api/webhooks/signed", today: "signature+"},
		{name: "signed for another workflow", target: "/api/webhooks/signed", headers: []string{sign(oldSecret, hooksURL, "x")}, workflow: "signed", route: "/api/webhooks/signed",
			today: "signature-mismatch", guess: "signed with workflow off, secret 1"},
		{name: "signed with a variable", target: "/api/webhooks/signed", headers: []string{sign("other", hooksURL, "x")}, workflow: "signed", route: "/api/webhooks/signed",
			today: "signature-mismatch", guess: "signed with $env.OTHER"},
		{name: "a path", target: "/api/webhooks/shop/7", headers: []string{credentials("octo", password)}, workflow: "shop", route: "/api/webhooks/shop/{n}", today: "allowIPs+ basic-not-stored"},
		{name: "alternatives", target: "/api/webhooks/either", workflow: "either", route: "/api/webhooks/either", today: "any[0].token-no-secret any[1].signature-missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, workflows...)
			h.serve(request("POST", c.target, "x", append(c.headers, "Content-Type: text/plain")...))
			d, _ := h.lastDelivery()
			e := h.Explain(t.Context(), d, map[string]string{"$env.OTHER": "other"})
			if e.Workflow != c.workflow || e.Route != c.route || !strings.Contains(e.Reason, c.reason) {
				t.Errorf("taken by %q at %q: %s", e.Workflow, e.Route, e.Reason)
			}
			if got := said(e.Today); got != c.today {
				t.Errorf("today the gates say %s, want %s", got, c.today)
			}
			guesses := make([]string, len(e.Hypotheses))
			for i, g := range e.Hypotheses {
				guesses[i] = g.Message
			}
			if got := strings.Join(guesses, "|"); got != c.guess {
				t.Errorf("the hypotheses are %s, want %s", got, c.guess)
			}
			if text := fmt.Sprint(e); strings.Contains(text, "s3cret") {
				t.Errorf("a secret is told: %s", text)
			}
		})
	}
}

func TestAnExplanationSaysWhatCannotBeAskedAgain(t *testing.T) {
	h := build(t, nil, workflow("signed", signedBy("{{$env.NEW}}")),
		workflow("bearer", func(t *flow.Trigger) {
			t.Auth.Signature = &flow.Signature{Preset: "bearer", Secrets: []string{"{{$env.NEW}}"}}
		}))
	gone := hook.Delivery{Request: hook.Request{Method: "POST", Path: "/api/webhooks/signed", Headers: []hook.Header{{Name: "content-length", Value: "9"}}}}
	if got := said(h.Explain(t.Context(), gone, nil).Today); got != "signature-not-stored" {
		t.Errorf("without its body: %s", got)
	}
	token := hook.Delivery{Request: hook.Request{Method: "POST", Path: "/api/webhooks/bearer"}}
	if got := said(h.Explain(t.Context(), token, nil).Today); got != "signature-not-stored" {
		t.Errorf("without its token: %s", got)
	}
	get := hook.Delivery{Request: hook.Request{Method: "GET", Path: "/api/webhooks/signed"}}
	if e := h.Explain(t.Context(), get, nil); e.Workflow != "" || e.Reason != "the address accepts POST, OPTIONS" {
		t.Errorf("with another method: %+v", e)
	}
}
