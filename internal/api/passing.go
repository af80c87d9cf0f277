package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
)

// Passes checks refused calls against today's configuration.
type Passes interface {
	// WouldPass checks a recorded call again. It records and counts nothing.
	WouldPass(ctx context.Context, d hook.Delivery) Passing
}

// Passing says whether a refused call would pass now.
type Passing struct {
	Passes  bool
	Unknown bool   // a part of the call that a gate needs is not recorded
	Gate    string // that refuses it or cannot be checked
	Reason  string // a sentence
}

// WouldPass is what became of refused calls of a workflow when they were checked again, newest first.
type WouldPass struct {
	Checked int      `json:"checked"` // calls that were looked at
	Passing int      `json:"passing"` // those that would pass now
	IDs     []string `json:"ids"`     // their deliveries; replay them with passing=true
	// Refused counts the calls that would be refused again, by gate.
	Refused map[string]int `json:"refused,omitempty"`
	// Unknown counts the calls for which that cannot be told, by what is missing: the body or the head was not stored
	// whole, or a password or token was wrong, which is never stored.
	Unknown map[string]int `json:"unknown,omitempty"`
	// Next is the value of before to go on; empty if all were looked at.
	Next string `json:"next,omitempty"`
}

// passingTime is how long one request looks through refused calls.
const passingTime = 2 * time.Second

type passingQuery struct {
	Key    string `path:"key" maxLength:"64"`
	Before string `query:"before" maxLength:"32" doc:"only calls older than this id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"200" doc:"maximum number of calls to look at; a request also ends after 2 seconds"`
}

func (r routes) passing() {
	handle(r, route{method: "GET", path: "/api/workflows/{key}/passing", id: "list-passing", summary: "Refused calls of a workflow that would pass now", needs: account.ReadHistory},
		func(ctx context.Context, in *passingQuery) (*one[WouldPass], error) {
			if err := seen(ctx, in.Key); err != nil {
				return nil, err
			}
			if _, err := r.Workflows.Workflow(in.Key); err != nil {
				return nil, err
			}
			before, err := parseID(ident.Delivery, "before", in.Before)
			if err != nil {
				return nil, err
			}
			page, err := r.Deliveries.Deliveries(ctx, store.Listing{
				Query:  query.Query{Terms: []query.Term{query.Is("workflow", in.Key), query.Is("outcome", string(hook.Rejected))}},
				Before: before, Limit: in.Limit,
			})
			if err != nil {
				return nil, err
			}
			out, err := r.checkAgain(ctx, page)
			if err != nil {
				return nil, err
			}
			return &one[WouldPass]{out}, nil
		})
}

// checkAgain checks refused calls within passingTime.
func (r routes) checkAgain(ctx context.Context, page store.Page[hook.Delivery]) (WouldPass, error) {
	out := WouldPass{IDs: []string{}, Refused: map[string]int{}, Unknown: map[string]int{}, Next: page.Next.Text(ident.Delivery)}
	until := r.Clock.Now().Add(passingTime)
	for i, row := range page.Items {
		if i > 0 && r.Clock.Now().After(until) {
			out.Next = page.Items[i-1].ID.Text(ident.Delivery)
			return out, nil
		}
		d, err := r.Deliveries.Delivery(ctx, row.ID)
		if err != nil {
			return out, err
		}
		out.Checked++
		switch p := r.Passes.WouldPass(ctx, d); {
		case p.Passes:
			out.Passing++
			out.IDs = append(out.IDs, d.ID.Text(ident.Delivery))
		case p.Unknown:
			out.Unknown[p.Gate]++
		default:
			out.Refused[p.Gate]++
		}
	}
	return out, nil
}
