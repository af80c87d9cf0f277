package verify

import (
	"net/http"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/hook"
)

// Call is what a signature may cover. Header has canonical names, as net/http gives them.
type Call struct {
	Method string
	URL    string // the public URL as the sender knows it, with the query
	Query  string // raw
	Header http.Header
	Body   []byte // exact bytes
	At     time.Time
}

// Preset knows how one provider signs. It is immutable.
type Preset interface {
	// Info describes the preset. It returns the same every time.
	Info() Info
	// Compile prepares a verifier. Problems carry paths below `signature` ("keys.header"). A secret
	// that is empty is no problem here: the verifier then refuses every call, with NoSecret. So does
	// the one that is returned beside problems: there is always one.
	Compile(Config) (Verifier, []decode.Problem)
}

// Config is what a workflow says about its signatures, with all templates resolved.
type Config struct {
	Secrets   []string
	Keys      map[string]string // what is not a shared secret, by name
	Tolerance time.Duration     // 0: the preset's
	// Missing names the first variable that is not set; the verifier then refuses every call.
	Missing string
}

// Verifier checks calls. It is immutable and used by many goroutines at once.
type Verifier interface {
	// Verify checks a call, in time that does not depend on how much of a signature is right.
	Verify(Call) Verdict
}

// Signer is a Verifier that can sign as the provider does: `hookline sign`, and the tests.
type Signer interface {
	// Sign returns the header lines that a provider would send with the call. id names the delivery
	// where the scheme signs one.
	Sign(call Call, id string) ([]hook.Header, error)
}

// Explainer is a Verifier that can say what probably went wrong with a call it refuses.
type Explainer interface {
	// Explain tries hypotheses: another of the known secrets, a body that was serialised again on the
	// way, a clock that is off, another encoding, another header. others are secrets of other
	// workflows, by the name to show for each. The likeliest comes first; none fits: nil.
	Explain(call Call, others map[string]string) []Hypothesis
}

// Hypothesis is why a signature may have failed, in words for the operator; never a secret.
type Hypothesis struct {
	Code    string // other-secret, body-changed, clock, encoding, header, ...
	Message string // what fits, and what to do
}

// Carrier is a Verifier of calls that carry the secret itself, or something as good, and not a
// signature: what it names is taken out of a call before the call is stored.
type Carrier interface {
	// Carries returns the canonical names of such headers, and the names of such query parameters.
	Carries() (headers, query []string)
}

// Handshaker is a Preset whose provider asks before it sends: the answer is given after the
// signature is verified, and nothing runs.
type Handshaker interface {
	// Handshake returns the answer when the call is a handshake, else nil. Values that come back from
	// the call are text/plain and nosniff.
	Handshake(Call) *hook.Reply
}

// Info describes a preset.
type Info struct {
	Name      string // as documents write it
	Title     string // the provider's own name
	Summary   string // one sentence: what is signed, where the signature stands
	Docs      string // the provider's page
	Secrets   int    // how many shared secrets it takes at least: 0 where Keys hold public ones
	Keys      []Key
	Tolerance time.Duration // of the timestamp, both ways; 0: none is signed
	URL       bool          // the public URL is signed, or may be, so that documents may give it
	DedupeKey string        // template over $context; "": none
	Event     string        // template over $context that names the kind of event
	MaxBody   int64         // bytes, instead of the server's; 0: the server's
	Form      string        // the form field that holds JSON (hook.Request.Form)
	As        string        // the media type to decode by (hook.Request.As)
	Headers   []string      // canonical names of the headers it reads
	Signs     string        // the signed text, as a template of Scheme; "" where code says it
	Algorithm string        // what is computed, for people: HMAC-SHA256, hex
	// BodyUnsigned marks a scheme that does not prove the body: whoever has seen one call can send
	// another body with what he saw.
	BodyUnsigned bool
}

// Key is one of the names that `keys` may hold.
type Key struct {
	Name     string
	Summary  string
	Required bool
	Secret   bool   // its value is masked wherever it is shown
	Default  string // where the workflow does not set it
}

// Verdict is what a verifier says of one call.
type Verdict struct {
	Reason Reason // OK: the call is proven
	Detail string // a sentence for the operator; never a secret
	Secret int    // which of Config.Secrets fits, from 0
}

// OK reports whether the call is proven.
func (v Verdict) OK() bool { return v.Reason == OK }

// Reason says why a call is not proven.
type Reason string

// The reasons.
const (
	OK           Reason = ""
	NoSecret     Reason = "no-secret"    // the gate has none: it refuses every call
	Missing      Reason = "missing"      // the call carries no signature
	Malformed    Reason = "malformed"    // its signature, or what is signed with it, cannot be read
	Mismatch     Reason = "mismatch"     // no pair of signature and secret fits
	NoTimestamp  Reason = "no-timestamp" // the scheme signs one, the call has none
	NoID         Reason = "no-id"        // the scheme signs one, the call has none
	Stale        Reason = "stale"        // older than the tolerance
	Future       Reason = "future"       // further ahead than the tolerance
	OtherKey     Reason = "other-key"    // it names a key or an application that is not the configured one
	Unverifiable Reason = "unverifiable" // what is needed to check it could not be had
)
