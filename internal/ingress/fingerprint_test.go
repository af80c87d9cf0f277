package ingress

import (
	"encoding/base64"
	"testing"

	"hookline.dev/hookline/internal/flow"
)

// authorization returns the header of HTTP Basic.
func authorization(user, word string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+word))
}

// TestAKeyBelongsToOneRequest changes each part of a request that has an Idempotency-Key. Only an equal request, from
// the same caller, may have the same fingerprint.
func TestAKeyBelongsToOneRequest(t *testing.T) {
	user := func(name, variable string) *flow.BasicAuth {
		return &flow.BasicAuth{Username: name, Password: "{{$env." + variable + "}}"}
	}
	taking := func(tr *flow.Trigger) { tr.Methods = []string{"POST", "PUT"}; tr.Path = "/p/{x}" }
	alternatives := func(tr *flow.Trigger) {
		taking(tr)
		tr.Auth.Any = []flow.Gates{
			{Basic: user("octo", "PASSWORD")},
			{Basic: user("cat", "OLD")},
			{Token: &flow.TokenAuth{Query: "token", Value: "{{$env.TOKEN}}"}},
			{Token: &flow.TokenAuth{Query: "token", Value: "{{$env.NEW}}"}},
			{Signature: signature("{{$env.OLD}}", "{{$env.NEW}}")},
		}
	}
	const at, url = "/api/webhooks/p/1", "https://hooks.example.com/in"
	octo, signed := authorization("octo", password), sign(oldSecret, url, `{}`)
	type req struct {
		method, target, content string
		headers                 []string
	}
	for _, c := range []struct {
		name          string
		trigger       func(*flow.Trigger)
		first, second req
		same          bool
	}{
		{"the same", taking, req{"POST", at, `{}`, nil}, req{"POST", at, `{}`, nil}, true},
		{"other headers", taking, req{"POST", at, `{}`, nil}, req{"POST", at, `{}`, []string{"X-Trace: 2", "User-Agent: retry"}}, true},
		{"another path spelled the same", taking, req{"POST", at, `{}`, nil}, req{"POST", "/api/webhooks/p/%31", `{}`, nil}, true},
		{"the URL of the key", taking, req{"POST", at, `{}`, nil}, req{"POST", "/api/webhooks/a", `{}`, nil}, false},
		{"another path", taking, req{"POST", at, `{}`, nil}, req{"POST", "/api/webhooks/p/2", `{}`, nil}, false},
		{"another method", taking, req{"POST", at, `{}`, nil}, req{"PUT", at, `{}`, nil}, false},
		{"a query", taking, req{"POST", at, `{}`, nil}, req{"POST", at + "?a=1", `{}`, nil}, false},
		{"another query", taking, req{"POST", at + "?a=1&b=2", `{}`, nil}, req{"POST", at + "?b=2&a=1", `{}`, nil}, false},
		{"another body", taking, req{"POST", at, `{}`, nil}, req{"POST", at, `{ }`, nil}, false},
		{"a path that looks like part of the query", taking, req{"POST", at, `{}`, nil}, req{"POST", at + "?", `{}`, nil}, true},
		{"the same user", alternatives, req{"POST", at, `{}`, []string{octo}}, req{"POST", at, `{}`, []string{octo}}, true},
		{"another user", alternatives, req{"POST", at, `{}`, []string{octo}}, req{"POST", at, `{}`, []string{authorization("cat", oldSecret)}}, false},
		{"a user and a token", alternatives, req{"POST", at, `{}`, []string{octo}}, req{"POST", at + "?token=" + tokenValue, `{}`, nil}, false},
		{"another token", alternatives, req{"POST", at + "?token=" + tokenValue, `{}`, nil}, req{"POST", at + "?token=" + newSecret, `{}`, nil}, false},
		{"a token at another place of the query", alternatives, req{"POST", at + "?a=1&token=" + tokenValue, `{}`, nil}, req{"POST", at + "?token=" + tokenValue + "&a=1", `{}`, nil}, true},
		{"the same signature", alternatives, req{"POST", at, `{}`, []string{signed}}, req{"POST", at, `{}`, []string{signed}}, true},
		{"another signature", alternatives, req{"POST", at, `{}`, []string{signed}}, req{"POST", at, `{}`, []string{sign(newSecret, url, `{}`)}}, false},
		{"a user and a signature", alternatives, req{"POST", at, `{}`, []string{octo}}, req{"POST", at, `{}`, []string{signed}}, false},
		{
			"another signature in front of every alternative",
			func(tr *flow.Trigger) {
				alternatives(tr)
				tr.Auth.Signature = signature("{{$env.OLD}}", "{{$env.NEW}}")
			},
			req{"POST", at, `{}`, []string{octo, signed}}, req{"POST", at, `{}`, []string{octo, sign(newSecret, url, `{}`)}}, false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, workflow("a", c.trigger))
			for _, r := range []req{c.first, c.second} {
				resp := h.serve(request(r.method, r.target, r.content, append(r.headers, "Content-Type: application/json", "Idempotency-Key: k")...))
				if resp.status != 200 {
					t.Fatalf("%s %s: %d: %s", r.method, r.target, resp.status, resp.text)
				}
			}
			one, two := h.door.accepted[0].Dedupe, h.door.accepted[1].Dedupe
			if one.Key != two.Key || one.Fingerprint == nil || two.Fingerprint == nil {
				t.Fatalf("claimed %+v and %+v", one, two)
			}
			if same := *one.Fingerprint == *two.Fingerprint; same != c.same {
				t.Errorf("the fingerprints are equal: %v", same)
			}
		})
	}
}

// TestAFingerprintSurvivesANewPassword checks that a caller whose password has changed may still repeat a call, and that
// the order of the alternatives has no influence.
func TestAFingerprintSurvivesANewPassword(t *testing.T) {
	basic := func(name, variable string) flow.Gates {
		return flow.Gates{Basic: &flow.BasicAuth{Username: name, Password: "{{$env." + variable + "}}"}}
	}
	print := func(header string, any ...flow.Gates) [32]byte {
		h := build(t, nil, workflow("a", func(tr *flow.Trigger) { tr.Auth.Any = any }))
		h.serve(request("POST", "/api/webhooks/a", `{}`, header, "Content-Type: application/json", "Idempotency-Key: k"))
		return *h.door.accepted[0].Dedupe.Fingerprint
	}
	before := print(authorization("octo", oldSecret), basic("octo", "OLD"), basic("cat", "PASSWORD"))
	if after := print(authorization("octo", newSecret), basic("cat", "PASSWORD"), basic("octo", "NEW")); after != before {
		t.Error("another fingerprint")
	}
	if other := print(authorization("cat", password), basic("cat", "PASSWORD"), basic("octo", "NEW")); other == before {
		t.Error("another caller has the same fingerprint")
	}
}
