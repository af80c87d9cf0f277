package ingress

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// gate is one step of the column. pass returns nil to let the call through.
type gate struct {
	name string
	pass func(*call) *outcome
}

// column is the way of every call, from top to bottom.
func column() []gate {
	return []gate{
		{"match", (*call).match},
		{"admit", (*call).admit},
		{"identify", (*call).identify},
		{"capture", (*call).capture},
		{"verify", (*call).verify},
		{"handshake", (*call).handshake},
		{"decode", (*call).decode},
		{"validate", (*call).validate},
		{"filter", (*call).filter},
		{gateDedupe, (*call).dedupeKey},
		{"accept", (*call).accept},
		{"reply", (*call).reply},
	}
}

// call is one request on its way through the gates.
type call struct {
	h   *Handler
	w   http.ResponseWriter
	r   *http.Request
	now time.Time // of arrival

	from  netip.Addr // the caller; invalid when it is not known
	proxy bool       // from is a trusted proxy's, which has not said whom it speaks for

	endpoint    *endpoint // of the path: one route for each method
	route       *Route
	open        uint64         // alternatives of auth.any that need a signature, by their bits
	rejections  []*outcome     // of the alternatives that did not pass
	signer      *signatureGate // the one that passed
	captured    bool           // the body was read, or tried to
	attachments *attachments   // nil: the call has nothing but its row

	delivery  hook.Delivery
	context   hook.Context
	execution flow.Execution
	claim     [sha256.Size]byte // of the key, when delivery.DedupeKey names one
	bound     bool              // the key belongs to one body
	answer    answer            // what will be sent
	extra     []field           // of the gates: every answer has them, whatever it says

	// Of a sync call:
	over   <-chan struct{} // the caller has left, or its time is out
	why    func() error    // which of them
	cancel context.CancelFunc
	result <-chan flow.Execution
	leave  func() // ends the waiting for an execution
}

// end gives up what the call holds.
func (c *call) end() {
	if c.leave != nil {
		c.leave()
	}
	if c.cancel != nil {
		c.cancel()
	}
	if c.attachments != nil {
		c.attachments.release(c.h)
	}
}

// took is the time since the call's arrival.
func (c *call) took() time.Duration { return c.h.opt.Clock.Now().Sub(c.now) }
