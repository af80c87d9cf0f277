package api

import (
	"context"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// Attention is one thing that somebody should look at.
type Attention struct {
	Kind     string    `json:"kind" enum:"disk,backlog,failing,refused,unmatched,quiet"`
	Workflow string    `json:"workflow,omitempty"`
	Title    string    `json:"title,omitempty"` // of the workflow
	Count    int64     `json:"count,omitempty"` // of executions or calls in the last 24 hours
	Since    time.Time `json:"since,omitzero"`  // of the last call, for a quiet workflow
	Last     *LastCall `json:"last,omitempty"`  // the last call that was refused
	Message  string    `json:"message"`
	Action   Action    `json:"action"`
}

// Action names the operation of the API that shows what to do about it.
type Action struct {
	Operation  string            `json:"operation"` // an operationId
	Parameters map[string]string `json:"parameters"`
}

func act(operation string, parameters ...string) Action {
	a := Action{operation, make(map[string]string)}
	for i := 0; i+1 < len(parameters); i += 2 {
		a.Parameters[parameters[i]] = parameters[i+1]
	}
	return a
}

// attention returns what somebody should look at. rows and activity have the same order.
func (r routes) attention(ctx context.Context, rows []WorkflowTraffic, activity []store.Activity, backlog int64) []Attention {
	list := []Attention{}
	if !caller(ctx).Bound() {
		if err := r.Room(); err != nil {
			list = append(list, Attention{Kind: "disk", Message: fault.Message(err), Action: act("stats")})
		}
		if backlog >= r.Backlog/2 {
			list = append(list, Attention{Kind: "backlog", Count: backlog, Action: act("list-executions", "status", "queued"),
				Message: fmt.Sprintf("%d executions are queued or running; at %d, calls are answered with 503", backlog, r.Backlog)})
		}
	}
	failing := byMost(rows, func(w *WorkflowTraffic) int64 { return w.Failed })
	for _, w := range failing[:min(len(failing), maxRows)] {
		list = append(list, Attention{Kind: "failing", Workflow: w.Workflow, Title: w.Title, Count: w.Failed,
			Message: fmt.Sprintf("%s of %s failed or were aborted in the last 24 hours", many(w.Failed, "execution"), w.Workflow),
			Action:  act("list-executions", "workflow", w.Workflow, "status", "failed")})
	}
	refused := byMost(rows, func(w *WorkflowTraffic) int64 { return w.Refused })
	for _, w := range refused[:min(len(refused), maxRows)] {
		list = append(list, refusal(&w))
	}
	return append(list, r.quiet(activity, rows)...)
}

func refusal(w *WorkflowTraffic) Attention {
	if w.Workflow == "" {
		return Attention{Kind: "unmatched", Count: w.Refused, Last: w.Traffic.Refused, Action: act("list-deliveries", "outcome", "unmatched"),
			Message: many(w.Refused, "call") + " came to an address that no enabled workflow has, in the last 24 hours"}
	}
	a := Attention{Kind: "refused", Workflow: w.Workflow, Title: w.Title, Count: w.Refused, Last: w.Traffic.Refused,
		Message: fmt.Sprintf("%s to %s were refused in the last 24 hours", many(w.Refused, "call"), w.Workflow),
		Action:  act("list-deliveries", "workflow", w.Workflow, "outcome", "rejected")}
	if last := w.Traffic.Refused; last != nil && last.Gate != "" {
		a.Message += "; the last one by " + last.Gate
	}
	return a
}

// many formats a number with a noun.
func many(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// quiet returns the enabled workflows that used to be called regularly and are not any more.
func (r routes) quiet(activity []store.Activity, rows []WorkflowTraffic) (list []Attention) {
	for i := range activity {
		a := &activity[i]
		if a.Workflow == "" || !silent(a, r.Clock.Now()) || len(list) >= maxRows {
			continue
		}
		if w, err := r.Workflows.Workflow(a.Workflow); err != nil || !w.Enabled {
			continue // deleted or disabled: it is meant to be quiet
		}
		list = append(list, Attention{Kind: "quiet", Workflow: a.Workflow, Title: rows[i].Title, Since: a.CalledAt,
			Message: a.Workflow + " was called regularly and has had no call that passed its gates since " + a.CalledAt.Add(time.Hour).Format("2006-01-02 15:04 MST"),
			Action:  act("get-workflow", "key", a.Workflow)})
	}
	return list
}

// What counts as regular, and as silence.
const (
	regularHours  = 24                  // different hours with calls in a week
	regularFor    = 6 * 24              // hours between the first and the last of them
	silenceFactor = 2                   // times the longest pause in that week
	silenceLeast  = 3                   // hours
	silenceMost   = 14 * 24 * time.Hour // after that it is no news
)

// silent reports whether a workflow was called regularly in the week up to its last call, and has been silent for longer
// than twice the longest pause in that week. So one that rests at night or at the weekend may do so.
func silent(a *store.Activity, now time.Time) bool {
	if a.CalledAt.IsZero() || now.Sub(a.CalledAt) > silenceMost {
		return false
	}
	hours, last, longest := 0, 0, 0
	for i, called := range a.Called {
		if called {
			hours++
			longest, last = max(longest, i-last), i
		}
	}
	pause := int(store.Hour.Start(now).Sub(a.CalledAt) / time.Hour)
	return hours >= regularHours && last >= regularFor && pause >= silenceLeast && pause > silenceFactor*longest
}
