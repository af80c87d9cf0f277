package hook

import (
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Header is one header line.
type Header struct {
	Name  string // in canonical form (X-Github-Event) for a call
	Value string
}

// Request is a call as it arrived, without the secrets that the gates check.
type Request struct {
	Method      string
	Path        string // canonical, without the query
	Query       string // raw query, without "?"
	Host        string
	IP          string   // the client's address
	ContentType string   // as sent
	Headers     []Header // in the order of their names, lines of one name as they came
	Params      []Param  // values of {name} segments of a custom path, in order
	Body        []byte   // exact bytes; never changed after capture
	ReceivedAt  time.Time

	// Opened is the content of an encrypted Body, after the preset decrypted it; nil: Body was not encrypted. It is
	// kept with the delivery, so that nobody who reads the call later needs the key.
	Opened []byte
	// Stored is the SHA-256 (hex) under which Body is kept beside the store, "" for a body that is
	// kept in it. Whoever reads such a request from the store gets Body filled in all the same.
	Stored string
	// Files are those of a multipart body, in the order of their parts.
	Files []File
	// How the body was read, where its type alone does not say it. A preset sets these.
	Form string // the form field that holds the JSON document which is the data
	As   string // the media type to decode by, instead of ContentType
}

// Content is what the call says: the opened body, or the body.
func (r *Request) Content() []byte {
	if r.Opened != nil {
		return r.Opened
	}
	return r.Body
}

// Bytes is how much memory the body takes, opened and as received.
func (r *Request) Bytes() int { return len(r.Body) + len(r.Opened) }

// File is a file of a multipart body. Its content is kept beside the store, under its hash: nothing
// that a caller says becomes a path.
type File struct {
	Name     string // of the form field
	Filename string // as sent; only to be shown
	Type     string // as sent
	Size     int64  // bytes
	SHA256   string // hex
}

// Param is the value of a {name} segment of a custom path.
type Param struct{ Name, Value string }

// Outcome is what happened to a call.
type Outcome string

// The outcomes of a delivery.
const (
	Accepted  Outcome = "accepted"  // recorded, and an execution exists
	Repeat    Outcome = "repeat"    // its dedupe key belongs to an earlier execution, which Execution names
	Filtered  Outcome = "filtered"  // the filter rejected it: answered, nothing ran
	Handshake Outcome = "handshake" // answered as the provider demands, nothing ran
	Rejected  Outcome = "rejected"  // a gate rejected it
	Unmatched Outcome = "unmatched" // no enabled workflow has this address
)

// Verdict is what one gate decided about a call, for the operator.
type Verdict struct {
	Gate     string // allowIPs, basic, token, signature, ...
	Passed   bool
	Observed bool   // the gate only observes: it lets every call pass
	Reason   string // a code, e.g. mismatch
	Detail   string // a sentence; never a secret
}

// Delivery is the record of one call, accepted or not.
type Delivery struct {
	ID        ident.ID
	Workflow  string // key; empty when unmatched
	Request   Request
	Outcome   Outcome
	Gate      string // the gate that decided: match, method, basic, token, capture, decode, accept, ...
	Reason    string // for the operator; never sent to the caller
	Execution ident.ID
	Status    int           // of the answer; 0 while the caller of a sync workflow waits
	Took      time.Duration // from the first byte of the request to the decision

	Verdicts []Verdict // of the gates that were asked, in order
	// Chain is how Request.IP was found where the socket was a trusted proxy's: its address, then what
	// proxies wrote, the nearest one's first. What is no address ends it, in quotes. nil: Request.IP is
	// the socket's.
	Chain     []string
	DedupeKey string   // as rendered; "" for a call without one
	Answer    *Reply   // what was sent, its body cut at MaxAnswer; nil: 200 ok, or not known yet
	ReplayOf  ident.ID // the delivery that an operator had sent again
	Revision  string   // of the workflow that the call met
}

// MaxAnswer is how much of an answer's body is kept with the delivery, in bytes.
const MaxAnswer = 64 << 10

// Context is what a workflow sees of a call as $context.
type Context struct {
	Data       value.Value // decoded body
	Headers    value.Value // object, lower-case names, repeated ones joined by ", "
	Query      value.Value // object
	Params     value.Value // object
	Files      value.Value // array
	CloudEvent value.Value // object of texts, the attributes of a CloudEvent; Missing for a call that is none
	Method     string
	Path       string
	IP         string
	RawBody    string
	ReceivedAt time.Time
}

// Reply is an answer to a caller, ready to be sent.
type Reply struct {
	Status  int
	Headers []Header
	Body    []byte
}
