package verify

import (
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// either is verifiers of which one must be convinced.
type either []Verifier

// Either joins the verifiers of one provider that signs in several ways: a call is proven when one of
// them is convinced. When one of them refuses every call for want of its secret, all do: a gate that
// was to have two keys does not quietly work with one.
func Either(list ...Verifier) Verifier {
	for _, one := range list {
		if v, ok := one.(*verifier); ok && v.refuse != nil {
			return v
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return either(list)
}

// Verify asks one after the other. Of several refusals it tells the one that came furthest.
func (e either) Verify(call Call) Verdict {
	var best Verdict
	for i, v := range e {
		verdict := v.Verify(call)
		if verdict.OK() {
			return verdict
		}
		if i == 0 || furthest(verdict.Reason) > furthest(best.Reason) {
			best = verdict
		}
	}
	return best
}

// furthest ranks reasons by how much of a call was right.
func furthest(r Reason) int {
	return slices.Index([]Reason{NoSecret, Missing, Malformed, NoTimestamp, NoID, OtherKey, Unverifiable, Mismatch, Future, Stale}, r)
}

// Sign signs with the first that can.
func (e either) Sign(call Call, id string) (lines []hook.Header, err error) {
	err = fault.New("verify.Sign", fault.Unsupported, "only the provider can sign")
	for _, v := range e {
		if s, ok := v.(Signer); ok {
			if lines, err = s.Sign(call, id); err == nil {
				return lines, nil
			}
		}
	}
	return nil, err
}

// Explain gathers what each of them thinks.
func (e either) Explain(call Call, others map[string]string) []Hypothesis {
	if e.Verify(call).OK() {
		return nil
	}
	var all []Hypothesis
	for _, v := range e {
		if x, ok := v.(Explainer); ok {
			for _, h := range x.Explain(call, others) {
				if !slices.Contains(all, h) {
					all = append(all, h)
				}
			}
		}
	}
	return all
}
