package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// Replays replays recorded calls.
type Replays interface {
	// Replay records a copy of a delivery, with ReplayOf set, and starts an execution of it, either on the
	// revision that received the call or on the newest one. It evaluates no gates and claims no dedupe key. It
	// returns fault.NotFound if the workflow or revision no longer exists, fault.Conflict if the workflow is
	// disabled or the delivery has none, and fault.Unavailable if the store accepts no writes at the moment.
	Replay(d hook.Delivery, newest bool) (hook.Delivery, error)
	// ReplayPassing is Replay for a refused call, on the newest revision, if the call passes the gates now. It claims
	// the call's dedupe key. It returns fault.Conflict if the call does not pass, or has run already.
	ReplayPassing(ctx context.Context, d hook.Delivery) (hook.Delivery, error)
}

type replayQuery struct {
	DeliveryPath
	Revision string `query:"revision" enum:"same,newest" default:"newest" doc:"the revision to run: the one that the call met, or the workflow's newest"`
	Force    bool   `query:"force" doc:"also replay a call that a gate refused"`
	Passing  bool   `query:"passing" doc:"only replay a refused call that passes the gates now; it runs once, however often this is asked"`
}

func (r routes) replay() {
	handle(r, route{method: "POST", path: "/api/deliveries/{id}/replay", id: "replay-delivery", summary: "Run the workflow on a recorded call again", needs: account.ActOnHistory},
		func(ctx context.Context, in *replayQuery) (*one[Delivery], error) {
			d, err := r.delivery(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if in.Passing {
				again, err := r.Replays.ReplayPassing(ctx, d)
				if err != nil {
					return nil, err
				}
				return &one[Delivery]{deliveryOf(again)}, nil
			}
			if err := replayable(d, in.Force); err != nil {
				return nil, err
			}
			again, err := r.Replays.Replay(d, in.Revision == "newest")
			if err != nil {
				return nil, err
			}
			return &one[Delivery]{deliveryOf(again)}, nil
		})
}

// replayable rejects a call whose sender was not authenticated, unless the operator forces it.
func replayable(d hook.Delivery, force bool) error {
	const op = "api.replay"
	switch d.Outcome {
	case hook.Accepted, hook.Repeat, hook.Filtered:
		return nil
	case hook.Unmatched:
		return fault.New(op, fault.Conflict, "no workflow took this call, and only little of it was kept: have it sent again")
	case hook.Handshake:
		return fault.New(op, fault.Conflict, "this call was a handshake; there is nothing to run")
	case hook.Rejected:
		if !force {
			return fault.New(op, fault.Conflict, "the gate %s refused this call, so its sender may not be verified; use force to run it anyway", d.Gate)
		}
		return nil
	default:
		return fault.New(op, fault.Internal, "a delivery has the outcome %q", d.Outcome)
	}
}
