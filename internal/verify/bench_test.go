package verify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// benchBody returns a body as large as a GitHub push event.
func benchBody() []byte { return bytes.Repeat([]byte(`{"ref":"main"}  `), 7700/16) }

// BenchmarkHMAC measures the lower bound of any verifier: one HMAC of the body with a reused hash.
func BenchmarkHMAC(b *testing.B) {
	body, h := benchBody(), hmac.New(sha256.New, []byte("secret"))
	sum := make([]byte, 0, 32)
	b.ReportAllocs()
	for b.Loop() {
		h.Reset()
		h.Write(body)
		sum = h.Sum(sum[:0])
	}
}

func BenchmarkVerify(b *testing.B) {
	body, h := benchBody(), hmac.New(sha256.New, []byte("secret"))
	h.Write(body)
	header := http.Header{
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(h.Sum(nil))}, "Content-Type": {"application/json"},
		"X-Github-Event": {"push"}, "X-Github-Delivery": {"72d3162e-cc78-11e3-81ab-4c9367dc0958"},
	}
	bad := header.Clone()
	bad.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(make([]byte, 32)))
	p := find(b, "github")
	v, _ := p.Compile(verify.Config{Secrets: []string{"secret"}})
	for name, call := range map[string]verify.Call{"good": {Header: header, Body: body}, "bad": {Header: bad, Body: body}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v.Verify(b.Context(), call).OK() != (name == "good") {
					b.Fatal("the verdict is wrong")
				}
			}
		})
	}
}

func TestVerifyAllocatesNothing(t *testing.T) {
	for _, name := range []string{"github", "stripe", "slack", "standard-webhooks", "generic-token"} {
		p := find(t, name)
		vector := verifytest.Vectors(t, name)[0]
		v, problems := p.Compile(vector.Config(p.Info()))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		call := vector.Call()
		if n := testing.AllocsPerRun(100, func() { v.Verify(t.Context(), call) }); n > 0.5 && !raceEnabled {
			t.Errorf("%s: %v allocations a call", name, n)
		}
	}
}
