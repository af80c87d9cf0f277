package ingress

import (
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

func TestAKeyThatIsWrittenEmptyDoesNotCloseTheGate(t *testing.T) {
	for keys, closed := range map[string]string{
		`{"prefix":""}`:                     "",
		`{"prefix":"a"}`:                    "",
		`{"prefix":"{{$env.NOWHERE}}"}`:     "the secret NOWHERE is not set",
		`{"a":"","prefix":"{{$env.NONE}}"}`: "the secret NONE is not set",
	} {
		wf := workflow("a", func(t *flow.Trigger) {
			t.Auth.Signature = &flow.Signature{Preset: "acme", Secrets: []string{"s"}, Keys: value.Trusted(keys)}
		})
		r, err := Compile(wf, Resources{Env: func(string) (string, bool) { return "", false }, Presets: presets()})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.auth.all.signature.closed; got != closed {
			t.Errorf("%s: closed is %q, want %q", keys, got, closed)
		}
	}
}
