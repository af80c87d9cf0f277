package api

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Given are the variables that a node or a text is tried with.
type Given struct {
	Context, Nodes, Scopes, Error value.Value // Context goes before the sample
}

// GivenBody has variables, in a request.
type GivenBody struct {
	Context JSON `json:"context,omitzero" doc:"members of $context, which go before those of the call: {data, headers, …}"`
	Nodes   JSON `json:"nodes,omitzero" doc:"results of nodes, by key"`
	Scopes  JSON `json:"scopes,omitzero" doc:"scopes of loops, by key: {item, index, …}"`
	Error   JSON `json:"error,omitzero" doc:"$error: {message, code, node}"`
}

func (b GivenBody) of() Given {
	return Given{Context: b.Context.Value, Nodes: b.Nodes.Value, Scopes: b.Scopes.Value, Error: b.Error.Value}
}

// NodeTest is one run of one node.
type NodeTest struct {
	Subject
	Sample
	Given
	Node    string
	Real    bool
	Answers []SimulatedReply
}

// NodeReport is what happened in it.
type NodeReport struct {
	Input, Result value.Value
	Branch        string
	Ends          flow.Status
	Error         *flow.Error
	Log           []flow.LogLine
	Sent          []Sent
	Waited, Took  time.Duration
}

type nodeTestInput struct {
	WorkflowPath
	Body struct {
		Node string `json:"node" maxLength:"200" doc:"the key of the node"`
		Mode string `json:"mode,omitempty" enum:"dry,real" default:"dry"`
		SubjectBody
		SampleBody
		GivenBody
		Answers []SimulatedReply `json:"answers,omitempty" doc:"the answers to the node's requests and messages, in order; the last one repeats"`
	}
}

// NodeTested is the result of one node.
type NodeTested struct {
	Input  JSON           `json:"input,omitzero" doc:"the rendered config, with secrets as references"`
	Result JSON           `json:"result,omitzero"`
	Branch string         `json:"branch,omitempty" doc:"the branch that the node chooses"`
	Ends   flow.Status    `json:"ends,omitempty" doc:"how the node would end the execution"`
	Error  *flow.Error    `json:"error,omitempty"`
	Log    []flow.LogLine `json:"log"`
	Sent   []Sent         `json:"sent"`
	Waited int64          `json:"waitedMillis"`
	Took   int64          `json:"tookMillis"`
}

func (r routes) testNode() {
	handle(r, route{method: "POST", path: "/api/workflows/{key}/test-node", id: "test-node", summary: "Run one node alone with given variables", needs: account.TestWorkflows, body: maxTestBody},
		func(ctx context.Context, in *nodeTestInput) (*one[NodeTested], error) {
			sample, err := r.sampleIn(ctx, in.Key, in.Body.SampleBody)
			if err != nil {
				return nil, err
			}
			n, err := r.Tests.TestNode(ctx, NodeTest{
				Subject: in.Body.SubjectBody.of(in.Key), Sample: sample, Given: in.Body.GivenBody.of(),
				Node: in.Body.Node, Real: in.Body.Mode == "real", Answers: in.Body.Answers,
			})
			if err != nil {
				return nil, err
			}
			out := NodeTested{
				Input: shortJSON(JSON{n.Input}), Result: shortJSON(JSON{n.Result}), Branch: n.Branch, Ends: n.Ends, Error: n.Error,
				Log: n.Log, Sent: n.Sent, Waited: n.Waited.Milliseconds(), Took: n.Took.Milliseconds(),
			}
			if out.Log == nil {
				out.Log = []flow.LogLine{}
			}
			if out.Sent == nil {
				out.Sent = []Sent{}
			}
			return &one[NodeTested]{out}, nil
		})
}
