package verify

import "time"

// Info describes a preset.
type Info struct {
	Name      string // as written in documents
	Title     string // the provider's own name
	Summary   string // one sentence: what is signed and where the signature is
	Docs      string // URL of the provider's page
	Secrets   int    // how many shared secrets it needs at least: 0 if Keys hold public ones
	Keys      []Key
	Tolerance time.Duration // of the timestamp, in both directions; 0: no timestamp is signed
	URL       bool          // the public URL is, or may be, signed, so documents may set it
	ID        string        // template over $context for the delivery's or event's id; "": there is none
	DedupeKey string        // template over $context; "": none
	// DedupeSigned says that two calls with the same signed text are the same event, where DedupeKey is not set. If
	// DedupeKey is set and empty for a call, the signed text is always what identifies it.
	DedupeSigned bool
	// DedupeUnsigned marks a DedupeKey that is not covered by the signature: whoever has seen a call can send it again
	// under another key.
	DedupeUnsigned bool
	Event          string   // template over $context for the event's type
	MaxBody        int64    // in bytes; 0: the server's limit
	Form           string   // the form field that holds JSON (hook.Request.Form)
	As             string   // how to decode the body (hook.Request.As)
	Headers        []string // canonical names of the headers it reads
	Signs          string   // the signed text, as a template of Scheme; "" if it is built by code
	Algorithm      string   // the algorithm, for people: HMAC-SHA256, hex
	Handshake      string   // how the provider checks that an endpoint is live, for people; "": it does not
	// BodyUnsigned marks a scheme that does not sign the body: whoever has seen one call can send another body
	// with the same credentials.
	BodyUnsigned bool
}

// Key is one of the names allowed under `keys`.
type Key struct {
	Name     string `json:"name"`
	Summary  string `json:"summary"`
	Required bool   `json:"required,omitempty"`
	Secret   bool   `json:"secret,omitempty"`  // masked wherever it is shown
	Default  string `json:"default,omitempty"` // used if the workflow does not set the key
	Example  string `json:"example,omitempty"` // a valid value, for documentation
}
