package store

import (
	"context"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// StepReader reads parts of journals, which may be long. Its reads do not check that the execution exists: one that does
// not has no steps.
type StepReader interface {
	// Steps returns a page of the journal, in the order of N. The error is of kind fault.Invalid if Limit is not in 1 to
	// MaxSteps.
	Steps(context.Context, StepQuery) (StepPage, error)
	// Step returns one step. The error is of kind fault.NotFound if there is none.
	Step(ctx context.Context, execution ident.ID, n int) (flow.Step, error)
	// StepCounts counts the steps of an execution by node, in the order in which the nodes ran first.
	StepCounts(ctx context.Context, execution ident.ID) ([]NodeCount, error)
}

// MaxSteps is the largest number of steps in a page.
const MaxSteps = 1000

// StepQuery selects steps of one execution.
type StepQuery struct {
	Execution ident.ID
	After     int         // only steps with a larger N
	Limit     int         // at most MaxSteps
	Path      string      // only steps whose path begins with it; "": all
	Node      string      // only steps of this node; "": all
	Status    flow.Status // only steps in this state; "": all
	// Value is the longest input or result that is included, in bytes. Of a longer one only the size is known.
	Value int
}

// StepPage is a page of a journal.
type StepPage struct {
	Steps []SizedStep
	Next  int // After for the next page; 0: the journal has ended
}

// SizedStep is a step whose input and result may be left out.
type SizedStep struct {
	flow.Step
	InputSize, ResultSize int // bytes of JSON; 0: there is none
}

// Sized returns a step without an input or a result that is longer than most, in bytes.
func Sized(s flow.Step, most int) SizedStep {
	out := SizedStep{Step: s, InputSize: size(s.Input), ResultSize: size(s.Result)}
	if out.InputSize > most {
		out.Input = value.Value{}
	}
	if out.ResultSize > most {
		out.Result = value.Value{}
	}
	return out
}

// size returns the bytes of JSON of a value; 0 if it is missing.
func size(v value.Value) int {
	if v.IsMissing() {
		return 0
	}
	return len(v.Text())
}

// NodeCount counts the steps of one node.
type NodeCount struct {
	Node     string
	Type     string
	Status   map[flow.Status]int
	Branches map[string]int // how often each branch was chosen
}
