package preset_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// find returns a preset of the binary.
func find(tb testing.TB, name string) verify.Preset {
	tb.Helper()
	p := preset.Set().Find(name)
	if p == nil {
		tb.Fatalf("there is no preset %s", name)
	}
	return p
}

// compile returns the verifier of a preset, with the secret s if it takes one, and with those of the given keys
// that it has.
func compile(tb testing.TB, name string, keys map[string]string) verify.Verifier {
	tb.Helper()
	p := find(tb, name)
	c := verify.Config{Keys: verifytest.RequiredKeys(p)}
	if p.Info().Secrets > 0 {
		c.Secrets = []string{"s"}
	}
	for _, k := range p.Info().Keys {
		if text, ok := keys[k.Name]; ok {
			c.Keys[k.Name] = text
		}
	}
	v, problems := p.Compile(c)
	if len(problems) > 0 {
		tb.Fatalf("%s: %v", name, problems)
	}
	return v
}

func TestPresetsAreDescribed(t *testing.T) {
	for _, p := range preset.Set().All() {
		i := p.Info()
		if i.Title == "" || i.Summary == "" || !strings.HasPrefix(i.Docs, "https://") && !strings.HasPrefix(i.Name, "generic-") {
			t.Errorf("%s lacks a title, a summary or a page: %+v", i.Name, i)
		}
		if !strings.HasSuffix(i.Summary, ".") || len(i.Summary) > 180 {
			t.Errorf("%s: %q is not a short sentence", i.Name, i.Summary)
		}
		for _, k := range i.Keys {
			if k.Summary == "" || k.Example == "" && k.Default == "" {
				t.Errorf("%s: keys.%s has no summary, or neither an example nor a default", i.Name, k.Name)
			}
		}
	}
}

func TestPresetsPassTheirVectors(t *testing.T) {
	for _, p := range preset.Set().All() {
		t.Run(p.Info().Name, func(t *testing.T) {
			vectors := verifytest.Vectors(t, p.Info().Name)
			verifytest.Run(t, p, vectors)
			verdicts := make(map[string]int)
			for _, v := range vectors {
				verdicts[v.Expect]++
			}
			if verdicts["accept"] == 0 || verdicts["reject"] == 0 {
				t.Errorf("there are vectors with the verdicts %v, want some of both", verdicts)
			}
		})
	}
}

func TestPresetsKeepTheInvariants(t *testing.T) {
	for _, p := range preset.Set().All() {
		// needs a private key, or has the signature inside the body
		if p.Info().Secrets == 0 || p.Info().Name == "mailgun" {
			continue
		}
		t.Run(p.Info().Name, func(t *testing.T) { verifytest.Invariants(t, p) })
	}
}

func TestOneEntryIsAPreset(t *testing.T) {
	const toy = `[{"name":"toy","title":"Toy","summary":"HMAC-SHA256 of the body in X-Toy.","docs":"https://toy.example.com",
		"dedupeKey":"{{$context.headers.x-toy-id}}",
		"scheme":{"kind":"hmac","alg":"sha256","encoding":"hex","sig":{"header":"X-Toy"},"signed":"{body}","id":{"header":"X-Toy-Id"}}}]`
	list, err := verify.ReadPresets([]byte(toy))
	if err != nil {
		t.Fatal(err)
	}
	p := list[0]
	verifytest.Invariants(t, p)
	info := p.Info()
	if strings.Join(info.Headers, " ") != "X-Toy X-Toy-Id" || info.Algorithm != "HMAC-SHA256, hex" || info.Secrets != 1 || info.ID == "" {
		t.Errorf("described as %+v", info)
	}
	v, call := verifytest.Signed(t, p, verify.Config{Secrets: []string{"s"}}, `{"a": 1}`, nil)
	call.Body = []byte(`{"a":1}`)
	if got := v.(verify.Explainer).Explain(t.Context(), call, nil); len(got) == 0 || got[0].Code != "body-changed" {
		t.Errorf("explained by %v", got)
	}
}

func TestTheFileIsReadStrictly(t *testing.T) {
	entry := func(change func(e, scheme map[string]any)) string {
		scheme := map[string]any{
			"kind": "hmac", "alg": "sha256", "encoding": "hex", "sig": map[string]any{"header": "X-Toy"}, "signed": "{body}",
		}
		e := map[string]any{"name": "toy", "title": "Toy", "summary": "S.", "scheme": scheme}
		change(e, scheme)
		text, err := json.Marshal([]any{e})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	set := func(name string, v any) func(e, scheme map[string]any) {
		return func(_, scheme map[string]any) { scheme[name] = v }
	}
	handshake := func(h map[string]any) func(e, scheme map[string]any) { return set("handshakes", []any{h}) }
	good := entry(func(map[string]any, map[string]any) {})
	if _, err := verify.ReadPresets([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for want, text := range map[string]string{
		"unknown field \"dedup\"":       entry(func(e, _ map[string]any) { e["dedup"] = "x" }),
		"unknown field \"hedaer\"":      entry(set("sig", map[string]any{"hedaer": "X"})),
		"lacks a name":                  entry(func(e, _ map[string]any) { delete(e, "name") }),
		"there is more after the array": good + "[]",
		"cannot unmarshal object":       "{}",
		"kind must be one of":           entry(set("kind", "md5")),
		"{keys.x} is in a field that":   entry(set("event", map[string]any{"header": "{keys.x}"})),
		"handshakes[0].when is missing": entry(handshake(map[string]any{"text": "pong"})),
		"handshakes[0].method":          entry(handshake(map[string]any{"method": "PUT"})),
		"handshakes[0].unsigned must":   entry(handshake(map[string]any{"method": "GET", "value": map[string]any{"query": "c"}})),
		"handshakes[0].value is missing": entry(handshake(map[string]any{
			"when": []any{map[string]any{"header": "X"}}, "text": "{value}",
		})),
		"needs keys.token, which keys does not describe": entry(handshake(map[string]any{
			"method": "GET", "unsigned": true, "value": map[string]any{"query": "c"}, "token": map[string]any{"query": "t", "key": "token"},
		})),
		"handshakes[0].token needs": entry(handshake(map[string]any{
			"when": []any{map[string]any{"header": "X"}}, "token": map[string]any{"query": "t"},
		})),
		"handshakes[0].text cannot be combined with another answer": entry(handshake(map[string]any{
			"when": []any{map[string]any{"header": "X"}}, "text": "a", "json": map[string]any{},
		})),
		"handshakes[0].json is not a JSON object": entry(handshake(map[string]any{
			"when": []any{map[string]any{"header": "X"}}, "json": "a",
		})),
		"handshakes[0].text holds an HMAC": entry(func(e, scheme map[string]any) {
			maps.Copy(scheme, map[string]any{"kind": "token", "alg": "", "encoding": "", "signed": ""})
			handshake(map[string]any{"when": []any{map[string]any{"header": "X"}}, "value": map[string]any{"query": "c"}, "text": "{hmac:hex}"})(e, scheme)
		}),
	} {
		if _, err := verify.ReadPresets([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func BenchmarkSet(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		preset.Set()
	}
}
