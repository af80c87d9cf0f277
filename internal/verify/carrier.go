package verify

// Carries names where the secret itself stands, which is so for tokens only.
func (v *verifier) Carries() (headers, query []string) {
	if v.kind != kindToken {
		return nil, nil
	}
	for i := range v.families {
		for _, s := range v.families[i].sigs {
			switch s.kind {
			case inHeader:
				headers = append(headers, s.name)
			case inQuery:
				query = append(query, s.name)
			default: // a token in a body stays in it
			}
		}
	}
	return headers, query
}

var (
	_ Signer    = (*verifier)(nil)
	_ Carrier   = (*verifier)(nil)
	_ Explainer = (*verifier)(nil)
	_ Signer    = either(nil)
	_ Explainer = either(nil)
)
