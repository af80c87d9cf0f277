package nodetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// about returns the position of the story's node.
func (s story) about() node.About {
	given := s.given["about"]
	about := node.About{Key: "my_node"}
	if key, ok := given.Get("key").Str(); ok {
		about.Key = key
	}
	for name := range given.Get("branches").Elements() {
		text, _ := name.Str()
		about.Branches = append(about.Branches, text)
	}
	about.Sync, _ = given.Get("sync").AsBool()
	for key := range s.given["nodes"].Members() {
		about.Earlier = append(about.Earlier, key)
	}
	return about
}

// play compiles the story's config and runs the node once.
func play(kind node.Kind, s story) (outcome, error) {
	scope, err := s.scope()
	if err != nil {
		return outcome{}, err
	}
	n, problems := kind.Compile(s.given["config"], s.about())
	if len(problems) > 0 {
		return outcome{problems: problems}, nil
	}
	if n == nil {
		return outcome{}, errors.New("the kind returned neither a node nor a problem")
	}
	return perform(n, scope), nil
}

// perform renders and runs a compiled node once.
func perform(n node.Node, s scope) outcome {
	input, err := n.Render(s)
	if err != nil {
		return outcome{renderErr: err}
	}
	o := outcome{input: input}
	asked := s.reader.hold(s.records)
	o.result, o.runErr = n.Run(context.Background(), inputOf(input, s))
	o.query = asked()
	if l, ok := n.(node.Looper); ok && o.runErr == nil {
		o.ask(l, s)
	}
	return o
}

// ask evaluates a loop's condition once.
func (o *outcome) ask(l node.Looper, s scope) {
	if asks, _ := o.input.Get("while").AsBool(); !asks {
		return
	}
	yes, err := l.Holds(s)
	if err != nil {
		o.renderErr = err
		return
	}
	o.holds = strconv.FormatBool(yes)
}

func inputOf(input value.Value, s scope) node.Input {
	return node.Input{
		Value: input, Scope: s, Now: s.now, Attempt: 1, Secrets: s,
		IdempotencyKey: "exe_0000000000001/my_node#0",
		Progress:       s.progress,
	}
}

// failureBreach returns how an error of Run violates the contract, or "".
func failureBreach(err error) string {
	var failure *node.Failure
	switch {
	case !errors.As(err, &failure):
		return ""
	case failure.RetryAfter < 0:
		return "RetryAfter is negative"
	case failure.RetryAfter > 0 && failure.Final:
		return "there is a RetryAfter and the failure is final"
	default:
		return ""
	}
}

// breach returns how an outcome violates the contract, or "".
func breach(info node.Info, about node.About, o outcome) string {
	if o.renderErr != nil || len(o.problems) > 0 {
		return ""
	}
	if o.input.IsMissing() {
		return "Render returned no input; the journal needs at least null"
	}
	if o.runErr != nil {
		return failureBreach(o.runErr)
	}
	r := o.result
	switch {
	case r.Op != nil && info.Effect != node.Records:
		return "an Op came from a kind whose effect is not Records"
	case r.Op == nil && info.Effect == node.Records:
		return "a kind whose effect is Records returned no Op"
	case r.Reply != nil && !info.SyncOnly:
		return "a Reply came from a kind that is not SyncOnly"
	case !r.Progress.IsMissing() && info.Effect != node.Outbound:
		return "Progress came from a kind whose effect is not Outbound"
	case !r.Until.IsZero() && r.Progress.IsMissing() && !info.Waits:
		return "Until came from a kind that does not Wait"
	case r.Ends == flow.Failed && r.Error == nil:
		return "Ends is failed and there is no Error"
	case r.Ends != flow.Failed && r.Error != nil:
		return "there is an Error and Ends is not failed"
	case r.Ends != "" && r.Ends != flow.Failed && r.Ends != flow.Succeeded:
		return fmt.Sprintf("Ends is %q", r.Ends)
	case r.Branch != "" && info.Branches == node.NoBranches:
		return fmt.Sprintf("branch %q came from a kind without branches", r.Branch)
	case info.Branches == node.ThenElse && about.HasBranches() && r.Branch != "then" && r.Branch != "else":
		return fmt.Sprintf("branch %q came from a kind with then and else", r.Branch)
	}
	return ""
}
