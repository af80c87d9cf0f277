package verify

// TokenPlaces names the places that carry the secret itself. Only token schemes have any.
func (v *verifier) TokenPlaces() (headers, query []string) {
	if v.kind != kindToken {
		return nil, nil
	}
	for i := range v.sets {
		for _, s := range v.sets[i].sigs {
			switch s.kind {
			case inHeader:
				headers = append(headers, s.name)
			case inQuery:
				query = append(query, s.name)
			default: // a token in a body is not removed
			}
		}
	}
	return headers, query
}

var (
	_ Signer       = (*verifier)(nil)
	_ TokenCarrier = (*verifier)(nil)
	_ Explainer    = (*verifier)(nil)
	_ Handshaker   = (*verifier)(nil)
	_ TextSigner   = (*verifier)(nil)
	_ Signer       = anyOf(nil)
	_ TextSigner   = anyOf(nil)
	_ Explainer    = anyOf(nil)
)
