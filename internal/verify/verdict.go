package verify

// Verdict is the result of checking one call.
type Verdict struct {
	Reason Reason // OK: the call is authentic
	Detail string // a sentence for the operator; never a secret
	Secret int    // index of the matching secret in Config.Secrets
}

// OK reports whether the call is authentic.
func (v Verdict) OK() bool { return v.Reason == OK }

// Reason says why a call was not accepted.
type Reason string

// The reasons.
const (
	OK           Reason = ""
	NoSecret     Reason = "no-secret"    // the gate has no secret, so it refuses every call
	Missing      Reason = "missing"      // the call has no signature
	Malformed    Reason = "malformed"    // the signature, or a signed value, cannot be parsed
	Mismatch     Reason = "mismatch"     // no signature matches any secret
	NoTimestamp  Reason = "no-timestamp" // the scheme signs a timestamp, but the call has none
	NoID         Reason = "no-id"        // the scheme signs an id, but the call has none
	Stale        Reason = "stale"        // older than the tolerance
	Future       Reason = "future"       // further in the future than the tolerance
	OtherKey     Reason = "other-key"    // the call names another key or application than the configured one
	Unverifiable Reason = "unverifiable" // something needed for the check could not be fetched
)
