package verify

import (
	"context"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// anyOf is a list of verifiers, one of which must accept.
type anyOf []Verifier

// AnyOf combines the verifiers of a provider that signs in several ways: a call is authentic if one of them
// accepts it. If one of them refuses every call because its secret is missing, so does the combination: a gate
// configured with two keys must not silently work with one.
func AnyOf(list ...Verifier) Verifier {
	for _, one := range list {
		if v, ok := one.(*verifier); ok && v.refuse != nil {
			return v
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return anyOf(list)
}

// Verify tries one verifier after another. If all refuse, it returns the verdict that got furthest.
func (a anyOf) Verify(ctx context.Context, call Call) Verdict {
	var best Verdict
	for i, v := range a {
		verdict := v.Verify(ctx, call)
		if verdict.OK() {
			return verdict
		}
		if i == 0 || progress(verdict.Reason) > progress(best.Reason) {
			best = verdict
		}
	}
	return best
}

// progress ranks reasons by how much of the call was right.
func progress(r Reason) int {
	return slices.Index([]Reason{NoSecret, Missing, Malformed, NoTimestamp, NoID, OtherKey, Unverifiable, Mismatch, Future, Stale}, r)
}

// Sign signs with the first verifier that can. If none can, the error is a fault.Unsupported.
func (a anyOf) Sign(call Call, id string) (lines []hook.Header, err error) {
	err = fault.New("verify.Sign", fault.Unsupported, "only the provider can sign")
	for _, v := range a {
		if s, ok := v.(Signer); ok {
			if lines, err = s.Sign(call, id); err == nil {
				return lines, nil
			}
		}
	}
	return nil, err
}

// Explain collects the hypotheses of all verifiers.
func (a anyOf) Explain(ctx context.Context, call Call, others map[string]string) []Hypothesis {
	if a.Verify(ctx, call).OK() {
		return nil
	}
	var all []Hypothesis
	for _, v := range a {
		if x, ok := v.(Explainer); ok {
			for _, h := range x.Explain(ctx, call, others) {
				if !slices.Contains(all, h) {
					all = append(all, h)
				}
			}
		}
	}
	return all
}
