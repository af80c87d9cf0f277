package api

import (
	"testing"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"

	"github.com/google/go-cmp/cmp"
)

// described is a preset of which only Info is used.
type described verify.Info

func (d described) Info() verify.Info { return verify.Info(d) }

func (described) Compile(verify.Config) (verify.Verifier, []decode.Problem) { return nil, nil }

func TestADocumentIsShownWithoutItsSecrets(t *testing.T) {
	presets := verify.NewSet(described{Name: "sealed", Keys: []verify.Key{{Name: "header"}, {Name: "aes_key", Secret: true}}})
	for name, c := range map[string]struct{ auth, want string }{
		"basic":          {`{"basic":{"username":"octo","password":"hunter2"}}`, `{"basic":{"username":"octo","password":"********"}}`},
		"token":          {`{"token":{"header":"X-T","value":"hunter2"}}`, `{"token":{"header":"X-T","value":"********"}}`},
		"a reference":    {`{"token":{"query":"t","value":"Bearer {{$env.T}}"}}`, `{"token":{"query":"t","value":"Bearer {{$env.T}}"}}`},
		"secrets":        {`{"signature":{"preset":"github","secrets":["hunter2","{{$env.S}}","hunter3"],"observe":true}}`, `{"signature":{"preset":"github","secrets":["********","{{$env.S}}","********"],"observe":true}}`},
		"keys":           {`{"signature":{"keys":{"header":"X-A","aes_key":"hunter2","other":"hunter3"},"preset":"sealed"}}`, `{"signature":{"keys":{"header":"X-A","aes_key":"********","other":"********"},"preset":"sealed"}}`},
		"a key by env":   {`{"signature":{"preset":"sealed","keys":{"aes_key":"{{$env.K}}"}}}`, `{"signature":{"preset":"sealed","keys":{"aes_key":"{{$env.K}}"}}}`},
		"unknown preset": {`{"signature":{"preset":"gone","keys":{"header":"X-A"},"url":"https://a/b"}}`, `{"signature":{"preset":"gone","keys":{"header":"********"},"url":"https://a/b"}}`},
		"alternatives": {
			`{"allowIPs":["10.0.0.0/8"],"any":[{"token":{"header":"X-T","value":"hunter2"}},{"signature":{"preset":"github","secrets":["hunter2"]}},{"basic":{"username":"u","password":"hunter2"}}]}`,
			`{"allowIPs":["10.0.0.0/8"],"any":[{"token":{"header":"X-T","value":"********"}},{"signature":{"preset":"github","secrets":["********"]}},{"basic":{"username":"u","password":"********"}}]}`,
		},
		"odd shapes": {`{"signature":{"preset":7,"secrets":"hunter2","keys":"hunter2"},"any":{"value":"hunter2"}}`, `{"signature":{"preset":7,"secrets":"********","keys":"********"},"any":{"value":"********"}}`},
		"none":       {`"none"`, `"none"`},
	} {
		t.Run(name, func(t *testing.T) {
			document := value.Trusted(`{"n":1.0,"trigger":{"auth":` + c.auth + `,"filter":"password"},"secrets":["kept"]}`)
			want := `{"n":1.0,"trigger":{"auth":` + c.want + `,"filter":"password"},"secrets":["kept"]}`
			if diff := cmp.Diff(want, maskAuth(document, presets).Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := maskAuth(value.Trusted(`{"trigger":{"auth":{"signature":{"preset":"sealed","keys":{"header":"x"}}}}}`), nil).Text(); got != `{"trigger":{"auth":{"signature":{"preset":"sealed","keys":{"header":"********"}}}}}` {
		t.Errorf("without presets: %s", got)
	}
}

func TestGatesAreListedByName(t *testing.T) {
	observed := flow.Auth{Gates: flow.Gates{Signature: &flow.Signature{Observe: true}}}
	full := flow.Auth{
		Gates: flow.Gates{Basic: &flow.BasicAuth{}, Token: &flow.TokenAuth{}, Signature: &flow.Signature{}},
		Any:   []flow.Gates{{}, {}},
	}
	for _, c := range []struct {
		auth flow.Auth
		want []string
	}{
		{flow.Auth{None: true}, []string{}},
		{observed, []string{"signature (observed)"}},
		{full, []string{"basic", "token", "signature", "any"}},
	} {
		if diff := cmp.Diff(c.want, gates(c.auth)); diff != "" {
			t.Error(diff)
		}
	}
}
