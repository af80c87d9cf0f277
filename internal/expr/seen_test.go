package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// namesItself is a Scope in which every variable has its own name as its value.
type namesItself struct{}

func (namesItself) Var(_, name string) (value.Value, error) { return value.String(name), nil }

func TestEvalBoolSeenTellsWhatWasLookedUp(t *testing.T) {
	for when, want := range map[string][]string{
		`"$nodes.a == \"a\" || $nodes.b == \"b\""`:                                                        {`"a"`, "none"},
		`"$nodes.a == \"x\" || $nodes.b == \"x\""`:                                                        {`"a"`, `"b"`},
		`{"and":[{"left":"{{$nodes.a}}","op":"equal","right":"x"},{"left":"{{$nodes.b}}","op":"empty"}]}`: {`"a"`, "none"},
		`{"or":[{"left":"{{$nodes.a}}","op":"in","right":["a"]},{"left":"{{$nodes.b}}","op":"empty"}]}`:   {`"a"`, "none"},
	} {
		t.Run(when, func(t *testing.T) {
			template, problems := expr.CompileWhen(value.Trusted(when), expr.Options{})
			if problems != nil {
				t.Fatal(problems)
			}
			yes, seen, err := template.EvalBoolSeen(namesItself{})
			if err != nil {
				t.Fatal(err)
			}
			if again, err := template.EvalBool(namesItself{}); again != yes || err != nil {
				t.Errorf("EvalBool gives %t, %v and EvalBoolSeen %t", again, err, yes)
			}
			var have []string
			for _, v := range seen {
				if v.IsMissing() {
					have = append(have, "none")
				} else {
					have = append(have, v.Text())
				}
			}
			if diff := cmp.Diff(want, have); diff != "" {
				t.Error(diff)
			}
		})
	}
}
