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

// gate is one step of the column. pass returns nil to let the call pass, or the outcome that ends it.
type gate struct {
	name string
	pass func(*call) *outcome
}

// column returns the gates in the order in which every call passes them.
func column() []gate {
	return []gate{
		{"match", (*call).match},
		{"admit", (*call).admit},
		{"identify", (*call).identify},
		{"capture", (*call).capture},
		{"verify", (*call).verify},
		{"open", (*call).open},
		{"handshake", (*call).handshake},
		{"decode", (*call).decode},
		{"validate", (*call).validate},
		{"filter", (*call).filter},
		{gateDedupe, (*call).dedupeKey},
		{"accept", (*call).accept},
		{"reply", (*call).reply},
	}
}

// call is one request on its way through the gates. It belongs to the goroutine that serves the request.
type call struct {
	h   *Handler
	w   http.ResponseWriter
	r   *http.Request
	now time.Time // of arrival

	from  netip.Addr // the caller; invalid when it is not known
	proxy bool       // from is a trusted proxy that has not said for whom it calls

	endpoint    *endpoint // of the path: one route for each method
	route       *Route
	undecided   uint64         // alternatives of auth.any that need a signature, by their bits
	rejections  []*outcome     // of the alternatives that did not pass
	signer      *signatureGate // the one that passed
	question    *hook.Reply    // the answer to an unsigned handshake, which has proven itself
	decrypted   bool           // the body was encrypted, and so is the answer
	unsealed    bool           // the answer could not be encrypted
	asking      bool           // no route takes the method, so only a handshake may pass
	captured    bool           // the body was read, or reading it failed
	attachments *attachments   // nil: everything is in the row

	delivery  hook.Delivery
	context   hook.Context
	execution flow.Execution
	claim     [sha256.Size]byte // of the key, when delivery.DedupeKey names one
	bound     bool              // the key belongs to one body
	answer    answer            // what will be sent
	extra     []field           // set by gates for every answer

	// Of a sync call:
	over   <-chan struct{} // the caller has disconnected, or its time is up
	why    func() error    // which of them
	cancel context.CancelFunc
	result <-chan flow.Execution
	leave  func() // ends the waiting for an execution
}

// end releases what the call still has.
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

// took returns the time since the call arrived.
func (c *call) took() time.Duration { return c.h.opt.Clock.Now().Sub(c.now) }
