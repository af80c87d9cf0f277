package preset_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// trial is a call that a configuration accepts.
type trial struct {
	config verify.Config
	call   verify.Call
}

// TestEveryKeyHasItsEffect takes calls that are accepted, and changes one key of each preset. A changed value must be
// refused when the preset is compiled, or have the call refused: a setting without effect looks like protection and is
// none.
func TestEveryKeyHasItsEffect(t *testing.T) {
	for _, p := range preset.Set().All() {
		for _, k := range p.Info().Keys {
			t.Run(p.Info().Name+" "+k.Name, func(t *testing.T) {
				list := trials(t, p, k)
				if len(list) == 0 {
					t.Fatal("no call is accepted with this key")
				}
				for _, trial := range list {
					for _, text := range otherValues(k, trial.config.Keys[k.Name]) {
						changed := trial
						changed.config.Keys = maps.Clone(trial.config.Keys)
						changed.config.Keys[k.Name] = text
						if accepts(t, p, changed) {
							t.Errorf("%v accepts the same call with the value %q", trial.config.Keys, text)
						}
					}
				}
			})
		}
	}
}

// otherValues returns values of a key other than one: those that its description names, and invented ones.
func otherValues(k verify.Key, value string) []string {
	all := map[string][]string{
		"alg": {"sha1", "sha256", "sha512", "md5"}, "encoding": {"hex", "base64"}, "key": {"text", "hex", "base64", "whsec"},
		"timestampUnit": {"s", "ms", "iso8601"}, "signed": {"{body}", "{ts}.{body}", "{id}.{body}", "{url}{body}", "{method}{body}", "x"},
	}
	list := append(all[k.Name], value+"x", "X-Other")
	return slices.DeleteFunc(list, func(text string) bool { return text == value })
}

// trials returns calls that are accepted with a key set: the preset's vectors, and calls that are signed here.
func trials(t *testing.T, p verify.Preset, k verify.Key) []trial {
	t.Helper()
	var list []trial
	add := func(x trial) {
		if x.config.Keys[k.Name] != "" && isHandshake(t, p, x) == (k.Name == "verify_token") && accepts(t, p, x) {
			list = append(list, x)
		}
	}
	for _, v := range verifytest.Vectors(t, p.Info().Name) {
		if v.Expect == "accept" {
			add(trial{v.Config(p.Info()), v.Call()})
		}
	}
	for _, c := range configurations(p, k) {
		call := verifytest.Example(p.Info())
		v, problems := p.Compile(c)
		if s, ok := v.(verify.Signer); ok && len(problems) == 0 {
			if lines, err := s.Sign(call, "d1"); err == nil {
				for _, h := range lines {
					call.Header.Set(h.Name, h.Value)
				}
				add(trial{c, call})
			}
		}
		call.Query = c.Keys["query"] + "=" + c.Keys["prefix"] + verifytest.ExampleSecret // no Signer puts it there
		add(trial{c, call})
	}
	return list
}

// configurations returns settings of a preset that include a key.
func configurations(p verify.Preset, k verify.Key) []verify.Config {
	all := map[string]string{}
	for _, other := range p.Info().Keys {
		all[other.Name] = other.Example
		if other.Default != "" {
			all[other.Name] = strings.Replace(other.Default, "{body}", "{id}.{ts}.{url}.{body}", 1)
		}
	}
	alone := map[string]string{k.Name: all[k.Name]}
	maps.Copy(alone, verifytest.RequiredKeys(p))
	withQuery := map[string]string{k.Name: all[k.Name], "query": "token"}
	var list []verify.Config
	for _, keys := range []map[string]string{all, alone, withQuery} {
		list = append(list, verify.Config{Secrets: []string{verifytest.ExampleSecret}, Keys: keys})
	}
	return list
}

// isHandshake reports whether a call is a handshake that is not signed. Only those show the key verify_token.
func isHandshake(t *testing.T, p verify.Preset, on trial) bool {
	t.Helper()
	v, _ := p.Compile(on.config)
	h, ok := verify.FindHandshake(v, on.call)
	return ok && h.Unsigned
}

func accepts(t *testing.T, p verify.Preset, on trial) bool {
	t.Helper()
	v, problems := p.Compile(on.config)
	if len(problems) > 0 {
		return false
	}
	_, verdict := verify.Check(t.Context(), v, on.call)
	return verdict.OK()
}

// TestEveryPartOfASignedTextIsChecked signs calls over each part that `signed` may name, and changes that part.
func TestEveryPartOfASignedTextIsChecked(t *testing.T) {
	p := preset.Set().Find("generic-hmac")
	for part, change := range map[string]func(*verify.Call){
		"{ts}":           verifytest.Set("X-Timestamp", "1700000001"),
		"{id}":           verifytest.Set("X-Delivery-Id", "d2"),
		"{url}":          func(c *verify.Call) { c.URL += "&b=2" },
		"{method}":       func(c *verify.Call) { c.Method = http.MethodPut },
		"{header:X-A}":   verifytest.Set("X-A", "other"),
		"{json:id}":      verifytest.Body(`{"id":"e2"}`),
		"{body}{body}":   verifytest.Body(`{"id":"e1"} `),
		"some text {id}": verifytest.Set("X-Delivery-Id", "d2"),
	} {
		keys := map[string]string{"header": "X-Signature", "signed": part + ".{body}"}
		if strings.Contains(part, "{ts}") {
			keys["timestampHeader"] = "X-Timestamp"
		}
		if strings.Contains(part, "{id}") {
			keys["idHeader"] = "X-Delivery-Id"
		}
		v, call := verifytest.Signed(t, p, verify.Config{Secrets: []string{"s"}, Keys: keys}, `{"id":"e1"}`, http.Header{"X-A": {"a"}})
		verifytest.Reject(t, v, call, []verifytest.Change{verifytest.When(part, change, verify.Mismatch)})
		bare := call
		bare.Header = call.Header.Clone()
		other, problems := p.Compile(verify.Config{Secrets: []string{"s"}, Keys: map[string]string{"header": "X-Signature"}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		lines, err := other.(verify.Signer).Sign(bare, "d1")
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range lines {
			bare.Header.Set(h.Name, h.Value)
		}
		if verdict := v.Verify(t.Context(), bare); verdict.OK() {
			t.Errorf("%s: a signature over the body alone is accepted", part)
		}
	}
}
