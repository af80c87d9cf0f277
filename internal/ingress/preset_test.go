package ingress

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// The secrets of signatures in the tests.
const (
	oldSecret = "old-s3cret"
	newSecret = "new-s3cret"
)

// acme is a provider that signs URL and body. It checks that an endpoint is live in two ways: with the signed
// body "ping", and with an unsigned GET that contains the first secret.
type acme struct{}

// acmeVerifier checks acme's calls.
type acmeVerifier struct{ verify.Config }

func presets() *verify.Set { return verify.NewSet(acme{}, bearer{}, sealed{}) }

// resources returns the resources for compiling the routes of the tests.
func resources() Resources { return Resources{Env: env, Presets: presets()} }

func (acme) Info() verify.Info {
	return verify.Info{Name: "acme", MaxBody: 64, Form: "payload", As: "text/plain", Headers: []string{"X-Acme-Signature"}}
}

func (acme) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	if c.Keys["bad"] != "" {
		return acmeVerifier{c}, []decode.Problem{{Path: "keys.bad", Message: "is not known"}}
	}
	return acmeVerifier{c}, nil
}

func (s acmeVerifier) Handshakes() []verify.Handshake {
	return []verify.Handshake{
		{
			Method:     "POST",
			Recognizes: func(c verify.Call) bool { return string(c.Body) == "ping" },
			Answer: func(context.Context, verify.Call) (*hook.Reply, verify.Verdict) {
				reply := verify.TextReply("pong")
				reply.Status = 202
				return reply, verify.Verdict{}
			},
		},
		{
			Method: "GET", Unsigned: true, SecretQuery: []string{"token"},
			Recognizes: func(c verify.Call) bool { return strings.Contains(c.Query, "challenge=") },
			Answer: func(_ context.Context, c verify.Call) (*hook.Reply, verify.Verdict) {
				values, _ := url.ParseQuery(c.Query)
				if values.Get("token") != s.Secrets[0] {
					return nil, verify.Verdict{Reason: verify.Mismatch, Detail: "the token is wrong"}
				}
				return verify.TextReply(values.Get("challenge")), verify.Verdict{}
			},
		},
		{Method: "HEAD", Unsigned: true, Recognizes: func(verify.Call) bool { return true }},
	}
}

// sign returns the signature header of a call.
func sign(secret, url, content string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprint(mac, url, "\n", content)
	return "X-Acme-Signature: " + hex.EncodeToString(mac.Sum(nil))
}

func (s acmeVerifier) Verify(_ context.Context, c verify.Call) verify.Verdict {
	given := c.Header.Get("X-Acme-Signature")
	switch {
	case s.Missing != "" || len(s.Secrets) == 0:
		return verify.Verdict{Reason: verify.NoSecret, Detail: s.Missing + " is not set"}
	case given == "":
		return verify.Verdict{Reason: verify.Missing, Detail: "the call has no header X-Acme-Signature"}
	}
	for i, secret := range s.Secrets {
		if "X-Acme-Signature: "+given == sign(secret, c.URL, string(c.Body)) {
			return verify.Verdict{Secret: i}
		}
	}
	return verify.Verdict{Reason: verify.Mismatch, Detail: "no secret fits"}
}

func (s acmeVerifier) Explain(_ context.Context, c verify.Call, others map[string]string) (list []verify.Hypothesis) {
	names := make([]string, 0, len(others))
	for name := range others {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if "X-Acme-Signature: "+c.Header.Get("X-Acme-Signature") == sign(others[name], c.URL, string(c.Body)) {
			list = append(list, verify.Hypothesis{Code: "other-secret", Message: "signed with " + name})
		}
	}
	return list
}

// bearer is a provider that sends its secret in a header or a query parameter.
type bearer struct{}

type bearerVerifier struct{ verify.Config }

func (bearer) Info() verify.Info { return verify.Info{Name: "bearer"} }

func (bearer) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	return bearerVerifier{c}, nil
}

func (b bearerVerifier) Verify(_ context.Context, c verify.Call) verify.Verdict {
	if strings.Contains(c.Query, "bearer="+b.Secrets[0]) || c.Header.Get("X-Bearer") == b.Secrets[0] {
		return verify.Verdict{}
	}
	return verify.Verdict{Reason: verify.Missing, Detail: "the call has no token"}
}

func (bearerVerifier) TokenPlaces() (headers, query []string) {
	return []string{"X-Bearer"}, []string{"bearer"}
}

// signature returns a gate of the provider acme.
func signature(secrets ...string) *flow.Signature {
	return &flow.Signature{Preset: "acme", Secrets: secrets, URL: "https://hooks.example.com/in"}
}

func signedBy(secrets ...string) func(*flow.Trigger) {
	return func(t *flow.Trigger) { t.Auth.Signature = signature(secrets...) }
}
