package standardwebhooks

import (
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// publicKey is the name of the key for v1a signatures.
const publicKey = "public_key"

type preset struct {
	info         verify.Info
	shared       verify.Preset // verifies v1
	asymmetrical verify.Preset // verifies v1a
}

// New returns the preset.
func New() verify.Preset {
	info := verify.Info{
		Name:      "standard-webhooks",
		Title:     "Standard Webhooks",
		Summary:   "HMAC-SHA256 (v1) or Ed25519 (v1a) of id, timestamp and body, in base64, in webhook-signature or svix-signature; with both keys, one match suffices.",
		Docs:      "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
		Keys:      []verify.Key{{Name: publicKey, Summary: "the sender's public key, whpk_ and base64; several separated by blanks", Example: "whpk_iu9lc1+5NRsONVpVOXMjzNoU1Yb8jZTGbZ0ZYVd5Ykk="}},
		Tolerance: 300 * time.Second,
		ID:        "{{$context.headers.webhook-id ?? $context.headers.svix-id}}",
		DedupeKey: "{{$context.headers.webhook-id ?? $context.headers.svix-id}}",
		Event:     "{{$context.data.type}}",
		As:        hook.PreferJSON,
		Headers: []string{
			"Svix-Id", "Svix-Signature", "Svix-Timestamp", "Webhook-Id", "Webhook-Signature", "Webhook-Timestamp",
		},
		Signs:     "{id}.{ts}.{body}",
		Algorithm: "HMAC-SHA256 (v1) or Ed25519 (v1a), base64",
	}
	v1 := verify.Scheme{
		Kind: "hmac", Alg: "sha256", Encoding: "base64", Key: "whsec",
		Sig:          verify.Signature{Header: "webhook-signature", ListSep: " ", Prefix: "v1,"},
		Signed:       "{id}.{ts}.{body}",
		Timestamp:    verify.Timestamp{Header: "webhook-timestamp", Unit: "s", Tolerance: 300},
		ID:           verify.Location{Header: "webhook-id"},
		Alternatives: []verify.HeaderNames{{Sig: "svix-signature", Timestamp: "svix-timestamp", ID: "svix-id"}},
	}
	v1a := v1
	v1a.Kind, v1a.Alg, v1a.Key, v1a.PublicKey, v1a.Sig.Prefix = "ed25519", "", "", "whpk", "v1a,"
	named := verify.Info{Name: info.Name}
	return preset{info, verify.Declare(named, v1), verify.Declare(named, v1a)}
}

// Info describes the preset. Secrets is 0, since a public key alone is enough.
func (p preset) Info() verify.Info { return p.info }

// Compile prepares a verifier for each version that has a key.
func (p preset) Compile(c verify.Config) (verify.Verifier, []decode.Problem) {
	var (
		list     []verify.Verifier
		problems = verify.CheckKeys(p.info, c)
	)
	add := func(version verify.Preset, c verify.Config) {
		v, wrong := version.Compile(c)
		list, problems = append(list, v), append(problems, wrong...)
	}
	public, named := c.Keys[publicKey]
	if len(c.Secrets) > 0 || c.Missing != "" || len(problems) > 0 {
		add(p.shared, verify.Config{Secrets: c.Secrets, Tolerance: c.Tolerance, Missing: c.Missing})
	}
	if named {
		add(p.asymmetrical, verify.Config{Keys: map[string]string{publicKey: public}, Tolerance: c.Tolerance, Missing: c.Missing})
	}
	if len(list) == 0 {
		add(p.shared, c)
		problems = append(problems, decode.Problem{Path: "secrets", Message: "is missing: name the sender's secret (whsec_…), or its public key as keys.public_key (whpk_…)"})
	}
	if len(problems) > 0 {
		return verify.Refusing(problems), problems
	}
	return verify.AnyOf(list...), nil
}
