package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// Delivery is the record of one call, accepted or not.
type Delivery struct {
	ID         string       `json:"id"`
	Workflow   string       `json:"workflow,omitempty"`
	Revision   string       `json:"revision,omitempty"` // the revision that received the call
	Outcome    hook.Outcome `json:"outcome"`
	Gate       string       `json:"gate,omitempty"`   // the gate that decided
	Reason     string       `json:"reason,omitempty"` // for the operator; never sent to the caller
	Execution  string       `json:"execution,omitempty"`
	Status     int          `json:"status,omitempty"` // status of the answer
	Method     string       `json:"method"`
	Path       string       `json:"path"`
	IP         string       `json:"ip,omitempty"`
	DedupeKey  string       `json:"dedupeKey,omitempty"`
	ReplayOf   string       `json:"replayOf,omitempty"` // the delivery that was replayed
	ReceivedAt time.Time    `json:"receivedAt"`
	TookMicros int64        `json:"tookMicros"` // from the first byte to the decision

	// Only for a single delivery:
	Verdicts []Verdict `json:"verdicts,omitempty"` // in the order in which the gates were checked
	// Chain is how ip was determined: the socket's address, then the addresses reported by trusted proxies
	Chain   []string `json:"chain,omitempty"`
	Request *Call    `json:"request,omitempty"`
	Answer  *Reply   `json:"answer,omitempty"` // the answer; absent if it was the default or is unknown
}

// Verdict is one gate's decision about a call.
type Verdict struct {
	Gate     string `json:"gate"`
	Passed   bool   `json:"passed"`
	Observed bool   `json:"observed,omitempty"` // the gate only observes: it lets every call pass
	Reason   string `json:"reason,omitempty"`   // a code
	Detail   string `json:"detail,omitempty"`   // a sentence
}

func deliveryOf(d hook.Delivery) Delivery {
	return Delivery{
		ID:         d.ID.Text(ident.Delivery),
		Workflow:   d.Workflow,
		Revision:   d.Revision,
		Outcome:    d.Outcome,
		Gate:       d.Gate,
		Reason:     d.Reason,
		Execution:  d.Execution.Text(ident.Execution),
		Status:     d.Status,
		Method:     d.Request.Method,
		Path:       d.Request.Path,
		IP:         d.Request.IP,
		DedupeKey:  d.DedupeKey,
		ReplayOf:   d.ReplayOf.Text(ident.Delivery),
		ReceivedAt: d.Request.ReceivedAt,
		TookMicros: d.Took.Microseconds(),
	}
}

// wholeDelivery converts a delivery with everything that is stored about it.
func (r routes) wholeDelivery(d hook.Delivery) Delivery {
	out, call := deliveryOf(d), callOf(d.Request, shownBody)
	sum := sha256.Sum256(d.Request.Body)
	call.SHA256 = hex.EncodeToString(sum[:])
	if call.URL = r.BaseURL() + call.Path; call.Query != "" {
		call.URL += "?" + call.Query
	}
	out.Request, out.Answer, out.Chain, out.Verdicts = &call, replyOf(d.Answer), d.Chain, verdictsOf(d.Verdicts)
	return out
}

func verdictsOf(list []hook.Verdict) []Verdict {
	out := make([]Verdict, len(list))
	for i, v := range list {
		out[i] = Verdict(v)
	}
	return out
}

type deliveryQuery struct {
	Listing
	Workflow  string    `query:"workflow" maxLength:"64" doc:"the same as workflow: in q"`
	Outcome   string    `query:"outcome" enum:"accepted,repeat,filtered,handshake,rejected,unmatched" doc:"the same as outcome: in q"`
	Gate      string    `query:"gate" maxLength:"32" doc:"the same as gate: in q"`
	DedupeKey string    `query:"dedupeKey" maxLength:"512" doc:"the same as key: in q"`
	Since     time.Time `query:"since" doc:"the same as since: in q"`
	Until     time.Time `query:"until" doc:"the same as until: in q"`
}

// DeliveryPath is the path parameter that selects a delivery.
type DeliveryPath struct {
	ID string `path:"id" maxLength:"32" doc:"dlv_…, or last for the newest"`
}

func (r routes) deliveries() {
	handle(r, route{method: "GET", path: "/api/deliveries", id: "list-deliveries", summary: "Calls, newest first, without their bodies", needs: account.ReadHistory}, r.listDeliveries)
	handle(r, route{method: "GET", path: "/api/deliveries/{id}", id: "get-delivery", summary: "One call with its headers and the first MiB of its body", needs: account.ReadHistory},
		func(ctx context.Context, in *DeliveryPath) (*one[Delivery], error) {
			d, err := r.delivery(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return &one[Delivery]{r.wholeDelivery(d)}, nil
		})
	r.body()
	r.curl()
	r.replay()
	r.explain()
	r.passing()
}

func (r routes) listDeliveries(ctx context.Context, in *deliveryQuery) (*searched[Delivery], error) {
	l, err := in.of(ctx, r.Clock.Now(), query.Deliveries, word("workflow", in.Workflow), word("outcome", in.Outcome), word("gate", in.Gate),
		word("key", in.DedupeKey), instant("since", in.Since), instant("until", in.Until))
	if err != nil {
		return nil, err
	}
	page, err := r.Deliveries.Deliveries(ctx, l)
	if err != nil {
		return nil, err
	}
	return foundIn(l.Query, page, ident.Delivery, deliveryOf), nil
}

// delivery returns one whole delivery that the caller may see. The id "last" is the newest one.
func (r routes) delivery(ctx context.Context, text string) (hook.Delivery, error) {
	const op = "api.delivery"
	id, err := ident.ID(0), error(nil)
	if text == newest {
		page, err := r.Deliveries.Deliveries(ctx, store.Listing{Limit: 1, Workflows: bound(ctx)})
		if err == nil && len(page.Items) == 0 {
			err = fault.New(op, fault.NotFound, "no deliveries yet")
		}
		if err != nil {
			return hook.Delivery{}, err
		}
		id = page.Items[0].ID
	} else if id, err = parseID(ident.Delivery, "id", text); err != nil {
		return hook.Delivery{}, err
	}
	d, err := r.Deliveries.Delivery(ctx, id)
	if err == nil && !caller(ctx).Sees(d.Workflow) {
		return hook.Delivery{}, fault.New(op, fault.NotFound, "there is no delivery %s", text)
	}
	return d, err
}
