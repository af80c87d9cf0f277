package preset_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestEveryKeyHasItsEffect changes the value of each key of each preset. There must be a call whose verdict,
// answer or signature changes with it.
func TestEveryKeyHasItsEffect(t *testing.T) {
	for _, p := range preset.Set().All() {
		for _, k := range p.Info().Keys {
			if !hasEffect(t, p, k) {
				t.Errorf("%s: keys.%s changes nothing", p.Info().Name, k.Name)
			}
		}
	}
}

// trial is a call, and the configuration that checks it.
type trial struct {
	config verify.Config
	call   verify.Call
}

// trials returns the accepted vectors of a preset, and invented calls with the example values of its keys.
func trials(t *testing.T, p verify.Preset) []trial {
	t.Helper()
	var list []trial
	for _, v := range verifytest.Vectors(t, p.Info().Name) {
		if v.Expect == "accept" {
			list = append(list, trial{v.Config(p.Info()), v.Call()})
		}
	}
	whole := verify.Config{Secrets: []string{verifytest.ExampleSecret}, Keys: map[string]string{}, Tolerance: time.Minute}
	for _, k := range p.Info().Keys {
		whole.Keys[k.Name] = k.Example
		if k.Default != "" {
			whole.Keys[k.Name] = strings.Replace(k.Default, "{body}", "{id}.{ts}.{url}.{body}", 1)
		}
	}
	list = append(list, trial{whole, verifytest.Example(p.Info())})
	for _, k := range p.Info().Keys { // alone, and with the secret in a parameter with that name
		c := verify.Config{Secrets: whole.Secrets, Keys: map[string]string{k.Name: k.Example}}
		list = append(list, trial{c, verify.Call{Method: "POST", Query: k.Example + "=" + verifytest.ExampleSecret}})
	}
	return list
}

func hasEffect(t *testing.T, p verify.Preset, k verify.Key) bool {
	t.Helper()
	others := []string{k.Example, k.Default, "", "x", "sha512", "base64", "ms", "{url}{body}", "{method}{body}"}
	for _, trial := range trials(t, p) {
		before, ok := fingerprint(t, p, trial)
		if !ok {
			continue
		}
		for _, text := range append(others, trial.config.Keys[k.Name]+"x") {
			changed := trial
			changed.config.Keys = maps.Clone(trial.config.Keys)
			changed.config.Keys[k.Name] = text
			if after, ok := fingerprint(t, p, changed); ok && after != before {
				return true
			}
		}
	}
	return false
}

// fingerprint returns a verifier's result for a call and its signature; false if it does not compile.
func fingerprint(t *testing.T, p verify.Preset, on trial) (string, bool) {
	t.Helper()
	v, problems := p.Compile(on.config)
	if len(problems) > 0 {
		return "", false
	}
	reply, verdict := verify.Check(t.Context(), v, on.call)
	text := fmt.Sprint(reply != nil, verdict.Reason)
	if s, ok := v.(verify.Signer); ok {
		if lines, err := s.Sign(on.call, "d1"); err == nil {
			text += fmt.Sprint(lines)
		}
	}
	return text, true
}
