package flow

import (
	"slices"
	"time"
	"unicode/utf8"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Status is the state of an execution or of a step.
type Status string

// The states (SPEC §8).
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Waiting   Status = "waiting"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Skipped   Status = "skipped"
	Canceled  Status = "canceled"
	Aborted   Status = "aborted"
)

// Final reports whether the state changes only if an operator intervenes.
func (s Status) Final() bool {
	switch s {
	case Succeeded, Failed, Canceled, Aborted:
		return true
	default:
		return false
	}
}

// executionMoves returns the legal transitions of an execution. Any other transition is a programming error.
func executionMoves(from Status) []Status {
	switch from {
	case Queued:
		return []Status{Running, Waiting, Succeeded, Failed, Canceled, Aborted}
	case Running:
		return []Status{Running, Waiting, Succeeded, Failed, Canceled, Aborted}
	case Waiting:
		return []Status{Running, Waiting, Succeeded, Failed, Canceled, Aborted}
	case Failed, Aborted, Canceled:
		return []Status{Queued}
	default:
		return nil
	}
}

// CanMove reports whether an execution may move from one state to another.
func CanMove(from, to Status) bool {
	return slices.Contains(executionMoves(from), to)
}

// Number returns NocoBase's number for the execution's state. ok is false for queued, which is null there.
func (e Execution) Number() (n int, ok bool) {
	switch e.Status {
	case Queued:
		return 0, false
	case Succeeded:
		return 1, true
	case Failed:
		if e.Error != nil && (e.Error.Code == CodeCondition || e.Error.Code == CodeFailNode) {
			return -1, true
		}
		return -2, true
	case Aborted:
		return -3, true
	case Canceled:
		return -4, true
	default:
		return 0, true
	}
}

// Incarnation identifies one run of a server process. It is the fencing token: the store refuses a write for a
// claim that another incarnation has taken over. Zero means unclaimed.
type Incarnation int64

// The reasons of an aborted execution.
const (
	ReasonTimeout = "timeout"
	ReasonLimit   = "limit"
	ReasonKilled  = "killed the process"
)

// Execution is one run of one revision for one delivery. Its id is also its position in the queue.
type Execution struct {
	ID         ident.ID
	Workflow   string
	Revision   string
	Delivery   ident.ID
	Mode       Mode
	Status     Status
	Reason     string // why it was aborted
	Owner      Incarnation
	Resumes    int // how often a restart found it claimed and unfinished
	Round      int // how often an operator retried it
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	WakeAt     time.Time // when it continues, while waiting
	Output     value.Value
	Error      *Error
	Reply      *hook.Reply // the response that a response node stored
	Labels     []Label     // sorted by name
}

// Label is a value that the workflow took from the call, for finding the execution later.
type Label struct{ Name, Value string }

// The bounds of labels.
const (
	MaxLabels     = 8
	MaxLabelValue = 200 // characters; a longer value is cut, and ends with LabelCut
	LabelCut      = "…"
)

// LabelValue returns a value as a label stores it.
func LabelValue(text string) string {
	if utf8.RuneCountInString(text) <= MaxLabelValue {
		return text
	}
	return string([]rune(text)[:MaxLabelValue-1]) + LabelCut
}

// Label returns the value of a label.
func (e *Execution) Label(name string) (string, bool) {
	for _, l := range e.Labels {
		if l.Name == name {
			return l.Value, true
		}
	}
	return "", false
}

// The codes of errors that the engine itself reports.
const (
	CodeError     = "error"     // a node failed
	CodeCondition = "condition" // a condition without branches was false, with onFalse: fail
	CodeFailNode  = "fail"      // a fail node was reached
	CodeTimeout   = "timeout"   // an attempt took longer than its timeout
	CodePanic     = "panic"     // a bug in a node kind
	CodeTemplate  = "template"  // a template or expression could not be evaluated
	CodeTooLarge  = "too-large" // a result exceeds the limit
	CodeLimit     = "limit"     // a loop's condition still held after the maximum number of passes
)

// Error is the reason why a step or an execution failed, in words for the operator.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Node    string `json:"node,omitempty"` // key
}

// LogLine is one log line that a step wrote.
type LogLine struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

// Step is one row of an execution's journal: one attempt of one node, or a marker. The journal is append-only, with
// one exception: a running or waiting row is replaced by the row with the same N that ends it.
type Step struct {
	Execution ident.ID
	N         int    // position in the journal, from 1
	Path      string // node key plus loop indices, e.g. each_item[3]/create
	Node      string // node key; empty for a marker
	Type      string // kind, or MarkerRetry
	Attempt   int    // from 1
	Round     int
	Status    Status
	Input     value.Value // rendered, with secrets as references
	Result    value.Value
	Branch    string // the branch that the node chose
	// Ends is set if the step ends the execution (response, end), or if it is a failure that nothing in its list
	// handles (fail, onFalse, onError: fail). Such a failure ends the execution, the pass or the branch.
	Ends       Status
	Error      *Error
	Log        []LogLine
	StartedAt  time.Time
	FinishedAt time.Time
	WakeAt     time.Time // when a failed attempt will be repeated, or a waiting step continues
}

// MarkerRetry is the Type of the row that an operator's retry adds to the journal.
const MarkerRetry = "retry"
