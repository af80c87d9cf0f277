package script

import (
	"errors"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Run describes one run of a script.
type Run struct {
	Workflow string // whose script it is; the runs of one workflow share what it may have of the workers

	// Gather completes the other fields when a worker is free, so that runs that wait for one do not keep copies of
	// their data in memory; nil: they are complete. Do returns its error as it is.
	Gather func(*Run) error

	Source  string      // the body of an async function, at most MaxSource bytes
	Context value.Value // the global context: an object with data, headers and so on; Missing is {}

	// Body is the exact JSON text of context.data as received, or "" if the body was not JSON. If it is set,
	// context.data is parsed from it, and a data member of Context is ignored.
	Body string

	Nodes   value.Value       // the global nodes: results by node key; Missing is {}
	Env     map[string]string // the global env: only what the node declares
	Timeout time.Duration     // 0 is DefaultTimeout; at most MaxTimeout
	Memory  int64             // bytes; 0 is DefaultMemory; at most MaxMemory
}

// Outcome is the result of a run. Log is set for failed runs as well.
type Outcome struct {
	Value value.Value // what the script returned; null for undefined and functions
	Log   []Line      // console calls, in order, within MaxLogLines and MaxLogBytes
}

// request validates a run and converts it to a request.
func (r *Run) request(seq uint64) (*request, error) {
	req := &request{
		seq: seq, timeout: r.Timeout, memory: r.Memory,
		source: r.Source, body: r.Body, context: r.contextText(), nodes: objectText(r.Nodes),
	}
	if req.timeout <= 0 {
		req.timeout = DefaultTimeout
	}
	if req.memory <= 0 {
		req.memory = DefaultMemory
	}
	env, err := value.From(r.Env)
	if err != nil {
		return nil, killed("env: " + err.Error())
	}
	req.env = objectText(env)
	switch n := req.size(); {
	case len(r.Source) > MaxSource:
		return nil, tooLarge("the source is %d bytes, a script may have %d", len(r.Source), MaxSource)
	case n > MaxInput:
		return nil, tooLarge("source, context, nodes and env are %d bytes, a script may be given %d", n, MaxInput)
	case req.timeout > MaxTimeout:
		return nil, tooLarge("the time limit is %s, at most %s are possible", req.timeout, MaxTimeout)
	case req.memory > MaxMemory:
		return nil, tooLarge("the memory limit is %d bytes, at most %d are possible", req.memory, int64(MaxMemory))
	}
	return req, nil
}

// contextText returns the context without the data that Body replaces.
func (r *Run) contextText() string {
	if r.Body == "" || r.Context.Kind() != value.KindObject || r.Context.Get("data").IsMissing() && r.Context.Get("body").IsMissing() {
		return objectText(r.Context)
	}
	var b value.ObjectBuilder
	for name, v := range r.Context.Members() {
		if name != "data" && name != "body" {
			b.Set(name, v)
		}
	}
	return b.Value().Text()
}

func objectText(v value.Value) string {
	if v.Kind() != value.KindObject {
		return "{}"
	}
	return v.Text()
}

func tooLarge(format string, args ...any) *Error {
	return &Error{Kind: TooLarge, Message: fmt.Sprintf(format, args...)}
}

// parseResult parses a worker's result. The engine's own JSON.stringify wrote it, so only its depth can be a
// problem.
func parseResult(text string) (value.Value, error) {
	v, err := value.Parse(text, value.Limits{Depth: MaxDepth, Bytes: MaxResult})
	if err == nil {
		return v, nil
	}
	if at, ok := errors.AsType[*value.SyntaxError](err); ok {
		return v, tooLarge("the result cannot be kept: %s", at.Reason)
	}
	return v, tooLarge("the result cannot be kept: %v", err)
}
