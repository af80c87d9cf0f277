package api

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// maxParseBody is the largest body of a parse, in bytes: a sample, as JSON.
const maxParseBody = 2*document.MaxSample + 1<<20

// Parse is the body of a parse: one text, or the parts of a call, or a stored call.
type Parse struct {
	Text        string `json:"text,omitempty" doc:"any sample: a URL, a query, header lines, a JSON or XML body, or a whole raw HTTP request"`
	URL         string `json:"url,omitempty" maxLength:"49152" doc:"a URL, or a query alone"`
	Headers     []Pair `json:"headers,omitempty" maxItems:"500"`
	ContentType string `json:"contentType,omitempty" maxLength:"1000" doc:"of the body; default: the header Content-Type, else application/json"`
	Body        string `json:"body,omitempty" doc:"JSON, a form, XML or multipart"`
	Base64      []byte `json:"base64,omitempty" doc:"the body, if it is no text"`
	Workflow    string `json:"workflow,omitempty" maxLength:"64" doc:"take the sample of this workflow's draft"`
	Delivery    string `json:"delivery,omitempty" maxLength:"32" doc:"take a recorded call: dlv_…, or last"`
}

// Parsed are the parameters of a sample: parents, members and every element.
type Parsed struct {
	Headers []Parameter             `json:"headers"`
	Query   []Parameter             `json:"query"`
	Body    []Parameter             `json:"body"`
	Omitted map[string]OmittedCount `json:"omitted" doc:"parts that have more parameters than are listed"`
	YAML    string                  `json:"yaml" doc:"the parameters: block of a trigger"`
}

// Parameter is one value in a sample.
type Parameter struct {
	Key    string `json:"key" doc:"as in trigger.parameters"`
	Alias  string `json:"alias" doc:"a suggestion"`
	Type   string `json:"type" enum:"null,boolean,number,string,array,object"`
	Length int    `json:"length,omitempty" doc:"of an array or object"`
	Sample string `json:"sample,omitempty" doc:"a string, or the exact JSON text of a number, boolean or null; credentials are masked"`
	Cut    bool   `json:"cut,omitempty" doc:"sample is only the beginning"`
}

// OmittedCount is a number of parameters that are not listed.
type OmittedCount struct {
	Count   int  `json:"count"`
	AtLeast bool `json:"atLeast,omitempty" doc:"there may be more"`
}

func (r routes) parse() {
	handle(r, route{method: "POST", path: "/api/parse", id: "parse-call", summary: "List the parameters of a sample: path, type, suggested alias and value", needs: account.EditWorkflows, body: maxParseBody},
		func(ctx context.Context, in *struct{ Body Parse }) (*one[Parsed], error) {
			req, err := r.parsed(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			found, err := document.ParametersIn(req)
			if err != nil {
				return nil, err
			}
			return &one[Parsed]{ParsedOf(found)}, nil
		})
}

// parsed returns the call that is parsed.
func (r routes) parsed(ctx context.Context, p Parse) (hook.Request, error) {
	const op = "api.parse"
	parts := p.URL != "" || p.Headers != nil || p.Body != "" || p.Base64 != nil || p.ContentType != ""
	sources := 0
	for _, given := range []bool{p.Text != "", parts, p.Workflow != "", p.Delivery != ""} {
		if given {
			sources++
		}
	}
	switch {
	case sources != 1:
		return hook.Request{}, fault.Field(op, "text", "give one sample: text, or the parts of a call (url, headers, body), or delivery, or workflow")
	case p.Text != "":
		return document.SampleRequest(p.Text)
	case p.Delivery != "":
		d, err := r.delivery(ctx, p.Delivery)
		if err == nil && d.BodyGone() {
			err = fault.New(op, fault.Conflict, "the body of this call was not kept; take another one")
		}
		return d.Request, err
	case p.Workflow != "":
		if err := seen(ctx, p.Workflow); err != nil {
			return hook.Request{}, err
		}
		return r.Tests.Sample(ctx, p.Workflow)
	}
	given := GivenCall{Query: document.QueryOf(strings.TrimSpace(p.URL)), Headers: p.Headers, Body: p.Body, Base64: p.Base64}
	req, err := given.request()
	if err != nil {
		return hook.Request{}, err
	}
	if req.ContentType == "" {
		req.ContentType = "application/json"
	}
	if p.ContentType != "" {
		req.ContentType = p.ContentType
	}
	return *req, nil
}

// ParsedOf shows the parameters of a sample.
func ParsedOf(f document.Found) Parsed {
	out := Parsed{
		Headers: parametersOf(f.Headers), Query: parametersOf(f.Query), Body: parametersOf(f.Body),
		Omitted: make(map[string]OmittedCount, len(f.Omitted)), YAML: document.ParametersYAML(f),
	}
	for part, n := range f.Omitted {
		out.Omitted[part] = OmittedCount(n)
	}
	return out
}

func parametersOf(list []document.FoundParameter) []Parameter {
	out := make([]Parameter, len(list))
	for i, p := range list {
		out[i] = Parameter{Key: p.Key, Alias: p.Alias, Type: p.Kind.String(), Length: p.Length, Sample: p.Sample, Cut: p.Cut}
	}
	return out
}
