package ingress

import (
	"fmt"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestHandshakesAreAnsweredWhenTheyAreSigned(t *testing.T) {
	h := func() *harness { return build(t, nil, authWorkflows()...) }
	ping := sign(newSecret, hooksURL, "ping")
	for _, c := range []struct {
		key     string
		headers []string
		status  int
		outcome hook.Outcome
	}{
		{"signed", []string{ping}, 202, hook.Handshake},
		{"signed", nil, 401, hook.Rejected},
		{"watched", nil, 202, hook.Handshake},
		{"mixed", []string{ping}, 202, hook.Handshake},
		{"mixed", []string{ping, credentials("octo", password)}, 200, hook.Accepted}, // the signature was not checked
	} {
		h := h()
		got := h.serve(request("POST", "/api/webhooks/"+c.key, "ping", append(c.headers, "Content-Type: image/png")...))
		d, _ := h.lastDelivery()
		if got.status != c.status || d.Outcome != c.outcome || (len(h.engine.calls) > 0) != (c.outcome == hook.Accepted) || (got.text == "pong") != (c.outcome == hook.Handshake) {
			t.Errorf("%s: %d %q, recorded as %s by %s", c.key, got.status, got.text, d.Outcome, d.Gate)
		}
		if c.outcome == hook.Handshake && (d.Gate != "handshake" || got.header.Get("X-Content-Type-Options") != "nosniff" || string(d.Request.Body) != "ping") {
			t.Errorf("%s: by %s with %v", c.key, d.Gate, got.header)
		}
	}
}

// TestHandshakesComeByOtherMethods calls routes that accept only POST.
func TestHandshakesComeByOtherMethods(t *testing.T) {
	alternatives := func(t *flow.Trigger) {
		t.Auth.Any = []flow.Gates{{Basic: &flow.BasicAuth{Username: "octo", Password: "{{$env.PASSWORD}}"}}, {Signature: signature("{{$env.NEW}}")}}
	}
	observed := func(t *flow.Trigger) {
		t.Auth.Signature = signature("{{$env.NEW}}")
		t.Auth.Signature.Observe = true
	}
	password := credentials("octo", password)
	right := "challenge=c1&token=" + newSecret
	for _, c := range []struct {
		key, method, query string
		headers            []string
		status             int
		gate               string
	}{
		{"signed", "GET", right, nil, 200, "handshake"},
		{"signed", "GET", "challenge=c1&token=x", nil, 401, "signature"},
		{"signed", "GET", "challenge=c1", nil, 401, "signature"},
		{"signed", "GET", "token=" + newSecret, nil, 405, "method"},
		{"signed", "DELETE", right, nil, 405, "method"},
		{"signed", "HEAD", "", nil, 200, "head"},
		{"signed", "POST", right, nil, 401, "signature"},
		{"observed", "GET", "challenge=c1&token=x", nil, 401, "signature"},
		{"observed", "GET", right, nil, 200, "handshake"},
		{"both", "GET", right, nil, 401, "basic"},
		{"both", "GET", right, []string{password}, 200, "handshake"},
		{"either", "GET", right, nil, 200, "handshake"},
		{"either", "GET", right, []string{password}, 405, "method"}, // the password is enough
		{"here", "GET", right, nil, 403, "allowIPs"},
		{"plain", "GET", right, nil, 405, "method"},
	} {
		h := build(t, nil,
			workflow("signed", signedBy("{{$env.NEW}}")), workflow("both", basic, signedBy("{{$env.NEW}}")), workflow("either", alternatives),
			workflow("observed", observed), workflow("plain"),
			workflow("here", signedBy("{{$env.NEW}}"), func(t *flow.Trigger) { t.Auth.AllowIPs = prefixes("198.51.100.0/24") }))
		got := h.serve(request(c.method, "/api/webhooks/"+c.key+"?"+c.query, "", c.headers...))
		d, _ := h.lastDelivery()
		if got.status != c.status || d.Gate != c.gate {
			t.Errorf("%s %s?%s: %d by %s: %s", c.method, c.key, c.query, got.status, d.Gate, d.Reason)
		}
		if len(h.engine.calls) > 0 || len(h.door.accepted) > 0 {
			t.Errorf("%s %s?%s: something runs", c.method, c.key, c.query)
		}
		if c.gate == "handshake" && (got.text != "c1" || d.Outcome != hook.Handshake || d.Workflow != c.key) {
			t.Errorf("%s: answered %q, recorded as %s of %s", c.key, got.text, d.Outcome, d.Workflow)
		}
		if c.key != "plain" && strings.Contains(fmt.Sprint(d), newSecret) {
			t.Errorf("%s: the token is recorded: %+v", c.key, d)
		}
		if c.gate == "handshake" {
			e := h.Explain(t.Context(), d, nil)
			if e.Workflow != c.key || !strings.Contains(said(e.Today), "signature-not-stored") {
				t.Errorf("%s: explained as %+v", c.key, e)
			}
		}
	}
}

// TestAHandshakeFindsItsRoute calls a path on which another workflow takes other methods.
func TestAHandshakeFindsItsRoute(t *testing.T) {
	put := func(t *flow.Trigger) { t.Methods = []string{"PUT"} }
	h := build(t, nil, workflow("first", path("/shared"), put), workflow("second", path("/shared"), signedBy("{{$env.NEW}}")))
	got := h.serve(request("GET", "/api/webhooks/shared?challenge=c1&token="+newSecret, ""))
	if d, _ := h.lastDelivery(); got.status != 200 || d.Workflow != "second" || d.Request.Query != "challenge=c1" {
		t.Errorf("%d, %s took %s: %s", got.status, d.Workflow, d.Request.Query, d.Reason)
	}
}
