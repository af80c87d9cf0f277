package verify

import (
	"context"

	"hookline.dev/hookline/internal/hook"
)

// A Verifier may have more abilities than to verify. Each is an interface of its own, and belongs to
// the compiled verifier, since it needs the secrets.

// Signer is a Verifier that can sign as the provider does: for `hookline sign`, and for tests.
type Signer interface {
	// Sign returns the header lines that a provider would send with the call, signed at call.At with the
	// first secret. id names the delivery where the scheme signs one.
	Sign(call Call, id string) ([]hook.Header, error)
}

// Explainer is a Verifier that can say what probably went wrong with a call that it refuses.
type Explainer interface {
	// Explain tries hypotheses: another of the known secrets, a body that was serialised again on the
	// way, a clock that is off, another encoding, another header. others are secrets of other
	// workflows, by the name to show for each. The likeliest comes first. When none fits it returns nil.
	Explain(ctx context.Context, call Call, others map[string]string) []Hypothesis
}

// Hypothesis is why a signature may have failed, in words for the operator; never a secret.
type Hypothesis struct {
	Code    string // other-secret, body-changed, clock, encoding, header, ...
	Message string // what fits, and what to do
}

// TokenCarrier is a Verifier of calls that carry the secret itself instead of a signature. Such a secret
// could be guessed, and what carries it is removed from a call before the call is stored.
type TokenCarrier interface {
	// TokenPlaces returns the canonical names of the headers, and the names of the query parameters,
	// that carry the secret.
	TokenPlaces() (headers, query []string)
}

// Handshaker is a Verifier of a provider that asks whether an address listens, before it sends events
// there or from time to time. A handshake is answered and starts nothing.
type Handshaker interface {
	// Handshakes lists the provider's questions. It returns the same every time.
	Handshakes() []Handshake
}

// Handshake is one question that a provider asks.
type Handshake struct {
	// Method is how the provider asks. A call with another method than a workflow takes reaches the
	// handshake all the same, when Recognizes says so of its head.
	Method string
	// Unsigned marks a question that comes without the signature of events. Answer then checks what
	// proves it. A signed question is answered after Verify accepted the call and Open decrypted it.
	Unsigned bool
	// SecretHeaders and SecretQuery name what carries a secret in such a question. It is removed from a
	// call before the call is stored.
	SecretHeaders, SecretQuery []string
	// Recognizes reports whether a call with this method is the question. For another method than POST,
	// PUT and PATCH it looks at the head alone: there is no body yet.
	Recognizes func(Call) bool
	// Answer returns the verdict and, when that is OK, the response, final and ready to be sent: it is
	// not passed to Seal. Text that comes from the call is sent as text/plain with nosniff.
	Answer func(context.Context, Call) (*hook.Reply, Verdict)
}

// FindHandshake returns the handshake of v that a call is, if it is one.
func FindHandshake(v Verifier, call Call) (Handshake, bool) {
	asks, ok := v.(Handshaker)
	if !ok {
		return Handshake{}, false
	}
	for _, h := range asks.Handshakes() {
		if h.Method == call.Method && h.Recognizes(call) {
			return h, true
		}
	}
	return Handshake{}, false
}

// Check returns the verdict on a call: an unsigned handshake proves itself, and its answer is returned
// with the verdict; every other call must pass Verify.
func Check(ctx context.Context, v Verifier, call Call) (*hook.Reply, Verdict) {
	if h, ok := FindHandshake(v, call); ok && h.Unsigned {
		return h.Answer(ctx, call)
	}
	return nil, v.Verify(ctx, call)
}

// Opener is a Verifier of a provider that encrypts bodies.
type Opener interface {
	// Open decrypts the body of a call that Verify has accepted. The error is for the operator and holds
	// no secret; the call is then refused as malformed.
	Open(ctx context.Context, call Call) (Opened, error)
}

// Opened is a decrypted body.
type Opened struct {
	Body []byte // the exact bytes
	Type string // its media type; "": as the Content-Type of the call says
}

// Sealer is an Opener whose provider wants responses encrypted, too.
type Sealer interface {
	// Seal returns the response that carries reply, which it does not change. call is the call that was opened; its
	// At is the time of the response. Seal is asked for every response to an opened call but those of
	// handshakes, also for problems: where the provider has no form for one it returns a reply without
	// body, since nobody but the sender may learn what was in the call.
	Seal(ctx context.Context, call Call, reply hook.Reply) (hook.Reply, error)
}
