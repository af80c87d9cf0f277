package watch

import (
	"strings"
	"time"
	"unicode/utf8"

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

// The longest texts of an Event, in bytes. Longer ones are cut.
const (
	maxPath   = 1 << 10
	maxReason = 1 << 10
)

// Event is one event. It has no part of the request's memory, so that an event that is kept keeps no request alive.
type Event struct {
	Kind      Kind         `json:"kind"`
	At        time.Time    `json:"at"`
	Delivery  DeliveryID   `json:"delivery,omitzero"`
	Execution ExecutionID  `json:"execution,omitzero"`
	Workflow  string       `json:"workflow,omitempty"`
	Revision  string       `json:"revision,omitempty"`
	Method    string       `json:"method,omitempty"`
	Path      string       `json:"path,omitempty"`
	IP        string       `json:"ip,omitempty"`
	Bytes     int          `json:"bytes,omitempty"`   // size of the body
	Outcome   hook.Outcome `json:"outcome,omitempty"` // only for a delivery
	Answer    int          `json:"answer,omitempty"`  // HTTP status
	Gate      string       `json:"gate,omitempty"`
	Key       string       `json:"dedupeKey,omitempty"`
	Status    flow.Status  `json:"status,omitempty"` // only for an execution
	Mode      flow.Mode    `json:"mode,omitempty"`   // only for an execution
	Error     string       `json:"error,omitempty"`  // code of an execution's error
	Node      string       `json:"node,omitempty"`   // node that failed
	Labels    []Label      `json:"labels,omitempty"` // of an execution
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
		Revision:  d.Revision,
		Method:    strings.Clone(d.Request.Method),
		Path:      strings.Clone(cut(d.Request.Path, maxPath)),
		IP:        d.Request.IP,
		Bytes:     len(d.Request.Body),
		Outcome:   d.Outcome,
		Answer:    d.Status,
		Gate:      d.Gate,
		Key:       strings.Clone(d.DedupeKey),
		Reason:    cut(d.Reason, maxReason),
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
	e := Event{
		Kind:      OfExecution,
		At:        x.CreatedAt.Add(took),
		Delivery:  DeliveryID(x.Delivery),
		Execution: ExecutionID(x.ID),
		Workflow:  x.Workflow,
		Revision:  x.Revision,
		Status:    x.Status,
		Mode:      x.Mode,
		Reason:    cut(reason, maxReason),
		Steps:     steps,
		Took:      Millis(took),
	}
	if x.Error != nil {
		e.Error, e.Node = x.Error.Code, x.Error.Node
	}
	for _, l := range x.Labels {
		e.Labels = append(e.Labels, Label{l.Name, strings.Clone(l.Value)})
	}
	return e
}

// Label is a label of an execution.
type Label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// cut returns at most the first limit bytes of a text, and no part of a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return strings.Clone(text[:limit])
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
