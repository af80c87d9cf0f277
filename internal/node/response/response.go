package response

import (
	"context"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The status, 200 to 599: a number, or a template that gives one. 200 when left out.
	Status value.Value `json:"status"`
	// The headers: an object of names and values (a list as value repeats the header), or a list of
	// `{name, value}`. Headers of the connection and `Content-Length` are refused.
	Headers value.Value `json:"headers"`
	// The body: text is sent as `text/plain; charset=utf-8`, everything else as JSON with its exact
	// text; a `Content-Type` among the headers wins. No body when left out, nor with 204, 205 and 304.
	Body value.Value `json:"body"`
	// Whether the workflow goes on after the answer; else it ends here as succeeded. No template.
	Continue bool `json:"continue"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	if field == "statusCode" {
		return `write "status" for NocoBase's statusCode`
	}
	return ""
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:     "response",
		Summary:  "Answers the waiting caller with status, headers and body.",
		Result:   "nothing.",
		SyncOnly: true,
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	checkConstants(r, cfg)
	return r.Done(&response{Rendered: r.Template(), goesOn: cfg.Continue})
}

// checkConstants checks the values without templates at publish time. It checks the headers only if none of them
// has a template.
func checkConstants(r *node.Reader, cfg config) {
	if node.Fixed(cfg.Status) {
		status, err := readStatus(cfg.Status)
		if err != nil {
			r.Problem("status", err.Error())
		} else if withoutBody(status) && !cfg.Body.IsMissing() {
			r.Problem("body", "an answer with status "+cfg.Status.Text()+" has no body; leave it out")
		}
	}
	if node.Fixed(cfg.Headers) {
		if _, err := readHeaders(cfg.Headers); err != nil {
			r.Problem("headers", err.Error())
		}
	}
}

type response struct {
	node.Rendered
	goesOn bool
}

func (n *response) Run(_ context.Context, in node.Input) (node.Result, error) {
	reply, err := build(in.Value)
	if err != nil {
		return node.Result{}, &node.Failure{Code: flow.CodeError, Message: err.Error(), Final: true}
	}
	result := node.Result{Reply: reply}
	if !n.goesOn {
		result.Ends = flow.Succeeded
	}
	return result, nil
}
