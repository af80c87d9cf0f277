package verify

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
