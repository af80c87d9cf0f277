package channel

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/vault"
)

// Settings are the config of a channel, a struct T as for package decode. Every text in it may use $env.
type Settings[T any] struct {
	written   value.Value
	defaults  T
	template  *expr.Template
	variables []string
}

// Reader collects the problems of a config. It is for one Compile.
type Reader struct{ problems []decode.Problem }

// Read decodes a config. It returns the struct as written: a text that uses $env is in it as a template, which Fixed
// tells.
func Read[T any](config value.Value, defaults T) (Settings[T], T, *Reader) {
	written := defaults
	r := &Reader{problems: decode.Into(config, &written)}
	s := Settings[T]{written: config, defaults: defaults}
	if len(r.problems) > 0 {
		return s, written, r
	}
	t, problems := expr.CompileValue(config, expr.Options{Secrets: true, Roots: []string{"env"}})
	for _, p := range problems {
		r.problems = append(r.problems, decode.Problem{Code: errorcode.Template, Path: p.Path, Message: p.Message})
	}
	if len(problems) > 0 {
		return s, written, r
	}
	s.template = t
	for _, ref := range t.Refs() {
		if !slices.Contains(s.variables, ref.Name()) {
			s.variables = append(s.variables, ref.Name())
		}
	}
	for _, path := range decode.Tagged(reflect.TypeFor[T](), "secret") {
		r.secret(config, path)
	}
	return s, written, r
}

// secret reports a secret that stands in the config itself.
func (r *Reader) secret(config value.Value, path []string) {
	v := config
	for _, name := range path {
		v = v.Get(name)
	}
	if text, ok := v.Str(); ok && text != "" && !strings.Contains(text, "{{") {
		r.Secret(strings.Join(path, "."))
	}
}

// Secret reports a secret that stands in the config itself, at a path below it.
func (r *Reader) Secret(path string) {
	r.problems = append(r.problems, decode.Problem{Code: errorcode.SecretNeeded, Path: path,
		Message: `is a secret; keep it out of the document: write "{{$env.NAME}}" and ` + vault.HowToSet("NAME")})
}

// Problem reports a problem at a path below the config.
func (r *Reader) Problem(path, message string) {
	r.problems = append(r.problems, decode.Problem{Path: path, Message: message})
}

// Clean reports whether there are no problems so far.
func (r *Reader) Clean() bool { return len(r.problems) == 0 }

// Done returns the results of Compile: the channel if there are no problems, otherwise the problems.
func (r *Reader) Done(c Channel) (Channel, []decode.Problem) {
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return c, nil
}

// Fixed reports whether a text of the written config is complete, so that Compile can check it.
func Fixed(text string) bool { return !strings.Contains(text, "{{") }

// Variables returns the names of the variables in the config. It implements that method of Channel.
func (s Settings[T]) Variables() []string { return s.variables }

// Resolve returns the config with the values of its variables. Its errors contain no value.
func (s Settings[T]) Resolve(secrets Secrets) (T, error) {
	resolved := s.defaults
	v, err := s.template.Eval(scope{secrets})
	if err != nil {
		message := "the channel's settings cannot be computed from their variables"
		if unset, ok := errors.AsType[*unsetError](err); ok {
			message = "the variable " + unset.name + " is not set: " + vault.HowToSet(unset.name)
		}
		return resolved, &Error{Message: message, Final: true}
	}
	if problems := decode.Into(v, &resolved); len(problems) > 0 {
		// The message of the problem could quote a secret.
		return resolved, &Error{Message: "the channel's setting " + problems[0].Path + " is not valid with the value of its variable", Final: true}
	}
	return resolved, nil
}

// scope is an expr.Scope that has only $env.
type scope struct{ secrets Secrets }

// Var implements expr.Scope.
func (s scope) Var(_, name string) (value.Value, error) {
	if text, ok := s.secrets.Lookup(name); ok {
		return value.String(text), nil
	}
	return value.Value{}, &unsetError{name}
}

// unsetError is the error for a variable without a value.
type unsetError struct{ name string }

// Error returns the message.
func (e *unsetError) Error() string { return "the variable " + e.name + " is not set" }
