package standardwebhooks_test

import (
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
	"hookline.dev/hookline/internal/verify/vectors"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestEitherVersionIsEnough tests a gate with a secret and a public key.
func TestEitherVersionIsEnough(t *testing.T) {
	keys := map[string]string{"public_key": firstVector(t, "standard-webhooks-ed25519").Key("public_key")}
	secrets := []string{*firstVector(t, "standard-webhooks").Secret}
	for _, name := range []string{"standard-webhooks", "standard-webhooks-ed25519"} {
		for _, vector := range verifytest.Vectors(t, name) {
			c := vector.Config(standardwebhooks.New().Info())
			if name == "standard-webhooks" {
				c.Keys = keys
			} else {
				c.Secrets = secrets
			}
			v, problems := standardwebhooks.New().Compile(c)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			got := v.Verify(t.Context(), vector.Call())
			if got.OK() != (vector.Expect == "accept") {
				t.Errorf("%s: got %+v", vector.Case, got)
			}
			if !got.OK() && vector.RejectReason == "signature_mismatch" && got.Reason != verify.Mismatch {
				t.Errorf("%s: got %+v, want the refusal that came furthest", vector.Case, got)
			}
		}
	}
	v, problems := standardwebhooks.New().Compile(verify.Config{Secrets: secrets, Keys: keys})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	call := firstVector(t, "standard-webhooks-ed25519").Call()
	if explained := v.(verify.Explainer).Explain(t.Context(), call, nil); explained != nil {
		t.Errorf("a good call is explained by %v", explained)
	}
	call.Body = append(call.Body, '\n')
	explained := v.(verify.Explainer).Explain(t.Context(), call, nil)
	if len(explained) == 0 || explained[0].Code != "body-changed" {
		t.Errorf("a body with a line end is explained by %v", explained)
	}
	lines, err := v.(verify.Signer).Sign(call, "d1")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range lines {
		call.Header.Set(h.Name, h.Value)
	}
	if got := v.Verify(t.Context(), call); !got.OK() {
		t.Errorf("what it signs it refuses: %+v", got)
	}
	v, _ = standardwebhooks.New().Compile(verify.Config{Keys: keys})
	if _, err := v.(verify.Signer).Sign(call, "d1"); err == nil {
		t.Error("it signs with a public key")
	}
}

// firstVector is the first accepted call of a preset.
func firstVector(tb testing.TB, name string) *vectors.Vector {
	tb.Helper()
	for _, v := range verifytest.Vectors(tb, name) {
		if v.Expect == "accept" && v.Secrets == nil {
			return &v
		}
	}
	tb.Fatalf("no vector of %s is accepted", name)
	return nil
}
