package ingress

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// TestARefusedCallIsCheckedAgain refuses a call under one configuration and checks it under another.
func TestARefusedCallIsCheckedAgain(t *testing.T) {
	schema := func(text string) func(*flow.Trigger) {
		return func(t *flow.Trigger) { t.Schema = value.Trusted(text) }
	}
	filter := func(text string) func(*flow.Trigger) { return func(t *flow.Trigger) { t.Filter = text } }
	types := func(list ...string) func(*flow.Trigger) { return func(t *flow.Trigger) { t.ContentTypes = list } }
	from := func(list ...string) func(*flow.Trigger) {
		return func(t *flow.Trigger) { t.Auth.AllowIPs = prefixes(list...) }
	}
	either := func(t *flow.Trigger) {
		t.Auth.Any = []flow.Gates{{Token: &flow.TokenAuth{Header: "X-T", Value: "{{$env.NEW}}"}}, {Signature: signature("{{$env.NEW}}")}}
	}
	long := "X-Long: " + strings.Repeat("x", 3*maxRefusedHead)
	type change = func(*flow.Trigger)
	for _, c := range []struct {
		name     string
		was, now []change
		headers  []string
		body     string
		want     string // "passes", "unknown GATE" or GATE
	}{
		{name: "the secret is mended", was: []change{signedBy("{{$env.OLD}}")}, now: []change{signedBy("{{$env.NEW}}")}, headers: []string{sign(newSecret, hooksURL, "x")}, body: "x", want: "passes"},
		{name: "the secret is still another", was: []change{signedBy("{{$env.OLD}}")}, now: []change{signedBy("{{$env.OLD}}")}, headers: []string{sign(newSecret, hooksURL, "x")}, body: "x", want: "signature"},
		{name: "the head was cut", was: []change{signedBy("{{$env.OLD}}")}, now: []change{signedBy("{{$env.NEW}}")}, headers: []string{long, sign(newSecret, hooksURL, "x")}, body: "x", want: "unknown head"},
		{name: "the list is mended", was: []change{from("198.51.100.0/24")}, now: []change{from("192.0.2.0/24")}, body: "x", want: "passes"},
		{name: "the list is not mended", was: []change{from("198.51.100.0/24")}, now: []change{from("198.51.100.0/25")}, body: "x", want: "allowIPs"},
		{name: "the schema is mended", was: []change{schema(`{"type":"object"}`)}, now: []change{schema(`{"type":"array"}`)}, body: `[1]`, want: "passes"},
		{name: "the schema is not mended", was: []change{schema(`{"type":"object"}`)}, now: []change{schema(`{"type":"string"}`)}, body: `[1]`, want: "schema"},
		{name: "the type is allowed", was: []change{types("text/plain")}, now: []change{types("application/json")}, body: `[1]`, want: "passes"},
		{name: "the filter says no", was: []change{types("text/plain")}, now: []change{filter("$context.data[0] == 2")}, body: `[1]`, want: "filter"},
		{name: "the body is not JSON", was: []change{types("text/plain")}, now: nil, body: `[1`, want: "decode"},
		{name: "a password that was right", was: []change{basic, schema(`{"type":"object"}`)}, now: []change{basic}, headers: []string{credentials("octo", password)}, body: `[1]`, want: "passes"},
		{name: "a password that was wrong", was: []change{basic}, now: []change{basic}, headers: []string{credentials("octo", "wrong")}, body: `[1]`, want: "unknown basic"},
		{name: "an alternative that passes", was: []change{signedBy("{{$env.OLD}}")}, now: []change{either}, headers: []string{sign(newSecret, hooksURL, "x")}, body: "x", want: "passes"},
		{name: "no alternative passes", was: []change{signedBy("{{$env.NEW}}")}, now: []change{either}, headers: []string{sign(oldSecret, hooksURL, "x")}, body: "x", want: "unknown any[0].token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, workflow("w", c.was...))
			kind := "Content-Type: application/json"
			if c.body == "x" {
				kind = "Content-Type: text/plain"
			}
			h.serve(request("POST", "/api/webhooks/w", c.body, append(c.headers, kind)...))
			d, _ := h.lastDelivery()
			if d.Outcome != hook.Rejected {
				t.Fatalf("the call was %s by %s", d.Outcome, d.Gate)
			}
			p := build(t, nil, workflow("w", c.now...)).WouldPass(t.Context(), d)
			got := p.Gate
			if p.Passes {
				got = "passes"
			}
			if p.Unknown {
				got = "unknown " + p.Gate
			}
			if got != c.want {
				t.Errorf("%s (%s), want %s", got, p.Reason, c.want)
			}
			if p.Passes != (p.Reason == "") || strings.Contains(p.Reason, "s3cret") {
				t.Errorf("the reason is %q", p.Reason)
			}
		})
	}
}

func TestWhatIsNotRecordedCannotBeCheckedAgain(t *testing.T) {
	h := build(t, nil, workflow("open"), workflow("off"))
	for name, d := range map[string]hook.Delivery{
		"unknown capture": {Request: hook.Request{Method: "POST", Path: "/api/webhooks/open", Headers: []hook.Header{{Name: "Transfer-Encoding", Value: "chunked"}}}},
		"unknown decode":  {Request: hook.Request{Method: "POST", Path: "/api/webhooks/open", ContentType: "multipart/form-data; boundary=x", Body: []byte("--x--")}},
		" match":          {Request: hook.Request{Method: "POST", Path: "/api/webhooks/gone"}},
		" method":         {Request: hook.Request{Method: "PUT", Path: "/api/webhooks/open"}},
	} {
		p := h.WouldPass(t.Context(), d)
		unknown, gate, _ := strings.Cut(name, " ")
		if p.Passes || p.Unknown != (unknown != "") || p.Gate != gate || p.Reason == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestAKeyThatASenderChoseIsNotClaimedAnew checks which keys a replay claims: those that the call itself determines.
func TestAKeyThatASenderChoseIsNotClaimedAnew(t *testing.T) {
	d := hook.Delivery{Request: hook.Request{Method: "POST", Path: "/api/webhooks/w", ContentType: "application/json", Body: []byte(`{"id":7}`),
		Headers: []hook.Header{{Name: "Idempotency-Key", Value: `"k"`}}}}
	chosen := build(t, nil, workflow("w")).WouldPass(t.Context(), d)
	if !chosen.Passes || chosen.Key == "" || chosen.Dedupe != nil {
		t.Errorf("chosen by the sender: %+v", chosen)
	}
	own := build(t, nil, workflow("w", func(t *flow.Trigger) { t.Dedupe.Key = "{{$context.data.id}}" })).WouldPass(t.Context(), d)
	if !own.Passes || own.Key != "7" || own.Dedupe == nil || own.Dedupe.Fingerprint != nil {
		t.Errorf("the workflow's own: %+v", own)
	}
}

func TestASignatureOverAHeadThatWasCutIsNotCalledWrong(t *testing.T) {
	h := build(t, nil, workflow("signed", signedBy("{{$env.OLD}}")))
	h.serve(request("POST", "/api/webhooks/signed", "x", "Content-Type: text/plain", "X-Long: "+strings.Repeat("x", 3*maxRefusedHead), sign(newSecret, hooksURL, "x")))
	d, _ := h.lastDelivery()
	e := h.Explain(t.Context(), d, nil)
	if got := said(e.Today[:1]); got != "signature-not-stored" || !strings.Contains(e.Today[0].Detail, "were cut") || len(e.Hypotheses) > 0 {
		t.Errorf("today the gates say %s: %+v", got, e)
	}
}
