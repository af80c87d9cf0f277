package generichmac

import "hookline.dev/hookline/internal/verify"

// New returns the preset.
func New() verify.Preset {
	return verify.Declare(
		verify.Info{
			Name:    "generic-hmac",
			Title:   "Any sender that signs with HMAC",
			Summary: "HMAC of the body, or of a text that holds it, in a header that you name.",
			Keys: []verify.Key{
				{Name: "header", Summary: "the header that carries the signature", Required: true},
				{Name: "prefix", Summary: "what stands before the signature, such as sha256="},
				{Name: "alg", Summary: "sha1, sha256 or sha512", Default: "sha256"},
				{Name: "encoding", Summary: "hex or base64", Default: "hex"},
				{Name: "signed", Summary: "the signed text: {body} {ts} {id} {url} {method} {header:X-Name} {json:path} and anything between them", Default: "{body}"},
				{Name: "key", Summary: "how the secret becomes the key: text (as it is), hex, base64, whsec (base64 behind whsec_)", Default: "text"},
				{Name: "timestampHeader", Summary: "the header whose timestamp is signed as {ts}; a call outside the tolerance is refused"},
				{Name: "timestampUnit", Summary: "s, ms or iso8601", Default: "s"},
				{Name: "idHeader", Summary: "the header whose value is signed as {id}"},
			},
		},
		verify.Scheme{
			Kind: "hmac", Alg: "{keys.alg}", Encoding: "{keys.encoding}", Key: "{keys.key}",
			Sig:       verify.Signature{Header: "{keys.header}", Prefix: "{keys.prefix}"},
			Signed:    "{keys.signed}",
			Timestamp: verify.Timestamp{Header: "{keys.timestampHeader}", Unit: "{keys.timestampUnit}", Tolerance: 300},
			ID:        verify.Place{Header: "{keys.idHeader}"},
		},
	)
}
