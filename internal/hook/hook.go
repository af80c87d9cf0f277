package hook

import (
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Header is one header line.
type Header struct {
	Name  string // as on the wire, or in canonical form where the wire form is gone
	Value string
}

// Request is a call as it came, after the values that gates check were taken out.
type Request struct {
	Method      string
	Path        string // canonical, without the query
	Query       string // raw query, without "?"
	Host        string
	IP          string // the client's address
	ContentType string // as sent
	Headers     []Header
	Params      []Param // values of {name} segments of a custom path, in order
	Body        []byte  // exact bytes; never changed after capture
	ReceivedAt  time.Time
}

// Param is the value of a {name} segment of a custom path.
type Param struct{ Name, Value string }

// Outcome says what became of a call.
type Outcome string

// The outcomes of a delivery.
const (
	Accepted  Outcome = "accepted"  // recorded, and an execution exists
	Rejected  Outcome = "rejected"  // a gate said no
	Unmatched Outcome = "unmatched" // no enabled workflow has this address
)

// Delivery is the record of one call, accepted or not.
type Delivery struct {
	ID        ident.ID
	Workflow  string // key; empty when unmatched
	Request   Request
	Outcome   Outcome
	Gate      string // the gate that spoke: match, method, basic, token, capture, decode, accept, ...
	Reason    string // for the operator; never sent to the caller
	Execution ident.ID
	Status    int           // of the answer; 0 while a spectator waits
	Took      time.Duration // from the first byte of the request to the decision
}

// Context is what a workflow sees of a call as $context.
type Context struct {
	Data       value.Value // decoded body
	Headers    value.Value // object, lower-case names, repeated ones joined by ", "
	Query      value.Value // object
	Params     value.Value // object
	Files      value.Value // array
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
