package generictoken

import "hookline.dev/hookline/internal/verify"

// New returns the preset.
func New() verify.Preset {
	return verify.Declare(
		verify.Info{
			Name:    "generic-token",
			Title:   "Any sender that shows a token",
			Summary: "The secret itself in a header, or a query parameter, that you name; the body is not signed.",
			Keys: []verify.Key{
				{Name: "header", Summary: "the header that carries the token, unless query is set"},
				{Name: "query", Summary: "the query parameter that carries it, where a sender can set no header; addresses end up in logs, so prefer the header"},
				{Name: "prefix", Summary: "what stands before the token, such as \"Bearer \""},
			},
		},
		verify.Scheme{
			Kind: "token",
			Sig:  verify.Signature{Header: "{keys.header}", Query: "{keys.query}", Prefix: "{keys.prefix}"},
		},
	)
}
