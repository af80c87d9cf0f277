package script

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/value"
)

// contextNames returns the members of the global context besides data, in the order in which a script sees them.
func contextNames() []string {
	return []string{"headers", "query", "params", "method", "path", "ip", "rawBody", "files", "cloudevent", "receivedAt"}
}

// gather collects the input of the script.
func (s *script) gather(scope expr.Scope) (sandbox.Run, error) {
	run := sandbox.Run{
		Source: s.config.Source, Timeout: s.config.Timeout, Memory: int64(s.config.Memory),
	}
	var err error
	if run.Context, run.Body, err = call(scope); err != nil {
		return run, err
	}
	if run.Nodes, err = results(scope, s.earlier); err != nil {
		return run, err
	}
	run.Env, err = variables(scope, s.config.Env)
	return run, err
}

// call returns the global context without its data, and the data's exact text.
func call(scope expr.Scope) (value.Value, string, error) {
	data, err := scope.Var("context", "data")
	if err != nil {
		return value.Value{}, "", err
	}
	text := data.Text()
	names := contextNames()
	members, size := make([]value.Value, len(names)), 0
	for i, name := range names {
		v, err := scope.Var("context", name)
		if err != nil {
			return value.Value{}, "", err
		}
		members[i] = v
		size += len(name) + len(v.Text()) + len(`"":,`)
	}
	var b value.ObjectBuilder
	b.Grow(size + len("{}")) // growing in steps would copy a large body several times
	for i, name := range names {
		v := members[i]
		b.Set(name, v)
		if raw, ok := v.Str(); ok && name == "rawBody" && strings.Trim(raw, " \t\r\n") == text {
			text = raw // the signature covers the white space around it
		}
	}
	return b.Value(), text, nil
}

// results returns the results of earlier nodes, by key.
func results(scope expr.Scope, keys []string) (value.Value, error) {
	var b value.ObjectBuilder
	for _, key := range keys {
		v, err := scope.Var("nodes", key)
		if err != nil {
			return value.Value{}, err
		}
		b.Set(key, v)
	}
	return b.Value(), nil
}

// variables returns the values of the declared names. A variable that is not set fails the node: a script that
// continued without its secret might accept what it should refuse.
func variables(scope expr.Scope, names []string) (map[string]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	env := make(map[string]string, len(names))
	for _, name := range names {
		v, err := scope.Var("env", name)
		if err != nil {
			return nil, err
		}
		text, ok := v.Str()
		if !ok && v.IsNull() {
			return nil, &node.Failure{Message: fmt.Sprintf("env: the variable %s is not set", name)}
		}
		if !ok {
			text = v.Text()
		}
		env[name] = text
	}
	return env, nil
}
