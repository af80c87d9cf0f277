package verify_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestSchemesThatCannotWorkAreNotDeclared changes a valid scheme.
func TestSchemesThatCannotWorkAreNotDeclared(t *testing.T) {
	yes, no := true, false
	for want, change := range map[string]func(*verify.Scheme){
		"kind must be one of":                       func(s *verify.Scheme) { s.Kind = "md5" },
		"alg must be one of":                        func(s *verify.Scheme) { s.Alg = "" },
		"encoding must be one of":                   func(s *verify.Scheme) { s.Encoding = "" },
		"key must be one of":                        func(s *verify.Scheme) { s.Key = "raw" },
		"pubkey must be one of":                     func(s *verify.Scheme) { s.Kind, s.PublicKey = "ed25519", "der" },
		"timestamp.unit must be one of":             func(s *verify.Scheme) { s.Timestamp.Unit = "min" },
		"sig.header is missing":                     func(s *verify.Scheme) { s.Sig.Header = "" },
		"sig.header \"X Y\" is not the name":        func(s *verify.Scheme) { s.Sig.Header = "X Y" },
		"sig.query names a second place":            func(s *verify.Scheme) { s.Sig.Query = "sig" },
		"sig.pairs needs sep, kv and sig":           func(s *verify.Scheme) { s.Sig.Pairs = &verify.Pairs{Sep: ","} },
		"timestamp.pair needs sig.pairs.ts":         func(s *verify.Scheme) { s.Timestamp = verify.Timestamp{Pair: true} },
		"url_unescape holds something":              func(s *verify.Scheme) { s.URLUnescape = []string{"%3A", "%zz"} },
		"signed signs {ts}, but no header":          func(s *verify.Scheme) { s.Timestamp = verify.Timestamp{} },
		"timestamp.header names a timestamp":        func(s *verify.Scheme) { s.Signed = "{body}" },
		"signed signs {id}, but":                    func(s *verify.Scheme) { s.Signed, s.ID = s.Signed+"{id}", verify.Location{} },
		"signed does not contain {body}":            func(s *verify.Scheme) { s.Signed, s.CoversBody = "{ts}", &yes },
		"covers_body is false, but the signed text": func(s *verify.Scheme) { s.CoversBody = &no },
		"signed does not have {secret}":             func(s *verify.Scheme) { s.Kind = "hash" },
		"signed has {secret}, but the scheme":       func(s *verify.Scheme) { s.Kind, s.PublicKey, s.Signed = "ed25519", "hex", s.Signed+"{secret}" },
		"signed has unknown token \"{boddy}\"":      func(s *verify.Scheme) { s.Signed = "{ts}{boddy}" },
		"signed has a } without a {":                func(s *verify.Scheme) { s.Signed = "{ts}}{body}" },
		"signed is longer than":                     func(s *verify.Scheme) { s.Signed += strings.Repeat("x", 5000) },
	} {
		s := schemeOf(t, "slack")
		change(&s)
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, "preset p: "+want) {
					t.Errorf("got %q, want %q", got, want)
				}
			}()
			verify.Declare(verify.Info{Name: "p"}, s)
		}()
	}
}

func TestPublicKeys(t *testing.T) {
	vector := verifytest.Vectors(t, "sendgrid")[0]
	sendgrid := vector.Key("public_key")
	const hexKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	for _, tt := range []struct {
		preset, text string
		want         string // part of the problem; "" for none
	}{
		{"discord", hexKey, ""},
		{"discord", hexKey + "\n" + hexKey, ""},
		{"discord", "d75a", "has 2 bytes; an Ed25519 public key has 32"},
		{"discord", "xyz", "is not a public key in hex"},
		{"discord", strings.Repeat(hexKey+" ", 9), "holds 9 keys; at most 8"},
		{"standard-webhooks-ed25519", "whpk_?", "is not whpk_"},
		{"sendgrid", sendgrid, ""},
		{"sendgrid", "AAAA", "is not a public key in base64 (SPKI)"},
		{"sendgrid", "?", "is not a public key in base64 (SPKI)"},
		{"rsa", "x", "holds no PEM block"},
		{"rsa", "{", "is not a JSON object"},
		{"rsa", `{"A":"x"}`, "holds no PEM block"},
		{"rsa", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds a PEM block of another kind"},
		{"rsa", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a PEM certificate that cannot be read"},
		{"rsa", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "holds a PEM public key that cannot be read"},
		{"rsa", "-----BEGIN PUBLIC KEY-----\n" + sendgrid + "\n-----END PUBLIC KEY-----\n", "is a public key of another kind"},
	} {
		p := find(t, tt.preset)
		keys := map[string]string{p.Info().Keys[0].Name: tt.text}
		if tt.preset == "rsa" && strings.Contains(tt.text, "PUBLIC KEY-----\nMF") {
			keys = map[string]string{"certificates": `{"K":` + quoted(tt.text) + `}`}
		}
		v, problems := p.Compile(verify.Config{Keys: keys})
		got := ""
		if len(problems) > 0 {
			got = problems[0].Message
		}
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s, %.30q: got %q, want %q", tt.preset, tt.text, got, tt.want)
		}
		if v.Verify(t.Context(), verify.Call{Header: http.Header{}}).OK() {
			t.Errorf("%s, %.30q: it accepts", tt.preset, tt.text)
		}
	}
	if _, problems := find(t, "discord").Compile(verify.Config{Secrets: []string{"s"}, Keys: map[string]string{"public_key": hexKey}}); len(problems) != 1 || problems[0].Path != "secrets" {
		t.Errorf("secrets beside a public key: %v", problems)
	}
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, "\n", `\n`) + `"` }

func TestWhatCannotBeSignedSaysWhy(t *testing.T) {
	call := verify.Call{Header: http.Header{}, Body: []byte("{}"), At: time.Unix(1700000000, 0)}
	for _, tt := range []struct {
		preset, secret, id, want string
	}{
		{"github", "", "d1", "secrets[0] is empty"},
		{"mailgun", "s", "", "the signature of this preset is the body field signature.signature"},
		{"linear", "s", "", "the body has no field webhookTimestamp"},
		{"svix", "AAAA", "", "signs an id"},
		{"svix", "AAAA", "a.b", `the id may not hold "."`},
		{"feishu-card", "s", "", "header X-Lark-Request-Nonce is part of the signed text"},
	} {
		v, _ := find(t, tt.preset).Compile(verify.Config{Secrets: []string{tt.secret}})
		if lines, err := v.(verify.Signer).Sign(call, tt.id); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, %v, want %q", tt.preset, lines, err, tt.want)
		}
	}
	key := map[string]string{"public_key": strings.Repeat("00", 32)}
	v, _ := find(t, "discord").Compile(verify.Config{Keys: key})
	if _, err := v.(verify.Signer).Sign(call, ""); err == nil || !strings.Contains(err.Error(), "only the provider can sign") {
		t.Errorf("discord: %v", err)
	}
}

func TestSets(t *testing.T) {
	set := verify.NewSet(find(t, "slack"), find(t, "github"))
	if names := strings.Join(set.Names(), " "); names != "github slack" || set.Find("slack") == nil || set.Find("x") != nil {
		t.Errorf("got %s", names)
	}
	defer func() {
		if recover() == nil {
			t.Error("two presets of one name are a set")
		}
	}()
	verify.NewSet(find(t, "slack"), find(t, "slack"))
}
