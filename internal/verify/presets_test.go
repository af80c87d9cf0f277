package verify_test

import (
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// schemeOf returns the scheme of a preset of the binary.
func schemeOf(tb testing.TB, name string) verify.Scheme {
	tb.Helper()
	p := preset.Set().Find(name)
	if p == nil {
		tb.Fatalf("there is no preset %s", name)
	}
	s, ok := verify.SchemeOf(p)
	if !ok {
		tb.Fatalf("the preset %s is not data", name)
	}
	return s
}

// madeUp returns invented schemes, each a real one with a change.
func madeUp(tb testing.TB) map[string]verify.Scheme {
	tb.Helper()
	text := schemeOf(tb, "svix")
	text.Key = ""
	hexKey := schemeOf(tb, "github")
	hexKey.Key = "hex"
	bare := schemeOf(tb, "slack")
	bare.Signed, bare.Timestamp = "{body}", verify.Timestamp{}
	return map[string]verify.Scheme{
		"svix-as-text": text, "github-hex": hexKey, "slack-body": bare,
		"rsa": {
			Kind: "rsa-sha256", Encoding: "base64", PublicKey: "pem-by-serial", SerialHeader: "X-Serial",
			Sig: verify.Signature{Header: "X-Signature"}, Signed: "{body}\n",
		},
	}
}

// find returns a preset of the binary, or an invented one.
func find(tb testing.TB, name string) verify.Preset {
	tb.Helper()
	if s, ok := madeUp(tb)[name]; ok {
		return verify.Declare(verify.Info{Name: name}, s)
	}
	p := preset.Set().Find(name)
	if p == nil {
		tb.Fatalf("there is no preset %s", name)
	}
	return p
}
