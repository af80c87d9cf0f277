package api

import (
	"context"

	"hookline.dev/hookline/internal/hook"
)

// Explanation says why a call went the way it went.
type Explanation struct {
	Delivery Delivery `json:"delivery"`
	// Route is the address that takes such a call today; empty when none does.
	Route string `json:"route,omitempty"`
	// Today is what the gates of today's configuration say of the recorded call, where they can be
	// asked again: what a gate checked is not kept, except signatures.
	Today []Verdict `json:"today,omitempty"`
	// Hypotheses are why the signature may have failed, the likeliest first.
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`
	// Variables are what the workflow sees as $context, for a call that could be decoded.
	Variables JSON `json:"variables,omitzero"`
}

// Hypothesis is why a signature may have failed.
type Hypothesis struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Explains explains recorded calls.
type Explains interface {
	// Explain fills in all but the delivery. It asks the gates again with today's configuration.
	Explain(ctx context.Context, d hook.Delivery) (Explanation, error)
}

func (r routes) explain() {
	handle(r, "GET", "/api/deliveries/{id}/explain", "explain-delivery", "Why a call went the way it went",
		func(ctx context.Context, in *DeliveryPath) (*one[Explanation], error) {
			id, err := r.deliveryID(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			d, err := r.Deliveries.Delivery(ctx, id)
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
