package standardwebhooks_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestEitherVersionWillDo holds a gate with a secret and a public key.
func TestEitherVersionWillDo(t *testing.T) {
	v, problems := standardwebhooks.New().Compile(verify.Config{Secrets: []string{secret}, Keys: map[string]string{"public_key": public}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, name := range []string{"standard-webhooks", "standard-webhooks-ed25519"} {
		for _, vector := range verifytest.Vectors(t, name) {
			got := v.Verify(vector.Call(t))
			// What only one of the versions may refuse for its form is right by the other.
			want := vector.Expect == "accept" || vector.RejectReason == "bad_signature_format"
			if got.OK() != want {
				t.Errorf("%s: got %+v", vector.Case, got)
			}
			if !got.OK() && vector.RejectReason == "signature_mismatch" && got.Reason != verify.Mismatch {
				t.Errorf("%s: got %+v, want the refusal that came furthest", vector.Case, got)
			}
		}
	}
	call := verifytest.Vectors(t, "standard-webhooks-ed25519")[0].Call(t)
	if explained := v.(verify.Explainer).Explain(call, nil); explained != nil {
		t.Errorf("a good call is explained by %v", explained)
	}
	call.Body = []byte(strings.ReplaceAll(string(call.Body), " ", ""))
	explained := v.(verify.Explainer).Explain(call, nil)
	if len(explained) == 0 || explained[0].Code != "body-changed" {
		t.Errorf("a body without its blank is explained by %v", explained)
	}
	lines, err := v.(verify.Signer).Sign(call, "d1")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range lines {
		call.Header.Set(h.Name, h.Value)
	}
	if got := v.Verify(call); !got.OK() {
		t.Errorf("what it signs it refuses: %+v", got)
	}
	v, _ = standardwebhooks.New().Compile(verify.Config{Keys: map[string]string{"public_key": public}})
	if _, err := v.(verify.Signer).Sign(call, "d1"); err == nil {
		t.Error("it signs with a public key")
	}
}
