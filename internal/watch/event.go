package watch

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// Kind says what an Event tells of.
type Kind string

// The kinds of events.
const (
	OfDelivery  Kind = "delivery"  // a call was answered
	OfExecution Kind = "execution" // an execution ended, or waits
)

// Event is one thing that happened. It is flat and holds no body, so that a waiting subscription
// keeps no request alive.
type Event struct {
	Kind      Kind         `json:"kind"`
	At        time.Time    `json:"at"`
	Delivery  DeliveryID   `json:"delivery,omitzero"`
	Execution ExecutionID  `json:"execution,omitzero"`
	Workflow  string       `json:"workflow,omitempty"`
	Method    string       `json:"method,omitempty"`
	Path      string       `json:"path,omitempty"`
	IP        string       `json:"ip,omitempty"`
	Bytes     int          `json:"bytes,omitempty"`   // of the body
	Outcome   hook.Outcome `json:"outcome,omitempty"` // of a delivery
	Answer    int          `json:"answer,omitempty"`  // HTTP status
	Gate      string       `json:"gate,omitempty"`
	Status    flow.Status  `json:"status,omitempty"` // of an execution
	Reason    string       `json:"reason,omitempty"` // why rejected, aborted or failed
	Steps     int          `json:"steps,omitempty"`
	Took      Millis       `json:"ms"`
}

func delivered(d *hook.Delivery) Event {
	return Event{
		Kind:      OfDelivery,
		At:        d.Request.ReceivedAt,
		Delivery:  DeliveryID(d.ID),
		Execution: ExecutionID(d.Execution),
		Workflow:  d.Workflow,
		Method:    d.Request.Method,
		Path:      d.Request.Path,
		IP:        d.Request.IP,
		Bytes:     len(d.Request.Body),
		Outcome:   d.Outcome,
		Answer:    d.Status,
		Gate:      d.Gate,
		Reason:    d.Reason,
		Took:      Millis(d.Took),
	}
}

func ended(x *flow.Execution, steps int, took time.Duration) Event {
	reason := x.Reason
	if x.Error != nil && reason == "" {
		reason = x.Error.Message
		if x.Error.Node != "" {
			reason = x.Error.Node + ": " + reason
		}
	}
	return Event{
		Kind:      OfExecution,
		At:        x.CreatedAt.Add(took),
		Delivery:  DeliveryID(x.Delivery),
		Execution: ExecutionID(x.ID),
		Workflow:  x.Workflow,
		Status:    x.Status,
		Reason:    reason,
		Steps:     steps,
		Took:      Millis(took),
	}
}

// DeliveryID is an id that is written as dlv_….
type DeliveryID ident.ID

// MarshalText prints the id.
func (id DeliveryID) MarshalText() ([]byte, error) {
	return []byte(ident.ID(id).Text(ident.Delivery)), nil
}

// UnmarshalText reads what MarshalText printed.
func (id *DeliveryID) UnmarshalText(text []byte) error {
	n, err := ident.Parse(ident.Delivery, string(text))
	*id = DeliveryID(n)
	return err
}

// ExecutionID is an id that is written as exe_….
type ExecutionID ident.ID

// MarshalText prints the id.
func (id ExecutionID) MarshalText() ([]byte, error) {
	return []byte(ident.ID(id).Text(ident.Execution)), nil
}

// UnmarshalText reads what MarshalText printed.
func (id *ExecutionID) UnmarshalText(text []byte) error {
	n, err := ident.Parse(ident.Execution, string(text))
	*id = ExecutionID(n)
	return err
}
