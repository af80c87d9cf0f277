package node

import (
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Reader supports a kind's Compile: it decodes the config, compiles its templates and collects all problems. It is
// for one Compile, by one goroutine.
type Reader struct {
	config   value.Value // with null in place of texts that refer to secrets
	secrets  []secret
	escaped  []escapedField
	problems []decode.Problem
	from     map[string]string // fields that a translation moved, and their paths in the document
	plain    func(string) bool // About.Plain
	refused  []string          // paths of the document that a translation could not convert and has reported
}

// Read decodes a config into the struct that into points to (package decode). A config that is absent or null
// counts as {}, because not every kind needs one.
func Read(config value.Value, into any, about About) *Reader {
	if config.IsNull() {
		config = value.Trusted("{}")
	}
	r := &Reader{config: config, plain: about.Plain, problems: decode.Into(config, into)}
	if r.Clean() {
		r.takeSecrets(into)
	}
	return r
}

// Problem reports a problem at a path below the config.
func (r *Reader) Problem(path, message string) { r.coded(errorcode.Invalid, path, message) }

// coded reports a problem with a code of the catalogue.
func (r *Reader) coded(code, path, message string) {
	if path = r.written(path); !r.told(path) {
		r.problems = append(r.problems, decode.Problem{Code: code, Path: path, Message: message})
	}
}

// NoTemplate refuses a template in a text that must be fixed.
func (r *Reader) NoTemplate(path, text string) {
	if strings.Contains(text, "{{") {
		r.coded(errorcode.Template, path, "cannot be a template: write the name")
	}
}

// Clean reports whether there are no problems so far. Checks that rely on the decoded struct use it, so that they
// do not report consequences of earlier problems.
func (r *Reader) Clean() bool { return len(r.problems) == 0 }

// Template compiles the whole config as a tree of templates. Its rendered form is the config with the templates
// replaced, which is the step's input in the journal. Fields marked with secret:"true" may refer to secrets, which
// are rendered as references.
func (r *Reader) Template() Rendered {
	t, problems := expr.CompileValue(r.config, expr.Options{Plain: r.plain})
	r.take("", problems)
	return Rendered{config: t, secrets: r.secrets, escaped: r.escaped}
}

// escapedField is a text of the config whose tokens are escaped.
type escapedField struct {
	name     string
	template *expr.Template
}

// Escape escapes what the tokens of a text produce, not the text around them. Call it before Template.
func (r *Reader) Escape(name string, escape func(string) string) {
	text, ok := r.config.Get(name).Str()
	if !ok || Fixed(r.config.Get(name)) {
		return
	}
	t, err := expr.Compile(text, expr.Options{Escape: escape, Plain: r.plain})
	if err != nil {
		return // Template reports the error
	}
	r.escaped = append(r.escaped, escapedField{name, t})
}

// Part compiles one field of the config as a tree of templates. It returns nil for an absent field.
func (r *Reader) Part(path string, v value.Value) *expr.Template {
	if v.IsMissing() {
		return nil
	}
	t, problems := expr.CompileValue(v, expr.Options{Plain: r.plain})
	r.take(path, problems)
	return t
}

// When compiles a condition: rules, or an expression as text.
func (r *Reader) When(path string, v value.Value) *expr.Template {
	if v.IsMissing() {
		return nil // decode has reported that it is required
	}
	t, problems := expr.CompileWhen(v, expr.Options{Plain: r.plain})
	r.take(path, problems)
	return t
}

// Expression compiles a bare expression.
func (r *Reader) Expression(path, text string) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.CompileExpression(text, expr.Options{Plain: r.plain})
	if err != nil {
		r.Problem(path, fault.Message(err))
	}
	return t
}

// take adds problems of the expression language, below a path.
func (r *Reader) take(path string, problems []expr.Problem) {
	for _, p := range problems {
		r.coded(errorcode.Template, decode.Join(path, p.Path), p.Message)
	}
}

// Done returns the results of Compile: the node if there are no problems, otherwise the problems.
func (r *Reader) Done(n Node) (Node, []decode.Problem) {
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return n, nil
}
