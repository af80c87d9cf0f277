package ingress

import (
	"fmt"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

const hooksURL = "https://hooks.example.com/in"

// authWorkflows returns the workflows of the table below, with every combination of gates.
func authWorkflows() []flow.Workflow {
	password := &flow.BasicAuth{Username: "octo", Password: "{{$env.PASSWORD}}"}
	token := &flow.TokenAuth{Header: "X-Gitlab-Token", Value: "{{$env.TOKEN}}"}
	either := func(list ...flow.Gates) func(*flow.Trigger) {
		return func(t *flow.Trigger) { t.Auth.Any = list }
	}
	one, observed := signature("{{$env.NEW}}"), signature("{{$env.NEW}}")
	observed.Observe = true
	return []flow.Workflow{
		workflow("signed", signedBy("{{$env.NEW}}")),
		workflow("rotated", signedBy("{{$env.NEW}}", "{{$env.OLD}}")),
		workflow("unset", signedBy("{{$env.NEW}}", "{{$env.NOWHERE}}")),
		workflow("watched", func(t *flow.Trigger) { t.Auth.Signature = observed }),
		workflow("both", basic, signedBy("{{$env.NEW}}")),
		workflow("tokens", either(flow.Gates{Token: token}, flow.Gates{Basic: password})),
		workflow("mixed", either(flow.Gates{Basic: password}, flow.Gates{Signature: one})),
		workflow("near", either(flow.Gates{Basic: password, Signature: one}, flow.Gates{AllowIPs: prefixes("198.51.100.0/24")})),
		workflow("here", either(flow.Gates{AllowIPs: prefixes("198.51.100.0/24")}, flow.Gates{AllowIPs: prefixes("192.0.2.0/24")})),
		workflow("nowhere", either(flow.Gates{AllowIPs: prefixes("198.51.100.0/24")})),
		workflow("perhaps", either(flow.Gates{Token: token}, flow.Gates{Signature: observed})),
	}
}

func TestCallersProveWhoTheyAre(t *testing.T) {
	const content = `{"a":1}`
	right, newer, older := credentials("octo", password), sign(newSecret, hooksURL, content), sign(oldSecret, hooksURL, content)
	wrong, token := sign("x", hooksURL, content), "X-Gitlab-Token: "+tokenValue
	for _, c := range []struct {
		key      string
		headers  []string
		status   int
		gate     string
		reason   string
		verdicts string // each: gate, + or ~ (observed) or -reason, (detail)
		asked    string // WWW-Authenticate, separated by |
	}{
		{"signed", []string{newer}, 200, "accept", "", "signature+", ""},
		{"signed", nil, 401, "signature", "missing: the call has no header X-Acme-Signature", "signature-missing", `Signature realm="signed"`},
		{"signed", []string{older}, 401, "signature", "mismatch: no secret fits", "signature-mismatch", `Signature realm="signed"`},
		{"rotated", []string{older}, 200, "accept", "", "signature+(secret 2 of 2 fits)", ""},
		{"rotated", []string{newer}, 200, "accept", "", "signature+(secret 1 of 2 fits)", ""},
		{"unset", []string{newer}, 401, "signature", "the secret NOWHERE is not set", "signature-no-secret", `Signature realm="unset"`},
		{"watched", []string{newer}, 200, "accept", "", "signature~", ""},
		{"watched", []string{wrong}, 200, "accept", "", "signature~mismatch", ""},
		{"watched", nil, 200, "accept", "", "signature~missing", ""},
		{"both", []string{right, newer}, 200, "accept", "", "basic+ signature+", ""},
		{"both", []string{right}, 401, "signature", "missing", "basic+ signature-missing", `Signature realm="both"`},
		{"both", []string{newer}, 401, "basic", "no Authorization header", "basic-missing", `Basic realm="both", charset="UTF-8"`},
		{"tokens", []string{token}, 200, "accept", "", "any[0].token+", ""},
		{"tokens", []string{right}, 200, "accept", "", "any[0].token-missing any[1].basic+", ""},
		{"tokens", []string{"X-Gitlab-Token: x"}, 401, "token", "none of the alternatives passed: token: the header X-Gitlab-Token is wrong; basic: the call has no",
			"any[0].token-mismatch any[1].basic-missing", `Token realm="tokens"|Basic realm="tokens", charset="UTF-8"`},
		{"mixed", []string{right}, 200, "accept", "", "any[0].basic+", ""},
		{"mixed", []string{newer}, 200, "accept", "", "any[0].basic-missing any[1].signature+", ""},
		{"mixed", []string{wrong}, 401, "basic", "signature: mismatch", "any[0].basic-missing any[1].signature-mismatch", `Basic realm="mixed", charset="UTF-8"|Signature realm="mixed"`},
		{"near", []string{right, newer}, 200, "accept", "", "any[0].basic+ any[1].allowIPs-not-listed any[0].signature+", ""},
		{"near", []string{right, wrong}, 401, "signature", "", "any[0].basic+ any[1].allowIPs-not-listed any[0].signature-mismatch", `Signature realm="near"`},
		{"near", []string{newer}, 401, "basic", "", "any[0].basic-missing any[1].allowIPs-not-listed", `Basic realm="near", charset="UTF-8"`},
		{"here", nil, 200, "accept", "", "any[0].allowIPs-not-listed any[1].allowIPs+", ""},
		{"nowhere", nil, 403, "allowIPs", "accepts no calls from 192.0.2.1", "any[0].allowIPs-not-listed", ""},
		{"perhaps", nil, 200, "accept", "", "any[0].token-missing any[1].signature~missing", ""},
	} {
		t.Run(c.key+" "+c.verdicts, func(t *testing.T) {
			h := build(t, nil, authWorkflows()...)
			got := h.serve(request("POST", "/api/webhooks/"+c.key, content, append(c.headers, "Content-Type: application/json")...))
			d, _ := h.lastDelivery()
			if got.status != c.status || d.Gate != c.gate || !strings.Contains(d.Reason, c.reason) {
				t.Errorf("status %d by %s: %s", got.status, d.Gate, d.Reason)
			}
			if said := said(d.Verdicts); said != c.verdicts {
				t.Errorf("the verdicts are %s\nwant %s", said, c.verdicts)
			}
			if asked := strings.Join(got.header["Www-Authenticate"], "|"); asked != c.asked {
				t.Errorf("asked for %s, want %s", asked, c.asked)
			}
			if c.status == 401 && !strings.Contains(got.text, `"`+problemType+c.gate+`"`) {
				t.Errorf("the problem is %s", got.text)
			}
			if told := fmt.Sprint(d.Verdicts, d.Reason); strings.Contains(told, "s3cret") || strings.Contains(told, tokenValue) {
				t.Errorf("the record tells a secret: %s", told)
			}
			for _, line := range d.Request.Headers {
				if line.Name == "Authorization" || line.Name == "X-Gitlab-Token" {
					t.Errorf("%s is recorded", line.Name)
				}
			}
		})
	}
}

// said formats verdicts briefly.
func said(list []hook.Verdict) string {
	out := make([]string, len(list))
	for i, v := range list {
		mark := "-"
		if v.Observed {
			mark = "~"
		} else if v.Passed {
			mark = "+"
		}
		out[i] = v.Gate + mark + v.Reason
		if v.Passed && v.Detail != "" {
			out[i] += "(" + v.Detail + ")"
		}
	}
	return strings.Join(out, " ")
}

func TestNoBodyIsReadForACallThatCannotPass(t *testing.T) {
	for _, c := range []struct {
		key  string
		read bool
	}{{"tokens", false}, {"near", false}, {"both", false}, {"unset", false}, {"mixed", true}} {
		h := build(t, nil, authWorkflows()...)
		r := request("POST", "/api/webhooks/"+c.key, "x")
		r.Header.Set("Expect", "100-continue") // so that nothing is read just for the record
		body := &again{raw: []byte("x")}
		r.Body = body
		if got := h.serve(r); got.status != 401 || body.read > 0 != c.read {
			t.Errorf("%s: status %d, %d bytes were read", c.key, got.status, body.read)
		}
	}
}

func TestTheSignedURLIsTheOneTheSenderKnows(t *testing.T) {
	own := func(url string) func(*flow.Trigger) {
		return func(t *flow.Trigger) {
			t.Auth.Signature = signature("{{$env.NEW}}")
			t.Auth.Signature.URL = url
		}
	}
	for _, c := range []struct {
		name, url, public, target, want string
	}{
		{"what the workflow says", "https://a.example.com/x", "https://p.example.com", "/api/webhooks/a", "https://a.example.com/x"},
		{"with the call's query", "https://a.example.com/x", "", "/api/webhooks/a?b=1&c=%20", "https://a.example.com/x?b=1&c=%20"},
		{"with its own query", "https://a.example.com/x?t=1", "", "/api/webhooks/a?b=1", "https://a.example.com/x?t=1"},
		{"the server's public URL", "", "https://p.example.com/", "/api/webhook%3atrigger/a/?b=1", "https://p.example.com/api/webhook%3atrigger/a/?b=1"},
		{"the call's own", "", "", "http://h.example.com/api/webhooks/a?b=1", "http://h.example.com/api/webhooks/a?b=1"},
	} {
		h := build(t, func(o *Options) { o.PublicURL = c.public }, workflow("a", own(c.url)))
		if got := h.serve(request("POST", c.target, "", sign(newSecret, c.want, ""))); got.status != 200 {
			d, _ := h.lastDelivery()
			t.Errorf("%s: %d: %s", c.name, got.status, d.Reason)
		}
	}
}

func TestAPresetSaysHowBodiesAreRead(t *testing.T) {
	limited := signedBy("{{$env.NEW}}")
	h := build(t, nil, workflow("preset", limited), workflow("own", limited, func(t *flow.Trigger) { t.MaxBody = 80 }))
	for _, c := range []struct {
		key    string
		size   int
		status int
	}{{"preset", 64, 200}, {"preset", 65, 413}, {"own", 80, 200}, {"own", 81, 413}} {
		h.door.accepted = nil
		content := strings.Repeat("x", c.size)
		if got := h.serve(request("POST", "/api/webhooks/"+c.key, content, sign(newSecret, hooksURL, content))); got.status != c.status {
			t.Errorf("%s of %d bytes: %d %s", c.key, c.size, got.status, got.text)
		}
		if len(h.door.accepted) == 1 {
			if req := h.door.accepted[0].Delivery.Request; req.Form != "payload" || req.As != "text/plain" {
				t.Errorf("%s: read as %q from %q", c.key, req.As, req.Form)
			}
		}
	}
}

func TestASecretThatTravelsIsNotRecorded(t *testing.T) {
	h := build(t, nil, workflow("a", func(t *flow.Trigger) {
		t.Auth.Any = []flow.Gates{{Signature: &flow.Signature{Preset: "bearer", Secrets: []string{"{{$env.NEW}}"}}}}
	}))
	h.serve(request("POST", "/api/webhooks/a?x=1&bearer="+newSecret, "", "X-Bearer: "+newSecret, "X-Original-Uri: /?bearer="+newSecret))
	d, _ := h.lastDelivery()
	if d.Outcome != hook.Accepted || strings.Contains(fmt.Sprint(d), newSecret) || d.Request.Query != "x=1" {
		t.Errorf("recorded %+v", d)
	}
}

func TestHeadIsAuthenticatedWithoutABody(t *testing.T) {
	get := func(t *flow.Trigger) { t.Methods = []string{"GET"} }
	h := build(t, nil, workflow("plain", get, basic), workflow("signed", get, signedBy("{{$env.NEW}}")), workflow("post"))
	for _, c := range []struct {
		key     string
		headers []string
		status  int
	}{{"plain", nil, 401}, {"plain", []string{credentials("octo", password)}, 200}, {"signed", nil, 200}, {"post", nil, 405}} {
		if got := h.serve(request("HEAD", "/api/webhooks/"+c.key, "", c.headers...)); got.status != c.status || c.status == 200 && got.text != "" {
			t.Errorf("%s: %d %s", c.key, got.status, got.text)
		}
	}
	if len(h.door.accepted) > 0 || len(h.engine.calls) > 0 {
		t.Error("something runs")
	}
}

func TestWrongGatesDoNotCompile(t *testing.T) {
	for _, c := range []struct {
		name, says string
		change     func(*flow.Trigger)
	}{
		{"an unknown preset", `trigger.auth.signature.preset`, func(t *flow.Trigger) { t.Auth.Signature = &flow.Signature{Preset: "stamps"} }},
		{"a preset's own problem", "trigger.auth.any[0].signature.keys.bad is not known", func(t *flow.Trigger) {
			s := signature("x")
			s.Keys = value.Trusted(`{"bad":1}`)
			t.Auth.Any = []flow.Gates{{Signature: s}}
		}},
		{"a variable in a secret", "trigger.auth.signature.secrets[0]", signedBy("{{$context.data}}")},
		{"too many alternatives", "trigger.auth.any has more than 32", func(t *flow.Trigger) { t.Auth.Any = make([]flow.Gates, 33) }},
		{"a rate by the body", "trigger.rateLimit.key uses $context.data.x; the limit applies before", limit(1, 1, "{{$context.data.x}}")},
		{"a rate by a secret", "trigger.rateLimit.key", limit(1, 1, "{{$env.X}}")},
		{"no rate", "trigger.rateLimit needs a rate", limit(0, 1, "")},
		{"credentials for everybody", "trigger.cors.credentials cannot be allowed", func(t *flow.Trigger) { t.CORS = &flow.CORS{Origins: []string{"*"}, Credentials: true} }},
		{"origins beside the star", `trigger.cors.origins holds "*" and others`, func(t *flow.Trigger) { t.CORS = &flow.CORS{Origins: []string{"https://a", "*"}} }},
		{"no origin", "trigger.cors.origins names no origin", func(t *flow.Trigger) { t.CORS = &flow.CORS{} }},
	} {
		_, err := Compile(workflow("a", c.change), resources())
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.says)
		}
	}
}
