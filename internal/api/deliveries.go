package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Delivery is the record of one call, accepted or not.
type Delivery struct {
	ID         string       `json:"id"`
	Workflow   string       `json:"workflow,omitempty"`
	Outcome    hook.Outcome `json:"outcome"`
	Gate       string       `json:"gate,omitempty"`   // that spoke
	Reason     string       `json:"reason,omitempty"` // for the operator; the caller never saw it
	Execution  string       `json:"execution,omitempty"`
	Status     int          `json:"status,omitempty"` // of the answer
	Method     string       `json:"method"`
	Path       string       `json:"path"`
	IP         string       `json:"ip,omitempty"`
	ReceivedAt time.Time    `json:"receivedAt"`
	TookMicros int64        `json:"tookMicros"`        // from the first byte to the decision
	Request    *Call        `json:"request,omitempty"` // of a delivery asked for by itself
}

func deliveryOf(d hook.Delivery) Delivery {
	return Delivery{
		ID:         d.ID.Text(ident.Delivery),
		Workflow:   d.Workflow,
		Outcome:    d.Outcome,
		Gate:       d.Gate,
		Reason:     d.Reason,
		Execution:  d.Execution.Text(ident.Execution),
		Status:     d.Status,
		Method:     d.Request.Method,
		Path:       d.Request.Path,
		IP:         d.Request.IP,
		ReceivedAt: d.Request.ReceivedAt,
		TookMicros: d.Took.Microseconds(),
	}
}

type deliveryQuery struct {
	Paging
	Workflow string `query:"workflow" maxLength:"64"`
	Outcome  string `query:"outcome" enum:"accepted,rejected,unmatched"`
}

type deliveryID struct {
	ID string `path:"id" maxLength:"32" doc:"dlv_… or last, the newest"`
}

func (r routes) deliveries() {
	handle(r, "GET", "/api/deliveries", "list-deliveries", "Calls, newest first, without their bodies", r.listDeliveries)
	handle(r, "GET", "/api/deliveries/{id}", "get-delivery", "One call with its headers and body",
		func(_ context.Context, in *deliveryID) (*one[Delivery], error) {
			id, err := r.deliveryID(in.ID)
			if err != nil {
				return nil, err
			}
			d, err := r.Deliveries.Delivery(id)
			if err != nil {
				return nil, err
			}
			out, call := deliveryOf(d), callOf(d.Request, wholeBody)
			out.Request = &call
			return &one[Delivery]{out}, nil
		})
}

func (r routes) listDeliveries(_ context.Context, in *deliveryQuery) (*list[Delivery], error) {
	before, err := parseID(ident.Delivery, "before", in.Before)
	if err != nil {
		return nil, err
	}
	rows, err := r.Deliveries.Deliveries(store.DeliveryQuery{
		Workflow: in.Workflow, Outcome: hook.Outcome(in.Outcome), Before: before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	page := Page[Delivery]{Items: make([]Delivery, len(rows))}
	for i, d := range rows {
		page.Items[i] = deliveryOf(d)
	}
	if len(rows) == in.Limit {
		page.Next = page.Items[len(rows)-1].ID
	}
	return &list[Delivery]{page}, nil
}

func (r routes) deliveryID(text string) (ident.ID, error) {
	if text != newest {
		return parseID(ident.Delivery, "id", text)
	}
	rows, err := r.Deliveries.Deliveries(store.DeliveryQuery{Limit: 1})
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, fault.New("api.deliveryID", fault.NotFound, "there is no delivery yet")
	}
	return rows[0].ID, nil
}
