package retry

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// The values of Effect.Kind.
const (
	Sent    = "sent"    // a request or a message to the world outside
	Written = "written" // a change of records
)

// Effect is something that an execution has done which a retry does not undo.
type Effect struct {
	Kind    string
	Path    string
	Type    string // of the node
	Round   int
	Target  string // method and URL, channel and recipients, collection
	Outcome string // in words
	At      time.Time
	Again   bool // the step runs again
}

// Again is a step that runs again.
type Again struct {
	Path, Node, Type string
}

// maxTarget is the length of the longest target or outcome, in bytes.
const maxTarget = 300

// effects lists what the steps have done, in the order of the journal, whether they still count or not.
func (p *Planner) effects(steps []flow.Step, again []Again) (list []Effect) {
	repeats := make(map[string]bool, len(again))
	for _, a := range again {
		repeats[a.Path] = true
	}
	for i := range steps {
		s := &steps[i]
		if s.Type == flow.MarkerRetry {
			continue
		}
		e := Effect{Path: s.Path, Type: s.Type, Round: s.Round, At: s.FinishedAt, Again: repeats[s.Path]}
		if e.At.IsZero() {
			e.At = s.StartedAt
		}
		switch p.Effect(s.Type) {
		case node.Outbound:
			e.Kind, e.Target, e.Outcome = Sent, target(s), outcome(s)
		case node.Records:
			if s.Status == flow.Failed && !changed(s.Result) { // a rule was broken: nothing was written
				continue
			}
			e.Kind, e.Target, e.Outcome = Written, text(s.Input.Get("collection")), written(s)
		default:
			continue
		}
		list = append(list, e)
	}
	return list
}

// target names what a step has addressed. Inputs hold references to secrets, not their values.
func target(s *flow.Step) string {
	in := s.Input
	if url := in.Get("url"); !url.IsMissing() {
		method := text(in.Get("method"))
		if method == "" {
			method = "GET"
		}
		return clip(method + " " + text(url))
	}
	if channel := in.Get("channel"); !channel.IsMissing() {
		if to := in.Get("to"); !to.IsMissing() && to.Kind() != value.KindNull {
			return clip(text(channel) + " to " + text(to))
		}
		return clip(text(channel))
	}
	return s.Type
}

// outcome says what came of a request or message.
func outcome(s *flow.Step) string {
	switch {
	case s.Status == flow.Running || s.Status == flow.Waiting || s.Status == flow.Canceled:
		return "interrupted: it may have been sent"
	case s.Status == flow.Failed && s.Error != nil:
		return clip("failed: " + s.Error.Message)
	}
	if status := s.Result.Get("status"); !status.IsMissing() {
		return "answered " + text(status)
	}
	if sent, ok := s.Result.Get("sent").Int(); ok {
		return "sent " + strconv.FormatInt(sent, 10)
	}
	return "done"
}

// changed reports whether a result says that records were changed.
func changed(v value.Value) bool {
	count, _ := v.Get("count").Int()
	return count > 0
}

// written says what a step did to records.
func written(s *flow.Step) string {
	verb := strings.TrimPrefix(s.Type, "record.") + "d"
	if id := s.Result.Get("id"); !id.IsMissing() {
		return verb + " record " + text(id)
	}
	if s.Result.Kind() == value.KindArray {
		return verb + " " + strconv.Itoa(s.Result.Len()) + " records"
	}
	if count, ok := s.Result.Get("count").Int(); ok {
		return verb + " " + strconv.FormatInt(count, 10) + " records"
	}
	if s.Status != flow.Succeeded {
		return "interrupted: a part may be " + verb
	}
	return verb
}

// text returns a string's content or another value's JSON.
func text(v value.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	if v.IsMissing() {
		return ""
	}
	return v.Text()
}

func clip(s string) string {
	if len(s) <= maxTarget {
		return s
	}
	return strings.ToValidUTF8(s[:maxTarget], "") + "…"
}

// again lists the steps that have run and run again after the marker: those that no longer count, and those that ended
// their pass, branch or execution without success or were interrupted.
func again(p *advance.Program, steps []flow.Step, marker flow.Step) []Again {
	before := advance.Lineage(steps)
	after := advance.Lineage(append(slices.Clip(steps), marker))
	last := make(map[string]*flow.Step, len(after))
	for i := range after {
		last[after[i].Path] = &after[i]
	}
	var list []Again
	seen := make(map[string]bool)
	for i := range before {
		s := &before[i]
		if s.Type == flow.MarkerRetry || strings.HasSuffix(s.Path, "]") || seen[s.Path] {
			continue
		}
		if kept := last[s.Path]; kept != nil && !runsAgain(p, kept) {
			continue
		}
		seen[s.Path] = true
		list = append(list, Again{Path: s.Path, Node: s.Node, Type: s.Type})
	}
	return slices.Clip(list)
}

// runsAgain reports whether a step whose last row counts is tried again.
func runsAgain(p *advance.Program, s *flow.Step) bool {
	switch s.Status {
	case flow.Failed:
		return s.Ends != "" || !s.WakeAt.IsZero()
	case flow.Running:
		i, ok := p.Index(s.Node)
		return ok && !p.StaysOpen(i) // a loop or fork goes on
	default:
		return false
	}
}
