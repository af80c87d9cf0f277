package journalplan

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// ApplyOutcome puts the outcome of an operation into its step.
func ApplyOutcome(step *flow.Step, out *collection.Outcome) {
	switch {
	case out.Violation != nil: // the broken rule fails the step
		step.Status, step.Ends, step.Result = flow.Failed, "", value.Value{}
		step.Error = &flow.Error{Code: out.Violation.Code, Message: out.Violation.Message, Node: step.Node}
	case out.Next != nil:
		step.Status, step.Ends, step.Result = flow.Running, "", out.Next.Value()
	default:
		step.Result = out.Record
	}
}

// OutcomeOf returns the outcome that ApplyOutcome has put into a step.
func OutcomeOf(step *flow.Step) collection.Outcome {
	switch {
	case step.Status == flow.Failed && step.Error != nil:
		return collection.Outcome{Violation: &collection.Violation{Code: step.Error.Code, Message: step.Error.Message}}
	case step.Status == flow.Running:
		next := collection.ProgressOf(step.Result)
		return collection.Outcome{Next: &next}
	default:
		return collection.Outcome{Record: step.Result}
	}
}
