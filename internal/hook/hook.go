package hook

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Header is one header line.
type Header struct {
	Name  string // for a call: in canonical form (X-Github-Event)
	Value string
}

// Request is a call as it arrived, without the credentials that the gates check.
type Request struct {
	Method      string
	Path        string // canonical, without the query
	Query       string // raw query, without "?"
	Host        string
	IP          string   // the client's address
	ContentType string   // as sent
	Headers     []Header // sorted by name; lines with the same name keep their order
	Params      []Param  // values of the {name} segments of a custom path, in order
	Body        []byte   // exact bytes; never changed after capture
	ReceivedAt  time.Time

	// Opened is the content of an encrypted Body after the preset decrypted it, or nil if Body is not encrypted. It
	// is stored with the delivery, so that reading the call later needs no key.
	Opened []byte
	// Stored is the SHA-256 (hex) under which Body is stored outside the database, or "" for a body inside it.
	// Requests read from the store have Body filled in either way.
	Stored string
	// Files are the files of a multipart body, in the order of their parts.
	Files []File
	// How to decode the body if ContentType is not enough. A preset sets these.
	Form string // the form field that contains the JSON document
	As   string // the media type to decode as, instead of ContentType; or PreferJSON
}

// PreferJSON as the value of Request.As means: a body that begins like a JSON object or array is JSON, any other body
// is what ContentType says. A signature covers the body and not its Content-Type, so a sender's JSON must not become
// something else because the Content-Type was changed on the way.
const PreferJSON = "prefer-json"

// Content returns the decrypted body if there is one, otherwise the body.
func (r *Request) Content() []byte {
	if r.Opened != nil {
		return r.Opened
	}
	return r.Body
}

// Bytes returns the memory that the body uses, as received plus decrypted.
func (r *Request) Bytes() int { return len(r.Body) + len(r.Opened) }

// File is a file of a multipart body. Its content is stored outside the database under its hash, so that no text
// from the caller becomes a path.
type File struct {
	Name     string // of the form field
	Filename string // as sent; for display only
	Type     string // as sent
	Size     int64  // bytes
	SHA256   string // hex
}

// Param is the value of a {name} segment of a custom path.
type Param struct{ Name, Value string }

// Outcome is the result of a call.
type Outcome string

// The outcomes of a delivery.
const (
	Accepted  Outcome = "accepted"  // recorded, and an execution was created
	Repeat    Outcome = "repeat"    // the dedupe key belongs to an earlier execution, named by Execution
	Filtered  Outcome = "filtered"  // rejected by the filter: a response was sent, nothing ran
	Handshake Outcome = "handshake" // answered as the provider requires; nothing ran
	Rejected  Outcome = "rejected"  // a gate refused it
	Unmatched Outcome = "unmatched" // no enabled workflow has this URL
)

// Verdict is the decision of one gate about a call, for the operator.
type Verdict struct {
	Gate     string // allowIPs, basic, token, signature, ...
	Passed   bool
	Observed bool   // the gate only observes: it lets every call through
	Reason   string // a code, such as mismatch
	Detail   string // a sentence; never contains a secret
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
	Status    int           // of the response; 0 while the caller of a sync workflow waits
	Took      time.Duration // from the first byte of the request to the decision

	Verdicts []Verdict // of the gates that ran, in order
	// Chain shows how Request.IP was determined if the connection came from a trusted proxy: the proxy's address,
	// then the addresses that proxies added, nearest first. Text that is not an address ends the chain, in quotes.
	// nil: Request.IP is the connection's address.
	Chain     []string
	DedupeKey string   // as rendered; "" for a call without one
	Answer    *Reply   // the response, with its body cut at MaxAnswer; nil: 200 ok, or not known yet
	ReplayOf  ident.ID // the delivery that an operator replayed
	Revision  string   // revision of the workflow that received the call
}

// NoteHeadCut is in the Reason of a delivery whose URL or headers were too long to be recorded whole.
const NoteHeadCut = "the recorded head is truncated"

// HeadCut reports whether a part of the URL or the headers was cut when the call was recorded.
func (d *Delivery) HeadCut() bool { return strings.Contains(d.Reason, NoteHeadCut) }

// BodyGone reports whether the call had a body that was not recorded.
func (d *Delivery) BodyGone() bool {
	if len(d.Request.Body) > 0 {
		return false
	}
	for _, h := range d.Request.Headers {
		if strings.EqualFold(h.Name, "Content-Length") && strings.Trim(h.Value, "0 ") != "" || strings.EqualFold(h.Name, "Transfer-Encoding") {
			return true
		}
	}
	return false
}

// MaxAnswer bounds the part of a response body that is stored with the delivery, in bytes.
const MaxAnswer = 64 << 10

// Context is the call as a workflow sees it, in $context.
type Context struct {
	Data       value.Value // decoded body
	Headers    value.Value // object; names in lower case, repeated headers joined by ", "
	Query      value.Value // object
	Params     value.Value // object
	Files      value.Value // array
	CloudEvent value.Value // object of strings, the attributes of a CloudEvent; Missing for other calls
	Method     string
	Path       string
	IP         string
	RawBody    string
	ReceivedAt time.Time
}

// Reply is a response to a caller, ready to be sent.
type Reply struct {
	Status  int
	Headers []Header
	Body    []byte
}
