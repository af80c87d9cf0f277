package stripe

import "hookline.dev/hookline/internal/verify"

// New returns the preset.
func New() verify.Preset {
	return verify.Declare(
		verify.Info{
			Name:      "stripe",
			Title:     "Stripe",
			Summary:   "HMAC-SHA256 of the timestamp, a dot and the body in the v1 entries of Stripe-Signature; v0 is ignored.",
			Docs:      "https://docs.stripe.com/webhooks#verify-manually",
			DedupeKey: "{{$context.data.id}}",
		},
		verify.Scheme{
			Kind: "hmac", Alg: "sha256", Encoding: "hex",
			Sig:       verify.Signature{Header: "Stripe-Signature", Pairs: &verify.Pairs{Sep: ",", KV: "=", TS: "t", Sig: "v1"}},
			Signed:    "{ts}.{body}",
			Timestamp: verify.Timestamp{Pair: true, Unit: "s", Tolerance: 300},
			ID:        verify.Place{JSON: "id"},
			Event:     verify.Place{JSON: "type"},
		},
	)
}
