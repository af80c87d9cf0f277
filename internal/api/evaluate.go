package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/value"
)

// Evaluation is one text that is tried.
type Evaluation struct {
	Key  string // of the workflow, whose sample is used
	Form string // template, expression, filter or when
	Text value.Value
	Sample
	Given
}

// Evaluated is what became of it.
type Evaluated struct {
	Value value.Value // Missing if there is an error
	Error string
	Reads []Read
}

// Read is a path that a text reads.
type Read struct {
	Path    string `json:"path"`
	Type    string `json:"type"`
	Value   JSON   `json:"value"`
	Missing string `json:"missing,omitempty" doc:"what does not exist; absent: the path leads to a value"`
	Nearest string `json:"nearest,omitempty" doc:"the path that was probably meant"`
}

type evaluateInput struct {
	WorkflowPath
	Body struct {
		Form string `json:"form,omitempty" enum:"template,expression,filter,when" default:"template"`
		Text JSON   `json:"text" doc:"a text; for template any value with texts in it, for when also a tree of rules"`
		SampleBody
		GivenBody
	}
}

// Evaluation's result.
type evaluation struct {
	Value JSON   `json:"value,omitzero"`
	Type  string `json:"type,omitempty" doc:"null, boolean, number, string, array or object"`
	Text  string `json:"text,omitempty" doc:"the exact JSON text of the value"`
	Error string `json:"error,omitempty" doc:"why the text cannot be read or computed"`
	Reads []Read `json:"reads" doc:"the paths that the text reads, with their values"`
}

func (r routes) evaluate() {
	handle(r, route{method: "POST", path: "/api/workflows/{key}/evaluate", id: "evaluate", summary: "Evaluate one template, expression, filter or condition on a call", needs: account.TestWorkflows, body: maxTestBody},
		func(ctx context.Context, in *evaluateInput) (*one[evaluation], error) {
			sample, err := r.sampleIn(ctx, in.Key, in.Body.SampleBody)
			if err != nil {
				return nil, err
			}
			e, err := r.Tests.Evaluate(ctx, Evaluation{
				Key: in.Key, Form: in.Body.Form, Text: in.Body.Text.Value, Sample: sample, Given: in.Body.GivenBody.of(),
			})
			if err != nil {
				return nil, err
			}
			out := evaluation{Error: e.Error, Reads: []Read{}}
			if !e.Value.IsMissing() {
				out.Value, out.Type, out.Text = JSON{e.Value}, e.Value.Kind().String(), e.Value.Text()
				if len(out.Text) > maxTestValue {
					out.Text = ""
				}
			}
			for _, read := range e.Reads {
				read.Type = read.Value.Kind().String()
				read.Value = shortJSON(read.Value)
				out.Reads = append(out.Reads, read)
			}
			return &one[evaluation]{out}, nil
		})
}
