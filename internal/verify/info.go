package verify

import "time"

// Info describes a preset.
type Info struct {
	Name      string // as documents write it
	Title     string // the provider's own name
	Summary   string // one sentence: what is signed, where the signature is
	Docs      string // the provider's page
	Secrets   int    // how many shared secrets it takes at least: 0 where Keys hold public ones
	Keys      []Key
	Tolerance time.Duration // of the timestamp, both ways; 0: none is signed
	URL       bool          // the public URL is signed, or may be, so that documents may give it
	ID        string        // template over $context that names the delivery or event; "": no value does
	DedupeKey string        // template over $context; "": none
	Event     string        // template over $context that names the kind of event
	MaxBody   int64         // bytes, instead of the server's; 0: the server's
	Form      string        // the form field that holds JSON (hook.Request.Form)
	As        string        // the media type to decode by (hook.Request.As)
	Headers   []string      // canonical names of the headers it reads
	Signs     string        // the signed text, as a template of Scheme; "" where code says it
	Algorithm string        // what is computed, for people: HMAC-SHA256, hex
	Handshake string        // how the provider asks whether the address listens, for people; "": it does not
	// BodyUnsigned marks a scheme that does not prove the body: whoever has seen one call can send
	// another body with what that call carried.
	BodyUnsigned bool
}

// Key is one of the names that `keys` may hold.
type Key struct {
	Name     string `json:"name"`
	Summary  string `json:"summary"`
	Required bool   `json:"required,omitempty"`
	Secret   bool   `json:"secret,omitempty"`  // its value is masked wherever it is shown
	Default  string `json:"default,omitempty"` // where the workflow does not set it
	Example  string `json:"example,omitempty"` // a value that works, for documentation
}
