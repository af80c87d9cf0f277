package node

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Secrets returns the values of variables to a running node.
type Secrets interface {
	// Lookup returns the value of a variable, or false if it is not set.
	Lookup(name string) (string, bool)
}

// Plain is an optional ability of Secrets: it tells variables that are no secrets, which are not masked.
type Plain interface{ Plain(name string) bool }

// plain reports whether a variable is known to be no secret.
func plain(s Secrets, name string) bool {
	p, ok := s.(Plain)
	return ok && p.Plain(name)
}

// secretTag marks fields of a config whose texts may refer to secrets:
//
//	Token   string             `json:"token" secret:"true"`
//	Headers decode.Map[string] `json:"headers" secret:"true"` // the values, not the names
//
// A text in such a field that uses $env is a reference. The rendered input contains it as written:
// {"$secret": "Bearer {{$env.TOKEN}}"}. Only Rendered.Resolve replaces it by the value, while the node runs. It must not
// use other variables. If it does, and all that it uses of $env are plain variables, it is an ordinary template, as every
// other text in the field is.
const secretTag = "secret"

// ReferenceKey is the only member of a reference in a rendered input.
const ReferenceKey = "$secret"

// secret is one compiled reference.
type secret struct {
	path     []string // member names and indices below the config
	field    string   // path in the form of messages
	text     string
	template *expr.Template
}

// reference returns the value that represents the secret in the rendered input.
func (s *secret) reference() value.Value {
	var b value.ObjectBuilder
	return b.Set(ReferenceKey, value.String(s.text)).Value()
}

// takeSecrets compiles the references in the marked fields, and replaces them by null in the config that Template
// compiles.
func (r *Reader) takeSecrets(into any) {
	for _, path := range decode.Tagged(reflect.TypeOf(into), secretTag) {
		if v := at(r.config, path); !v.IsMissing() {
			r.takeSecret(path, strings.Join(path, "."), v)
		}
	}
	for _, s := range r.secrets {
		r.config = put(r.config, s.path, value.Null())
	}
}

// takeSecret compiles the references in a part of a marked field.
func (r *Reader) takeSecret(path []string, field string, v value.Value) {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		r.compileSecret(path, field, text)
	case value.KindArray:
		i := 0
		for element := range v.Elements() {
			r.takeSecret(append(slices.Clip(path), strconv.Itoa(i)), field+decode.Index(i), element)
			i++
		}
	case value.KindObject:
		before := len(r.secrets)
		for name, member := range v.Members() {
			r.takeSecret(append(slices.Clip(path), name), decode.Join(field, decode.Name(name)), member)
		}
		for name := range v.Members() {
			if len(r.secrets) > before && strings.Contains(name, "{{") {
				r.Problem(field, "has a secret and a template in a name; a secret needs names that are fixed")
				return
			}
		}
	}
}

// compileSecret compiles a text if it is a reference.
func (r *Reader) compileSecret(path []string, field, text string) {
	if !strings.Contains(text, "{{") {
		return
	}
	t, err := expr.Compile(text, expr.Options{Secrets: true})
	if err != nil {
		return // Template reports the error
	}
	env := false
	for _, ref := range t.Refs() {
		env = env || ref.Root() == "env"
	}
	if !env {
		return
	}
	for _, ref := range t.Refs() {
		if ref.Root() != "env" {
			if r.allPlain(t) {
				return // an ordinary template
			}
			r.Problem(field, fmt.Sprintf("has a secret, so it can use $env only, not %s", ref))
			break
		}
	}
	r.secrets = append(r.secrets, secret{path: path, field: field, text: text, template: t})
}

// allPlain reports whether the variables of $env in a template are known to be no secrets.
func (r *Reader) allPlain(t *expr.Template) bool {
	for _, ref := range t.Refs() {
		if ref.Root() == "env" && (r.plain == nil || !r.plain(ref.Name())) {
			return false
		}
	}
	return true
}

// SecretFields returns the paths of the texts below the config that are references.
func (r Rendered) SecretFields() []string {
	paths := make([]string, len(r.secrets))
	for i := range r.secrets {
		paths[i] = r.secrets[i].field
	}
	return paths
}

// Resolve returns the input with the values of secrets in place of their references. It replaces only the
// references in the config's marked fields, so a sender cannot have a secret resolved by sending something that
// looks like a reference. The result must not be stored: neither in a Result nor in an error.
func (r Rendered) Resolve(in Input) (value.Value, error) {
	v := in.Value
	for i := range r.secrets {
		s := &r.secrets[i]
		found, err := s.template.Eval(secretScope{in.Secrets})
		if err != nil {
			// Do not use the message of the expression: it may describe the secret value.
			message := s.field + ": the secret cannot be computed from its variables"
			if missing := (*notSet)(nil); errors.As(err, &missing) {
				message = fmt.Sprintf("%s: the variable %s is not set", s.field, missing.name)
			}
			return value.Value{}, &Failure{Code: flow.CodeTemplate, Message: message, Final: true}
		}
		v = put(v, s.path, found)
	}
	return v, nil
}

// Secrets returns the values of the secrets that the config refers to, and of the texts in which it does so. A kind masks
// what it makes of them in everything that the other side sends back.
func (r Rendered) Secrets(in Input) []string {
	var texts []string
	for i := range r.secrets {
		t := r.secrets[i].template
		allPlain := true
		for _, ref := range t.Refs() {
			if plain(in.Secrets, ref.Name()) {
				continue
			}
			allPlain = false
			if v, err := (secretScope{in.Secrets}).Var(ref.Root(), ref.Name()); err == nil {
				text, _ := v.Str()
				texts = append(texts, text)
			}
		}
		if found, err := t.Eval(secretScope{in.Secrets}); err == nil && !allPlain {
			text, ok := found.Str()
			if !ok {
				text = found.Text()
			}
			texts = append(texts, text)
		}
	}
	return texts
}

// secretScope is a Scope that has only $env.
type secretScope struct{ secrets Secrets }

// Var implements expr.Scope.
func (s secretScope) Var(_, name string) (value.Value, error) {
	if s.secrets != nil {
		if text, ok := s.secrets.Lookup(name); ok {
			return value.String(text), nil
		}
	}
	return value.Value{}, &notSet{name}
}

// notSet is the error for a variable without a value.
type notSet struct{ name string }

func (e *notSet) Error() string { return "the variable " + e.name + " is not set" }

// at returns the value at a path.
func at(v value.Value, path []string) value.Value {
	for _, name := range path {
		v = v.Get(name)
	}
	return v
}

// put returns v with the value at an existing path replaced.
func put(v value.Value, path []string, what value.Value) value.Value {
	if len(path) == 0 {
		return what
	}
	if v.Kind() == value.KindArray {
		var b value.ArrayBuilder
		i := 0
		for element := range v.Elements() {
			if strconv.Itoa(i) == path[0] {
				element = put(element, path[1:], what)
			}
			b.Add(element)
			i++
		}
		return b.Value()
	}
	var b value.ObjectBuilder
	for name, member := range v.Members() {
		if name == path[0] {
			member = put(member, path[1:], what)
		}
		b.Set(name, member)
	}
	return b.Value()
}
