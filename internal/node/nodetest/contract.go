package nodetest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

func infoIsComplete(t *testing.T, kind node.Kind) {
	t.Helper()
	info := kind.Info()
	if !regexp.MustCompile(`^[a-z]+([.-][a-z]+)*$`).MatchString(info.Type) {
		t.Errorf("the type %q is not lower-case words joined by dots or dashes", info.Type)
	}
	for what, text := range map[string]string{"summary": info.Summary, "result": info.Result} {
		if !strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
			t.Errorf("the %s is %q; write one sentence with its full stop", what, text)
		}
	}
	if diff := cmp.Diff(info, kind.Info()); diff != "" {
		t.Errorf("Info differs from call to call\n%s", diff)
	}
}

func unknownFieldsAreProblems(t *testing.T, kind node.Kind) {
	t.Helper()
	for _, test := range []struct{ config, path string }{
		{`{"noSuchField":1}`, "noSuchField"},
		{`5`, ""}, {`"text"`, ""}, {`[]`, ""}, {`true`, ""},
	} {
		_, problems := kind.Compile(value.Trusted(test.config), node.About{Key: "my_node", Sync: true})
		if !hasPath(problems, test.path) {
			t.Errorf("config %s: there is no problem at %q in %v", test.config, test.path, problems)
		}
	}
}

func hasPath(problems []decode.Problem, path string) bool {
	for _, p := range problems {
		if p.Path == path && p.Message != "" {
			return true
		}
	}
	return false
}

func sameEveryTime(t *testing.T, kind node.Kind, stories []story) {
	t.Helper()
	for _, s := range stories {
		first, err := play(kind, s)
		if err != nil {
			t.Fatal(err)
		}
		second, err := play(kind, s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(first.sections()), contents(second.sections())); diff != "" {
			t.Errorf("%s: the second play differs from the first\n%s", s.file, diff)
		}
	}
}

func manyAtOnce(t *testing.T, kind node.Kind, stories []story) {
	t.Helper()
	const goroutines, plays = 8, 10
	for _, s := range stories {
		n, problems := kind.Compile(s.given["config"], s.about())
		if len(problems) > 0 {
			continue
		}
		scope, err := s.scope()
		if err != nil {
			t.Fatal(err)
		}
		want := contents(perform(n, scope).sections())
		var group sync.WaitGroup
		for range goroutines {
			group.Go(func() {
				for range plays {
					if diff := cmp.Diff(want, contents(perform(n, scope).sections())); diff != "" {
						t.Errorf("%s: among others it gives something else\n%s", s.file, diff)
					}
				}
			})
		}
		group.Wait()
	}
}

// planted is the value of the secret. It must not appear in any rendered input.
const planted = "s3cret-Zm9vYmFy"

// noSecretIsRendered puts a reference to a secret into every place of every story's config. Most kinds refuse it. A
// config that compiles must reveal the secret neither in the input nor in an error of Run.
func noSecretIsRendered(t *testing.T, kind node.Kind, stories []story) {
	t.Helper()
	for _, s := range stories {
		leaks, err := secretLeaks(t.Context(), kind, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, leak := range leaks {
			t.Error(leak)
		}
	}
}

// secretLeaks returns where a secret in a story's config is revealed.
func secretLeaks(ctx context.Context, kind node.Kind, s story) (leaks []string, err error) {
	scope, err := s.scope()
	if err != nil {
		return nil, err
	}
	scope.env = value.Trusted(`{"SECRET":"` + planted + `"}`)
	for _, template := range []string{"{{$env.SECRET}}", "x {{ $env.SECRET }}", "$env.SECRET", "SECRET"} {
		for _, config := range replaceEach(s.given["config"], value.String(template)) {
			n, problems := kind.Compile(config, s.about())
			if len(problems) > 0 {
				continue
			}
			input, err := n.Render(scope)
			if err == nil && strings.Contains(input.Text(), planted) {
				leaks = append(leaks, fmt.Sprintf("the config %s renders the secret: %s", config, input))
			}
			if err == nil {
				release := scope.reader.hold(scope.records)
				_, err = n.Run(ctx, inputOf(input, scope))
				release()
			}
			if err != nil && strings.Contains(err.Error(), planted) {
				leaks = append(leaks, fmt.Sprintf("the config %s tells the secret in an error: %s", config, err))
			}
		}
	}
	return leaks, nil
}

// replaceEach returns copies of v, each with another leaf replaced.
func replaceEach(v, leaf value.Value) []value.Value {
	var out []value.Value
	switch v.Kind() {
	case value.KindObject:
		for at := range v.Members() {
			for _, changed := range replaceEach(v.Get(at), leaf) {
				out = append(out, with(v, at, changed))
			}
		}
	case value.KindArray:
		at := 0
		for element := range v.Elements() {
			for _, changed := range replaceEach(element, leaf) {
				out = append(out, withElement(v, at, changed))
			}
			at++
		}
	default:
		out = append(out, leaf)
	}
	return out
}

func with(object value.Value, name string, changed value.Value) value.Value {
	var b value.ObjectBuilder
	for each, v := range object.Members() {
		if each == name {
			v = changed
		}
		b.Set(each, v)
	}
	return b.Value()
}

func withElement(array value.Value, at int, changed value.Value) value.Value {
	var b value.ArrayBuilder
	i := 0
	for v := range array.Elements() {
		if i == at {
			v = changed
		}
		b.Add(v)
		i++
	}
	return b.Value()
}
