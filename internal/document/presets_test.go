package document_test

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/slack"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/verify"
)

// fakes returns the kinds and presets that these tests know.
func fakes() document.Known {
	return document.Known{Kinds: fakeKinds(), Presets: fakePresets(), Channels: channel.NewSet(slack.New(nil))}
}

// fakePreset is a preset that checks its config and verifies nothing.
type fakePreset struct {
	info  verify.Info
	check func(verify.Config) []decode.Problem
}

func (p fakePreset) Info() verify.Info { return p.info }

func (p fakePreset) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	if p.check == nil {
		return refuser{}, nil
	}
	return refuser{}, p.check(c)
}

type refuser struct{}

func (refuser) Verify(context.Context, verify.Call) verify.Verdict {
	return verify.Verdict{Reason: verify.Missing}
}

// fakePresets has one preset of each sort: with a secret only, with a timestamp, described by keys, with public
// keys, with secrets among its keys, with a secret of a certain form, with two secrets.
func fakePresets() *verify.Set {
	return verify.NewSet(
		fakePreset{info: verify.Info{Name: "github", Secrets: 1}},
		fakePreset{info: verify.Info{Name: "stripe", Secrets: 1, Tolerance: 5 * time.Minute}},
		fakePreset{info: verify.Info{Name: "square", Secrets: 1, URL: true}},
		fakePreset{verify.Info{Name: "generic-hmac", Secrets: 1, Signs: "{body}", Keys: []verify.Key{
			{Name: "header", Required: true}, {Name: "prefix"}, {Name: "alg"}, {Name: "encoding"}, {Name: "signed"},
		}}, checkAlgorithm},
		fakePreset{info: verify.Info{Name: "discord", Keys: []verify.Key{{Name: "public_key", Required: true}}}},
		fakePreset{info: verify.Info{Name: "sealed", Keys: []verify.Key{{Name: "encrypt_key", Required: true, Secret: true}, {Name: "token", Secret: true}}}},
		fakePreset{verify.Info{Name: "standard-webhooks", Secrets: 1, Tolerance: 5 * time.Minute}, checkBase64},
		fakePreset{info: verify.Info{Name: "double", Secrets: 2}},
	)
}

func checkAlgorithm(c verify.Config) []decode.Problem {
	known := []string{"sha1", "sha256", "sha512"}
	if alg, ok := c.Keys["alg"]; ok && !slices.Contains(known, alg) {
		return []decode.Problem{{Path: "keys.alg", Message: decode.Choose(alg, known)}}
	}
	return nil
}

func checkBase64(c verify.Config) (problems []decode.Problem) {
	for i, secret := range c.Secrets {
		if _, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_")); err != nil {
			problems = append(problems, decode.Problem{Path: "secrets" + decode.Index(i), Message: "is not whsec_ and base64, as the sender shows it"})
		}
	}
	return problems
}
