package ingress

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/vault"
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

// call is one request on its way through the gates. Only the goroutine that serves the request uses it.
type call struct {
	h   *Handler
	w   http.ResponseWriter
	r   *http.Request
	now time.Time // of arrival

	from  netip.Addr // the caller; invalid when it is not known
	proxy bool       // from is a trusted proxy that did not report its client

	masker      *vault.Masker // for a call without a route
	endpoint    *endpoint     // at the path: one route for each method
	route       *Route
	undecided   uint64         // bit set of the alternatives of auth.any that still need a signature
	rejections  []*outcome     // of the alternatives that failed
	signer      *signatureGate // the signature gate that passed
	secret      int            // index of the secret that its signature matched; -1: none
	proofs      proofs         // the gates that passed
	question    *hook.Reply    // the answer to an unsigned handshake that has proven itself
	decrypted   bool           // the body was encrypted, so the answer must be too
	unsealed    bool           // the answer could not be encrypted
	asking      bool           // no route takes the method, so only a handshake may pass
	lockOut     *outcome       // of a caller that is locked out, and may still pass by a signature
	rated       bool           // a token of the rate limit was taken
	captured    bool           // the body was read, or reading it failed
	masked      bool           // the body was decoded, and has no secret of a gate
	attachments *attachments   // nil: everything is in the row

	delivery  hook.Delivery
	context   hook.Context
	execution flow.Execution
	claim     [sha256.Size]byte // hash of the key, if delivery.DedupeKey is set
	bound     bool              // the key may be used for one request only
	answer    answer            // what will be sent
	extra     []field           // headers that gates add to every answer

	// Only for a sync call:
	over   <-chan struct{} // closed when the caller has reset the stream or its time is up
	why    func() error    // tells which of the two
	cancel context.CancelFunc
	result <-chan flow.Execution
	leave  func() // ends the wait for an execution
}

// end releases everything that the call still holds.
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
