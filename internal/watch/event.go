package watch

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
)

// Kind is the kind of an Event.
type Kind string

// The kinds of events.
const (
	OfDelivery  Kind = "delivery"  // a call was answered
	OfExecution Kind = "execution" // an execution ended or began to wait
)

// Event is one event. It is flat and contains no body, so that a slow subscription keeps no request alive.
type Event struct {
	Kind      Kind         `json:"kind"`
	At        time.Time    `json:"at"`
	Delivery  DeliveryID   `json:"delivery,omitzero"`
	Execution ExecutionID  `json:"execution,omitzero"`
	Workflow  string       `json:"workflow,omitempty"`
	Method    string       `json:"method,omitempty"`
	Path      string       `json:"path,omitempty"`
	IP        string       `json:"ip,omitempty"`
	Bytes     int          `json:"bytes,omitempty"`   // size of the body
	Outcome   hook.Outcome `json:"outcome,omitempty"` // only for a delivery
	Answer    int          `json:"answer,omitempty"`  // HTTP status
	Gate      string       `json:"gate,omitempty"`
	Status    flow.Status  `json:"status,omitempty"` // only for an execution
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

// DeliveryID is an id in the form dlv_….
type DeliveryID ident.ID

// MarshalText formats the id.
func (id DeliveryID) MarshalText() ([]byte, error) {
	return []byte(ident.ID(id).Text(ident.Delivery)), nil
}

// UnmarshalText parses the form that MarshalText writes.
func (id *DeliveryID) UnmarshalText(text []byte) error {
	n, err := ident.Parse(ident.Delivery, string(text))
	*id = DeliveryID(n)
	return err
}

// ExecutionID is an id in the form exe_….
type ExecutionID ident.ID

// MarshalText formats the id.
func (id ExecutionID) MarshalText() ([]byte, error) {
	return []byte(ident.ID(id).Text(ident.Execution)), nil
}

// UnmarshalText parses the form that MarshalText writes.
func (id *ExecutionID) UnmarshalText(text []byte) error {
	n, err := ident.Parse(ident.Execution, string(text))
	*id = ExecutionID(n)
	return err
}
