package script

import (
	"errors"
	"fmt"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Run is one script to run.
type Run struct {
	Source  string      // the body of an async function, at most MaxSource bytes
	Context value.Value // the global context: an object with data, headers and so on; Missing is {}

	// Body is the exact received JSON text of context.data, "" when the body was not JSON. When it is
	// set it is what context.data is parsed from, and a data member of Context is not used.
	Body string

	Nodes   value.Value       // the global nodes: results by node key; Missing is {}
	Env     map[string]string // the global env: only what the node declares
	Timeout time.Duration     // 0 is DefaultTimeout; at most MaxTimeout
	Memory  int64             // bytes; 0 is DefaultMemory; at most MaxMemory
}

// Outcome is what a run gave. Log is filled for failed runs as well.
type Outcome struct {
	Value value.Value // what the script returned; null for undefined and functions
	Log   []Line      // console calls, in order, within MaxLogLines and MaxLogBytes
}

// request checks a run and puts it into the words of the wire.
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

// contextText is the context without the data that Body stands for.
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

// parseResult reads a worker's result. The worker wrote it with the engine's own JSON.stringify, so
// what can be wrong with it is its depth.
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
