package fail

import (
	"context"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// MaxMessage bounds the message, in bytes. A longer one is cut.
const MaxMessage = 4 << 10

// defaultMessage is used if the workflow gives no message.
const defaultMessage = "a fail node was reached"

type config struct {
	// Why the execution fails; it becomes the execution's error. At most 4 KiB, a longer one is cut.
	Message string `json:"message"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	if field == "endStatus" {
		return `leave "endStatus" out: fail fails; write "type: end" to succeed`
	}
	return ""
}

type kind struct{}

// New returns the kind.
func New() node.Kind { return kind{} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "fail",
		Summary: "Ends the execution as failed, with a message.",
		Result:  "nothing; no node comes after it.",
	}
}

func (kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	var cfg config
	r := node.Read(raw, &cfg, about)
	return r.Done(&fail{Rendered: r.Template()})
}

type fail struct{ node.Rendered }

func (f *fail) Run(_ context.Context, in node.Input) (node.Result, error) {
	message := asText(in.Value.Get("message"))
	if strings.TrimSpace(message) == "" {
		message = defaultMessage
	}
	return node.Result{
		Ends:  flow.Failed,
		Error: &flow.Error{Code: flow.CodeFailNode, Message: cut(message)},
	}, nil
}

// asText returns the result of a single template: text unchanged, everything else as JSON.
func asText(v value.Value) string {
	if v.IsNull() {
		return ""
	}
	if text, ok := v.Str(); ok {
		return text
	}
	return v.Text()
}

func cut(text string) string {
	if len(text) <= MaxMessage {
		return text
	}
	return strings.ToValidUTF8(text[:MaxMessage], "") + "…"
}
