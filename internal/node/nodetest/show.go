package nodetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// outcome is everything that a play of a story produced.
type outcome struct {
	problems  []decode.Problem
	input     value.Value
	renderErr error
	query     value.Value // of a kind that reads records
	holds     string      // the result of a loop's condition
	result    node.Result
	runErr    error
}

// sections prints an outcome in the order of the documentation, and omits empty sections.
func (o outcome) sections() []txtar.File {
	var out []txtar.File
	add := func(name, text string) {
		if text != "" {
			out = append(out, txtar.File{Name: name, Data: []byte(strings.TrimRight(text, "\n") + "\n")})
		}
	}
	add("problems", showProblems(o.problems))
	add("input", showJSON(o.input))
	add("holds", o.holds)
	add("query", showJSON(o.query))
	add("result", showJSON(o.result.Value))
	add("branch", o.result.Branch)
	add("ends", showEnd(o.result))
	add("progress", showJSON(o.progress()))
	if !o.result.Until.IsZero() {
		add("until", o.result.Until.UTC().Format(time.RFC3339Nano))
	}
	add("op", showOp(o.result.Op))
	add("reply", showReply(o.result.Reply))
	add("log", showLog(o))
	add("error", showError(o))
	return out
}

// progress returns what the run leaves for the next part or attempt.
func (o outcome) progress() value.Value {
	if failure := (*node.Failure)(nil); errors.As(o.runErr, &failure) {
		return failure.Progress
	}
	return o.result.Progress
}

func showProblems(problems []decode.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		at := p.Path
		if at == "" {
			at = "config"
		}
		fmt.Fprintf(&b, "%s: %s\n", at, p.Message)
	}
	return b.String()
}

// showJSON indents JSON without changing the text of strings and numbers.
func showJSON(v value.Value) string {
	if v.IsMissing() {
		return ""
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(v.Text()), "", "  "); err != nil {
		return "not JSON: " + v.Text()
	}
	return b.String()
}

func showEnd(r node.Result) string {
	switch {
	case r.Ends == "":
		return ""
	case r.Error != nil:
		return fmt.Sprintf("%s %s: %s", r.Ends, r.Error.Code, r.Error.Message)
	default:
		return string(r.Ends)
	}
}

func showReply(r *hook.Reply) string {
	if r == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintln(&b, r.Status)
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
	}
	if len(r.Body) > 0 {
		fmt.Fprintf(&b, "\n%s\n", r.Body)
	}
	return b.String()
}

func showLog(o outcome) string {
	lines := o.result.Log
	if failure := (*node.Failure)(nil); errors.As(o.runErr, &failure) {
		lines = failure.Log
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s: %s\n", l.Level, l.Text)
	}
	return b.String()
}

func showError(o outcome) string {
	if o.renderErr != nil {
		return flow.CodeTemplate + ": " + o.renderErr.Error()
	}
	if o.runErr == nil {
		return ""
	}
	code, text := flow.CodeError, o.runErr.Error()
	if failure := (*node.Failure)(nil); errors.As(o.runErr, &failure) {
		if failure.Code != "" {
			code = failure.Code
		}
		if failure.Final {
			text += " (final)"
		}
		if failure.RetryAfter != 0 {
			text += " (retry after " + failure.RetryAfter.String() + ")"
		}
	}
	return code + ": " + text
}
