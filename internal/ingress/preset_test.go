package ingress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// stamp is a provider that signs URL and body, and asks with the body "ping" whether it is heard.
type stamp struct{}

// stamped checks its calls.
type stamped struct{ verify.Config }

func presets() *verify.Set { return verify.NewSet(stamp{}, bearer{}) }

func (stamp) Info() verify.Info {
	return verify.Info{Name: "stamp", URL: true, MaxBody: 64, Form: "payload", As: "text/plain", Headers: []string{"X-Stamp"}}
}

func (stamp) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	if c.Keys["bad"] != "" {
		return stamped{c}, []decode.Problem{{Path: "keys.bad", Message: "is not known"}}
	}
	return stamped{c}, nil
}

func (stamp) Handshake(c verify.Call) *hook.Reply {
	if string(c.Body) != "ping" {
		return nil
	}
	return &hook.Reply{
		Status: 202, Headers: []hook.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-Content-Type-Options", Value: "nosniff"}},
		Body: []byte("pong"),
	}
}

// sign makes the header of a call.
func sign(secret, url, content string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprint(mac, url, "\n", content)
	return "X-Stamp: " + hex.EncodeToString(mac.Sum(nil))
}

func (s stamped) Verify(c verify.Call) verify.Verdict {
	given := c.Header.Get("X-Stamp")
	switch {
	case s.Missing != "" || len(s.Secrets) == 0:
		return verify.Verdict{Reason: verify.NoSecret, Detail: s.Missing + " is not set"}
	case given == "":
		return verify.Verdict{Reason: verify.Missing, Detail: "the call has no header X-Stamp"}
	}
	for i, secret := range s.Secrets {
		if "X-Stamp: "+given == sign(secret, c.URL, string(c.Body)) {
			return verify.Verdict{Secret: i}
		}
	}
	return verify.Verdict{Reason: verify.Mismatch, Detail: "no secret fits"}
}

func (s stamped) Explain(c verify.Call, others map[string]string) (list []verify.Hypothesis) {
	names := make([]string, 0, len(others))
	for name := range others {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if "X-Stamp: "+c.Header.Get("X-Stamp") == sign(others[name], c.URL, string(c.Body)) {
			list = append(list, verify.Hypothesis{Code: "other-secret", Message: "signed with " + name})
		}
	}
	return list
}

// bearer is a provider that sends its secret in a header or a query parameter.
type bearer struct{}

type bore struct{ verify.Config }

func (bearer) Info() verify.Info { return verify.Info{Name: "bearer"} }

func (bearer) Compile(c verify.Config) (verify.Verifier, []decode.Problem) { return bore{c}, nil }

func (b bore) Verify(c verify.Call) verify.Verdict {
	if strings.Contains(c.Query, "bearer="+b.Secrets[0]) || c.Header.Get("X-Bearer") == b.Secrets[0] {
		return verify.Verdict{}
	}
	return verify.Verdict{Reason: verify.Missing, Detail: "the call has no token"}
}

func (bore) Carries() (headers, query []string) { return []string{"X-Bearer"}, []string{"bearer"} }

// signature is a gate of the stamp provider.
func signature(secrets ...string) *flow.Signature {
	return &flow.Signature{Preset: "stamp", Secrets: secrets, URL: "https://hooks.example.com/in"}
}

func signedBy(secrets ...string) func(*flow.Trigger) {
	return func(t *flow.Trigger) { t.Auth.Signature = signature(secrets...) }
}
