package dryrun

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// NodeTest is one run of one node.
type NodeTest struct {
	Workflow flow.Workflow
	Node     string // key
	Variables
	Answers []Answer
	Real    bool // what the node does really happens
}

// NodeReport is what happened in it.
type NodeReport struct {
	Input   value.Value // rendered, with secrets as references; Missing if that failed
	Result  value.Value
	Branch  string
	Ends    flow.Status
	Error   *flow.Error
	Log     []flow.LogLine
	Effects []Effect
	Waited  time.Duration
	Took    time.Duration
}

// maxParts is the number of parts in which a node may work.
const maxParts = 1000

// RunNode runs one node alone, with one attempt. A node with branches runs no branch. Errors are those of Run, and
// fault.NotFound if there is no such node.
func (t *Tester) RunNode(ctx context.Context, test NodeTest) (NodeReport, error) {
	done, err := t.acquire(ctx, test.Workflow.Key)
	if err != nil {
		return NodeReport{}, err
	}
	defer done()
	s, err := t.newSession(ctx, test.Workflow, map[string][]Answer{test.Node: test.Answers})
	if err != nil {
		return NodeReport{}, err
	}
	defer s.end()
	if test.Real {
		if s.compiled, err = t.earnest(test.Workflow); err != nil {
			return NodeReport{}, err
		}
	}
	n := &single{session: s, real: test.Real}
	if n.index, err = s.find(test.Node); err != nil {
		return NodeReport{}, err
	}
	test.Variables.Workflow = test.Workflow.Key
	n.scope = &given{Variables: test.Variables, secrets: t.Secrets, clock: s.clock, limit: t.Limits.TemplateOutput}
	report := n.run(test.Node)
	report.Effects, report.Waited, report.Took = s.effects.list, s.clock.skipped(), t.Clock.Now().Sub(s.started)
	return report, nil
}

// earnest compiles a workflow with the kinds that really act.
func (t *Tester) earnest(wf flow.Workflow) (*document.Compiled, error) {
	compiled, problems := document.Compile(wf, t.Known)
	if len(problems) > 0 {
		return nil, invalid(problems)
	}
	return compiled, nil
}

// find returns the index of a node.
func (s *session) find(key string) (int, error) {
	var keys []string
	for i := range s.compiled.Nodes {
		have := s.compiled.Program.Node(i).Key
		if have == key {
			return i, nil
		}
		keys = append(keys, have)
	}
	message := "there is no node " + decode.Quote(key)
	if near, ok := nearest.Name(key, keys); ok {
		message += "; did you mean " + near + "?"
	}
	return 0, &fault.Error{Op: "dryrun.RunNode", Kind: fault.NotFound, Field: "node", Message: message}
}

// single is one node that runs alone.
type single struct {
	session *session
	scope   *given
	index   int
	real    bool
}

// run renders and runs the node.
func (n *single) run(key string) (out NodeReport) {
	masked := func() *vault.Masker { return vault.NewMasker(n.scope.found...) }
	defer func() {
		if p := recover(); p != nil {
			n.session.tester.Log.Error("a node kind panicked in a test", "node", key, "panic", masked().Text(fmt.Sprint(p)), "stack", string(debug.Stack()))
			out.Error = &flow.Error{Code: flow.CodePanic, Message: "a defect in this node kind stopped it; the server's log has the details"}
		}
	}()
	input, err := n.session.compiled.Nodes[n.index].Render(n.scope)
	if err != nil {
		out.Error = &flow.Error{Code: flow.CodeTemplate, Message: masked().Text(err.Error())}
		return out
	}
	out.Input = masked().Value(input)
	result, err := n.parts(key, input)
	m := masked()
	out.Result, out.Branch, out.Ends, out.Error = m.Value(result.Value), result.Branch, result.Ends, result.Error
	out.Log = slices.Clone(result.Log)
	var failure *node.Failure
	switch {
	case errors.As(err, &failure):
		out.Error = &flow.Error{Code: failure.Code, Message: failure.Message}
		out.Log = append(out.Log, failure.Log...)
	case errors.Is(err, context.DeadlineExceeded):
		out.Error = &flow.Error{Code: flow.CodeTimeout, Message: "took too long"}
	case err != nil:
		out.Error = &flow.Error{Code: flow.CodeError, Message: fault.Message(err)}
	case len(result.Value.Text()) > n.session.tester.Limits.StepResult:
		out.Result = value.Value{}
		out.Error = &flow.Error{Code: flow.CodeTooLarge, Message: fmt.Sprintf(
			"the result has %d bytes; the limit for one step is %d", len(result.Value.Text()), n.session.tester.Limits.StepResult)}
	}
	if out.Error != nil {
		e := *out.Error
		if e.Message = m.Text(e.Message); e.Code == "" {
			e.Code = flow.CodeError
		}
		out.Error = &e
	}
	for i := range out.Log {
		out.Log[i].Text = m.Text(out.Log[i].Text)
	}
	return out
}

// parts runs the node until it is done. Waits between the parts are skipped.
func (n *single) parts(key string, input value.Value) (node.Result, error) {
	info, s := n.session.compiled.Infos[n.index], n.session
	in := node.Input{Value: input, Scope: n.scope, Attempt: 1, Secrets: n.scope, IdempotencyKey: "test/" + key + "#0"}
	for range maxParts {
		in.Now = s.clock.Now()
		ctx, cancel := context.WithCancel(s.ctx)
		if limit := info.Timeout; limit > 0 {
			ctx, cancel = context.WithTimeout(s.ctx, limit)
		}
		result, err := s.compiled.Nodes[n.index].Run(ctx, in)
		cancel()
		switch {
		case err != nil:
			return result, err
		case result.Op != nil:
			return n.operate(*result.Op)
		case result.Progress.IsMissing():
			return result, nil
		}
		in.Progress = result.Progress
		s.clock.skipTo(result.Until)
	}
	return node.Result{}, fault.New("dryrun.RunNode", fault.Limit, "the node has not ended after %d parts", maxParts)
}

// operate applies the operation of a record node.
func (n *single) operate(op collection.Op) (node.Result, error) {
	outcome, err := n.write(op)
	if err != nil {
		return node.Result{}, err
	}
	if v := outcome.Violation; v != nil {
		return node.Result{}, &node.Failure{Code: v.Code, Message: v.Message, Final: true}
	}
	return node.Result{Value: outcome.Record}, nil
}

func (n *single) write(op collection.Op) (collection.Outcome, error) {
	s := n.session
	if n.real {
		return s.tester.Records.Write(op)
	}
	for {
		list, err := s.records.apply(s.ctx, []store.RehearsedOp{{Op: op, At: s.clock.Now()}})
		if err != nil || list[0].Next == nil {
			return append(list, collection.Outcome{})[0], err
		}
		op.From = *list[0].Next
	}
}
