package node

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Reader is what a kind's Compile works with: it decodes the config, compiles its templates and
// gathers everything that is wrong on the way.
type Reader struct {
	config   value.Value // without the texts of secrets
	secrets  []secret
	problems []decode.Problem
	from     map[string]string // fields that a translation moved, and where they stand in the document
	refused  []string          // paths of the document that a translation could not read, and said so
}

// Read decodes a config into the struct that into points to (package decode). A config that is
// absent or null reads as {}: a node whose kind asks for nothing needs none.
func Read(config value.Value, into any) *Reader {
	if config.IsNull() {
		config = value.Trusted("{}")
	}
	r := &Reader{config: config, problems: decode.Into(config, into)}
	if r.Clean() {
		r.takeSecrets(into)
	}
	return r
}

// Problem notes that something is wrong at a path below the config.
func (r *Reader) Problem(path, message string) {
	if path = r.written(path); !r.told(path) {
		r.problems = append(r.problems, decode.Problem{Path: path, Message: message})
	}
}

// NoTemplate refuses a template in a text that is fixed.
func (r *Reader) NoTemplate(path, text string) {
	if strings.Contains(text, "{{") {
		r.Problem(path, "takes no template: write the name")
	}
}

// Clean reports whether nothing was wrong so far, so that checks which build on the decoded struct
// do not repeat what was said already.
func (r *Reader) Clean() bool { return len(r.problems) == 0 }

// Template compiles the whole config as a tree of templates. What it renders is the config with the
// templates replaced: the step's input as the journal shows it. Secrets may stand in fields that are marked for
// them (secret:"true"), and are rendered as references.
func (r *Reader) Template() Rendered {
	t, problems := expr.CompileValue(r.config, expr.Options{})
	r.take("", problems)
	return Rendered{config: t, secrets: r.secrets}
}

// Part compiles one field of the config as a tree of templates; nil for a field that is not there.
func (r *Reader) Part(path string, v value.Value) *expr.Template {
	if v.IsMissing() {
		return nil
	}
	t, problems := expr.CompileValue(v, expr.Options{})
	r.take(path, problems)
	return t
}

// When compiles a condition: rules, or an expression as text.
func (r *Reader) When(path string, v value.Value) *expr.Template {
	if v.IsMissing() {
		return nil // decode has said that it is required
	}
	t, problems := expr.CompileWhen(v, expr.Options{})
	r.take(path, problems)
	return t
}

// Expression compiles a bare expression.
func (r *Reader) Expression(path, text string) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.CompileExpression(text, expr.Options{})
	if err != nil {
		r.Problem(path, fault.Message(err))
	}
	return t
}

// take notes the problems of the expression language below a path.
func (r *Reader) take(path string, problems []expr.Problem) {
	for _, p := range problems {
		r.Problem(decode.Join(path, p.Path), p.Message)
	}
}

// Done is what Compile returns: the node when nothing was wrong, else the problems.
func (r *Reader) Done(n Node) (Node, []decode.Problem) {
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return n, nil
}
