package vault

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"hookline.dev/hookline/internal/value"

	"pgregory.net/rapid"
)

// secrets draws secrets of every sort, all long enough to be masked.
func secrets() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-zA-Z0-9_-]{8,64}`),
		rapid.StringMatching(`-----BEGIN KEY-----\n([A-Za-z0-9+/]{64}\n){1,5}[A-Za-z0-9+/]{10}==\n-----END KEY-----\n`),
		rapid.StringN(8, 40, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("\"\\/\n\r\t\b\x01<>&'%+ é漢😀a1")), 8, 40, -1),
		rapid.StringMatching(`[0-9]{8,20}`),
		rapid.StringMatching(`\{"id":"[a-z]{3,9}","n":[0-9]{1,3}\}`),
	).Filter(maskable)
}

// quotedJSON draws a JSON string of a text, with every character escaped in one of the ways that JSON has.
func quotedJSON(t *rapid.T, text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		plain, _ := json.Marshal(string(r))
		form := rapid.IntRange(0, 3).Draw(t, "form")
		switch {
		case form == 0 || form == 1 && strings.ContainsRune("\"\\", r):
			b.Write(plain[1 : len(plain)-1])
		case form == 1 && r == '/':
			b.WriteString(`\/`)
		case form == 1 && r >= ' ':
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`}[form%2], unit)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}

// wrapped draws a text that contains another, as programs make it.
func wrapped(t *rapid.T, text string) string {
	before, after := rapid.StringN(0, 20, -1).Draw(t, "before"), rapid.StringN(0, 20, -1).Draw(t, "after")
	whole := before + text + after
	switch rapid.IntRange(0, 9).Draw(t, "wrap") {
	case 0:
		return quotedJSON(t, whole)
	case 1:
		return url.QueryEscape(whole)
	case 2:
		return url.PathEscape(whole)
	case 3:
		return base64.StdEncoding.EncodeToString([]byte(whole))
	case 4:
		return base64.RawURLEncoding.EncodeToString([]byte(whole))
	case 5:
		return hex.EncodeToString([]byte(whole))
	case 6:
		return fmt.Sprintf("%X", whole)
	case 7:
		return fmt.Sprintf("%q", whole)
	case 8:
		return quotedJSON(t, quotedJSON(t, whole))
	default:
		return whole
	}
}

// leaks reports whether a text has a secret that anybody can read who can undo escapes.
func leaks(text, secret string) bool {
	secret = strings.TrimSpace(secret)
	for range depth {
		if strings.Contains(text, secret) {
			return true
		}
		plain := text
		if unescaped, err := url.QueryUnescape(text); err == nil && strings.Contains(unescaped, secret) {
			return true
		}
		for _, e := range []escapes{ofStrings, ofURLs} {
			if plain = e.decode(text, nil); plain != text {
				break
			}
		}
		text = plain
	}
	return false
}

func TestNoSpellingOfASecretIsLeftInAText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secrets().Draw(t, "secret")
		text := wrapped(t, secret)
		got := NewMasker(secret, "another secret").Text(text)
		if leaks(got, secret) || !strings.Contains(got, Mask) {
			t.Errorf("of %q with the secret %q remains %q", text, secret, got)
		}
	})
}

func TestNoSpellingOfASecretIsLeftInAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secrets().Draw(t, "secret")
		text := `{"z":1.50,"a":[true,` + quotedJSON(t, wrapped(t, secret)) + `,null],"n":10000000000000000000.10}`
		if rapid.Bool().Draw(t, "as a name") {
			text = `{"z":1.50,"a":{` + quotedJSON(t, secret) + `:""},"n":10000000000000000000.10}`
		}
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := NewMasker(secret).Value(v)
		if _, err := value.Parse(got.Text(), value.Limits{}); err != nil {
			t.Fatalf("%s is not JSON: %v", got, err)
		}
		if leaks(got.Text(), secret) || !strings.Contains(got.Text(), Mask) {
			t.Errorf("of %s with the secret %q remains %s", text, secret, got)
		}
		if got.Kind() == value.KindObject && (!strings.HasPrefix(got.Text(), `{"z":1.50,"a":`) || !strings.HasSuffix(got.Text(), `,"n":10000000000000000000.10}`)) {
			t.Errorf("numbers or order changed: %s", got)
		}
	})
}

func TestOtherTextStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Z]{8,20}`).Draw(t, "secret")
		text := rapid.StringOf(rapid.RuneFrom([]rune(`ab\"%+n/u0019`))).Draw(t, "text")
		m := NewMasker(secret)
		if got := m.Text(text); got != text || m.Finds(text) {
			t.Errorf("%q became %q", text, got)
		}
		v := value.Trusted(`{ "a" : "\u0061" ,"n":1.0}`)
		if got := m.Value(v); got.Text() != v.Text() {
			t.Errorf("%s became %s", v, got)
		}
	})
}

func TestMaskedTexts(t *testing.T) {
	m := NewMasker("hunter2-long", "hunter2-longer", "12345678", `{"key":"abc"}`, "short")
	for text, want := range map[string]string{
		"":                                       "",
		"hunter2-long":                           "[secret]",
		"hunter2-longer":                         "[secret]",
		"hunter2-longhunter2-long":               "[secret][secret]",
		"a hunter2-lon b":                        "a hunter2-lon b",
		"short":                                  "short",
		`{"a":"\u0068unter2-long"}`:              `{"a":"[secret]"}`,
		"t=%68unter2%2Dlong&b=1":                 "t=[secret]&b=1",
		"Basic dTpodW50ZXIyLWxvbmc=":             "Basic dTp[secret]n=",
		strings.Repeat(`\\`, 100_000) + "x":      strings.Repeat(`\\`, 100_000) + "x",
		strings.Repeat("%", 99_999) + "12345678": strings.Repeat("%", 99_999) + "[secret]",
	} {
		if text == "Basic dTpodW50ZXIyLWxvbmc=" {
			if got := m.Text(text); strings.Contains(got, "odW50ZXIyLWxvbm") {
				t.Errorf("a password in Basic credentials remains: %s", got)
			}
			continue
		}
		if got := m.Text(text); got != want {
			t.Errorf("%.60q became %.60q, want %.60q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		`{"n":12345678,"m":1}`:                `{"n":"[secret]","m":1}`,
		`[1,{"key":"abc"}]`:                   `"[secret]"`,
		`{"hunter2-long":1,"hunter2-long":2}`: `{"[secret]":1,"[secret]":2}`,
		`null`:                                `null`,
	} {
		if got := m.Value(value.Trusted(text)).Text(); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}

func TestWithoutSecretsNothingIsMasked(t *testing.T) {
	for _, m := range []*Masker{nil, NewMasker(), NewMasker("short", "", "   a   b  ")} {
		if m != nil || m.Text("short") != "short" || m.Finds("short") || m.Value(value.String("short")).Text() != `"short"` {
			t.Errorf("got %v", m)
		}
	}
}

func TestVariables(t *testing.T) {
	v := FromEnviron([]string{"HOME=/", Prefix + "A=1234567", Prefix + "B=12345678", Prefix + "=x", Prefix + "C=", Prefix + "D=x=y"})
	if got, ok := v.Lookup("D"); got.Text != "x=y" || got.Plain || !ok {
		t.Errorf("D is %v, %v", got, ok)
	}
	if _, ok := v.Lookup("HOME"); ok {
		t.Error("HOME is a variable")
	}
	if got := strings.Join(v.Current().Short(), " "); got != "A D" {
		t.Errorf("short: %s", got)
	}
}

func TestStoredVariablesAreReplacedAsAWhole(t *testing.T) {
	v := FromEnviron([]string{Prefix + "BOTH=of the process"})
	before := v.Current()
	v.Replace(map[string]Variable{"BOTH": {Text: "stored one", Plain: true}, "PLAIN": {Text: "plain", Plain: true}, "SECRET": {Text: "a secret text"}, "SHORT": {Text: "x"}})
	for name, want := range map[string]Variable{"BOTH": {Text: "of the process"}, "PLAIN": {Text: "plain", Plain: true}, "SECRET": {Text: "a secret text"}} {
		if got, ok := v.Lookup(name); got != want || !ok {
			t.Errorf("%s is %v, %v", name, got, ok)
		}
	}
	now := v.Current()
	if got := strings.Join(now.Short(), " "); got != "SHORT" {
		t.Errorf("short: %s", got)
	}
	if m := now.Masker(); !m.Finds("of the process") || !m.Finds("a secret text") || m.Finds("stored one") || m.Finds("plain") {
		t.Error("the masker finds others than the secrets")
	}
	if _, ok := before.Lookup("SECRET"); ok {
		t.Error("an old set has changed")
	}
	v.Replace(nil)
	if _, ok := v.Lookup("SECRET"); ok || !v.FromProcess("BOTH") || v.FromProcess("PLAIN") {
		t.Error("a deleted variable is still there, or its origin is wrong")
	}
}

func FuzzMasker(f *testing.F) {
	f.Add("a secret of mine", `{"a":"\u0061 secret of mine"}`)
	f.Add("12345678", "%31%")
	f.Fuzz(func(t *testing.T, secret, text string) {
		m := NewMasker(secret)
		if m == nil || secret == Mask {
			return
		}
		if changed := m.Text(text) != text; changed != m.Finds(text) {
			t.Errorf("%q: changed %v, found %v", text, changed, !changed)
		}
		if !m.Finds(text + secret) {
			t.Errorf("%q is not found behind %q", secret, text)
		}
	})
}

func BenchmarkMasker(b *testing.B) {
	m := NewMasker("0123456789abcdef0123456789abcdef01234567")
	text := strings.Repeat(`{"id":12345,"url":"https://api.example.com/users/{\/other_user}","note":"a \"quoted\" line\n"},`, 64)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if m.Finds(text) {
			b.Fatal("found")
		}
	}
}

func TestTheSecretPartsOfAURLAreMasked(t *testing.T) {
	m := NewMasker("https://hooks.example.com/services/T000/B000/abcdefghijklmnop?key=0123456789abcdef&v=2")
	for given, want := range map[string]string{
		"no hook at https://hooks.example.com/services/T000/B000/abcdefghijklmnop?key=0123456789abcdef&v=2!": "no hook at [secret]!",
		"no hook at /services/T000/B000/abcdefghijklmnop?key=0123456789abcdef&v=2!":                          "no hook at [secret]!",
		"no hook at /services/T000/B000/abcdefghijklmnop!":                                                   "no hook at [secret]!",
		"the token abcdefghijklmnop is unknown":                                                              "the token [secret] is unknown",
		"the key 0123456789abcdef is unknown":                                                                "the key [secret] is unknown",
		"https://hooks.example.com/services/T000 is up, v=2":                                                 "https://hooks.example.com/services/T000 is up, v=2",
	} {
		if got := m.Text(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
	if got := NewMasker("https://api.example.com/v1").Text("/v1 and /v1/orders of api.example.com"); strings.Contains(got, Mask) {
		t.Errorf("words of an API are masked: %q", got)
	}
}
