package verifytest

import (
	"testing"

	"hookline.dev/hookline/internal/verify"
)

// Invariants checks what is true of every preset with a shared secret: it accepts what it signs, and without
// its secret, or with an empty one, it accepts nothing.
func Invariants(t *testing.T, p verify.Preset) {
	t.Helper()
	keys := RequiredKeys(p)
	call := Example(p.Info())
	const text = ExampleSecret
	full, problems := p.Compile(verify.Config{Secrets: []string{text}, Keys: keys})
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	lines, err := full.(verify.Signer).Sign(call, "d1")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range lines {
		call.Header.Set(h.Name, h.Value)
	}
	if verdict := full.Verify(t.Context(), call); !verdict.OK() {
		t.Fatalf("what was signed is refused: %+v; %v", verdict, lines)
	}
	for name, c := range map[string]verify.Config{
		"empty secret": {Secrets: []string{""}}, "blank secret": {Secrets: []string{" \n"}},
		"one of two is empty": {Secrets: []string{text, ""}}, "variable not set": {Secrets: []string{text}, Missing: "$env.X"},
	} {
		c.Keys = keys
		open, _ := p.Compile(c)
		if verdict := open.Verify(t.Context(), call); verdict.Reason != verify.NoSecret {
			t.Errorf("%s: got %+v, want every call refused", name, verdict)
		}
	}
}
