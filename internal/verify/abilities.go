package verify

import (
	"context"
	"crypto/sha256"

	"hookline.dev/hookline/internal/hook"
)

// A Verifier may have more abilities than verifying. Each is a separate interface, implemented by the compiled
// verifier because it needs the secrets.

// Signer is a Verifier that can sign as the provider does. It is used by `hookline sign` and by tests.
type Signer interface {
	// Sign returns the header lines that the provider would send with the call, signed at call.At with the
	// first secret. id names the delivery if the scheme signs an id.
	Sign(call Call, id string) ([]hook.Header, error)
}

// Explainer is a Verifier that can tell what probably went wrong with a call that it refuses.
type Explainer interface {
	// Explain tests hypotheses: another known secret, a body that was serialised again on the way, a wrong
	// clock, another encoding, another header. others are secrets of other workflows, keyed by the names to
	// show. The likeliest hypothesis comes first. If none fits, Explain returns nil.
	Explain(ctx context.Context, call Call, others map[string]string) []Hypothesis
}

// Hypothesis is a possible reason for a failed signature, worded for the operator. It never contains a secret.
type Hypothesis struct {
	Code    string // other-secret, body-changed, clock, encoding, header, ...
	Message string // what was found, and what to do about it
}

// TextSigner is a Verifier of signatures that cover a text.
type TextSigner interface {
	// SignedHash returns the SHA-256 of the text that the signature of an accepted call covers, without the secret.
	// The same event that is sent again has the same hash, unless its provider signs a new timestamp. ok is false if
	// nothing is signed, or if the call does not have what is.
	SignedHash(ctx context.Context, call Call) (sum [sha256.Size]byte, ok bool)
}

// TokenCarrier is a Verifier for calls that carry the secret itself instead of a signature. Such a secret can
// be guessed, and it is removed from a call before the call is stored.
type TokenCarrier interface {
	// TokenPlaces returns the canonical names of the headers, and the names of the query parameters, that carry
	// the secret.
	TokenPlaces() (headers, query []string)
}

// Handshaker is a Verifier for a provider that checks whether an endpoint is live, before it sends events or
// from time to time. A handshake is answered and runs nothing.
type Handshaker interface {
	// Handshakes lists the provider's handshakes. It always returns the same list.
	Handshakes() []Handshake
}

// Handshake is one request by which a provider checks an endpoint.
type Handshake struct {
	// Method is the method of the request. Even if the workflow does not accept this method, the call reaches
	// the handshake, provided that Recognizes accepts its head.
	Method string
	// Unsigned marks a handshake that is not signed like events. Answer then checks its proof. A signed
	// handshake is answered after Verify accepted the call and Open decrypted it.
	Unsigned bool
	// SecretHeaders and SecretQuery name the headers and query parameters that carry a secret in such a
	// request. They are removed from a call before the call is stored.
	SecretHeaders, SecretQuery []string
	// Recognizes reports whether a call with this method is the handshake. For methods other than POST, PUT and
	// PATCH it examines only the head, because the body has not been read.
	Recognizes func(Call) bool
	// Answer returns the verdict and, if that is OK, the final response: it is not passed to Seal. Text that
	// comes from the call is sent as text/plain with nosniff.
	Answer func(context.Context, Call) (*hook.Reply, Verdict)
}

// FindHandshake returns the handshake of v that the call is, and whether it is one.
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

// Check returns the verdict on a call. An unsigned handshake proves itself, and its answer is returned with the
// verdict. Every other call must pass Verify.
func Check(ctx context.Context, v Verifier, call Call) (*hook.Reply, Verdict) {
	if h, ok := FindHandshake(v, call); ok && h.Unsigned {
		return h.Answer(ctx, call)
	}
	return nil, v.Verify(ctx, call)
}

// Opener is a Verifier of a provider that encrypts bodies.
type Opener interface {
	// Open decrypts the body of a call that Verify has accepted. The error is for the operator and contains no
	// secret; the call is then rejected as malformed.
	Open(ctx context.Context, call Call) (Opened, error)
}

// Opened is a decrypted body.
type Opened struct {
	Body []byte // the exact bytes
	Type string // its media type; "": that of the call's Content-Type
}

// Sealer is an Opener for a provider that also expects encrypted responses.
type Sealer interface {
	// Seal returns the response that carries reply, without changing reply. call is the call that was opened;
	// its At is the time of the response. Seal is called for every response to an opened call, including
	// problems, but not for handshakes. If the provider has no form for a problem, Seal returns a reply without
	// a body, since only the sender may learn what was in the call.
	Seal(ctx context.Context, call Call, reply hook.Reply) (hook.Reply, error)
}
