package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/hook"
)

// Explanation says why a call was accepted or rejected.
type Explanation struct {
	Delivery Delivery `json:"delivery"`
	// Route is the address that would receive such a call today; empty if none would.
	Route string `json:"route,omitempty"`
	// Today is the verdict of today's gates on the recorded call. Gates whose credentials are not stored cannot
	// be checked again; signatures are stored.
	Today []Verdict `json:"today,omitempty"`
	// Hypotheses are possible reasons for a failed signature, the likeliest first.
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`
	// Variables is $context as the workflow sees it, if the call could be decoded.
	Variables JSON `json:"variables,omitzero"`
}

// Hypothesis is a possible reason for a failed signature.
type Hypothesis struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Explains explains recorded calls.
type Explains interface {
	// Explain fills in everything except the delivery. It evaluates the gates again with today's configuration.
	Explain(ctx context.Context, d hook.Delivery) (Explanation, error)
}

func (r routes) explain() {
	handle(r, route{method: "GET", path: "/api/deliveries/{id}/explain", id: "explain-delivery", summary: "Why a call went the way it went", needs: account.ReadHistory},
		func(ctx context.Context, in *DeliveryPath) (*one[Explanation], error) {
			d, err := r.delivery(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			e, err := r.Explains.Explain(ctx, d)
			if err != nil {
				return nil, err
			}
			e.Delivery = r.wholeDelivery(d)
			return &one[Explanation]{e}, nil
		})
}
