package node_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// named is a Kind that has only names.
type named struct {
	node.Kind
	name    string
	aliases []string
}

func (n named) Info() node.Info { return node.Info{Type: n.name, Aliases: n.aliases} }

func TestASetFindsByNameAndAlias(t *testing.T) {
	set := node.NewSet(named{name: "a", aliases: []string{"b"}}, named{name: "c"})
	for name, want := range map[string]string{"a": "a", "b": "a", "c": "c"} {
		if kind := set.Find(name); kind == nil || kind.Info().Type != want {
			t.Errorf("%s finds %v, want %s", name, kind, want)
		}
	}
	if set.Find("d") != nil {
		t.Error("d was found")
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, set.Names()); diff != "" {
		t.Error(diff)
	}
}

func TestTwoKindsOfOneNameAreAProgrammersError(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewSet took two kinds called b")
		}
	}()
	node.NewSet(named{name: "a", aliases: []string{"b"}}, named{name: "b"})
}

func TestAReaderReportsDecodeAndTemplateProblemsTogether(t *testing.T) {
	var cfg struct {
		Value value.Value `json:"value"`
		When  value.Value `json:"when"`
		Text  string      `json:"text"`
	}
	r := node.Read(value.Trusted(`{"valu":1,"value":{"a":["{{$nope.x}}"]},"when":{"and":[{"left":1,"op":"is","right":1}]},"text":"1 +"}`), &cfg, node.About{})
	r.Template()
	r.When("when", cfg.When)
	r.Expression("text", cfg.Text)
	_, problems := r.Done(nil)
	var paths []string
	for _, p := range problems {
		paths = append(paths, p.Path)
	}
	want := []string{"valu", "value.a[0]", "when.and[0].op", "text"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("paths (-want +have)\n%s\n%v", diff, problems)
	}
	if r.Clean() {
		t.Error("a reader with problems says that it is clean")
	}
}

func TestAnAbsentConfigReadsAsAnEmptyOne(t *testing.T) {
	for _, config := range []value.Value{{}, value.Null(), value.Trusted(`{}`)} {
		var cfg struct{}
		if _, problems := node.Read(config, &cfg, node.About{}).Done(nil); problems != nil {
			t.Errorf("%s: %v", config, problems)
		}
	}
}

func TestFixedFindsTemplatesAtAnyDepthAndInNames(t *testing.T) {
	for config, want := range map[string]bool{
		`1`: true, `null`: true, `"a"`: true, `{"a":["b",{"c":"} }"}]}`: true,
		`"{{$a.b}}"`: false, `["a",{"b":"x {{$a.b}}"}]`: false, `{"{{$a.b}}":1}`: false, `"\u007b{ $a.b }}"`: false,
	} {
		if have := node.Fixed(value.Trusted(config)); have != want {
			t.Errorf("Fixed(%s) is %t", config, have)
		}
	}
}

func TestInFieldJoinsPathsAndKeepsTheMessage(t *testing.T) {
	inner := fault.Field("expr.Eval", "and[0].left", "cannot")
	for path, want := range map[string]string{"when": "when.and[0].left: cannot", "": "and[0].left: cannot"} {
		err := node.InField(path, inner)
		if err.Error() != want || !fault.Is(err, fault.Invalid) {
			t.Errorf("InField(%q) is %q of kind %s, want %q", path, err, fault.KindOf(err), want)
		}
	}
	cause := errors.New("disk")
	if err := node.InField("when", cause); !errors.Is(err, cause) {
		t.Errorf("the cause is lost: %v", err)
	}
}

func TestAnErrorBranchIsNoBranchForAnAnswer(t *testing.T) {
	for want, names := range map[bool][]string{false: {"error"}, true: {"error", "then"}} {
		if have := (node.About{Branches: names}).HasBranches(); have != want {
			t.Errorf("HasBranches of %v is %t", names, have)
		}
	}
	if (node.About{}).HasBranches() {
		t.Error("no names are branches")
	}
}

// results is an expr.Scope of node results.
type results map[string]string

func (r results) Var(root, name string) (value.Value, error) {
	if r[name] == "fails" {
		return value.Value{}, errors.New("away")
	}
	if root != "nodes" {
		return value.Value{}, nil
	}
	return value.Trusted(r[name]), nil
}

func when(t *testing.T, source string) *expr.Template {
	t.Helper()
	template, problems := expr.CompileWhen(value.String(source), expr.Options{})
	if problems != nil {
		t.Fatal(problems)
	}
	return template
}

func TestSeenShowsWhatWasReadUpToTheAnswer(t *testing.T) {
	seen := node.NewTrace(when(t, `$nodes.a > 1 && $nodes.b == "x"`), when(t, `$nodes.b == "y" || $nodes.c`), nil)
	large := `"` + strings.Repeat("y", 600) + `"`
	for name, test := range map[string]struct {
		scope results
		want  string
	}{
		"all":            {results{"a": "2", "b": `"z"`, "c": "false"}, `{"$nodes.a":2,"$nodes.b":"z","$nodes.c":false}`},
		"not all":        {results{"a": "1", "b": `"y"`}, `{"$nodes.a":1,"$nodes.b":"y"}`},
		"missing ones":   {results{"a": "1"}, `{"$nodes.a":1,"$nodes.b":null,"$nodes.c":null}`},
		"large ones":     {results{"a": "1", "b": large}, `{"$nodes.a":1,"$nodes.b":"[string of 602 bytes]","$nodes.c":null}`},
		"exact numbers":  {results{"a": "1.0", "b": `"y"`}, `{"$nodes.a":1.0,"$nodes.b":"y"}`},
		"escapes inside": {results{"a": "0", "b": `"\u0079"`}, `{"$nodes.a":0,"$nodes.b":"\u0079"}`},
	} {
		t.Run(name, func(t *testing.T) {
			var noted []value.Value
			for i := range 2 {
				var err error
				if _, noted, err = seen.Test(i, test.scope, noted); err != nil {
					t.Fatal(err)
				}
			}
			if have := string(seen.Append(nil, noted)); have != test.want {
				t.Errorf("shows %s, want %s", have, test.want)
			}
		})
	}
}

func TestSeenPassesTheScopesErrorOn(t *testing.T) {
	seen := node.NewTrace(when(t, `$nodes.a`))
	if _, _, err := seen.Test(0, results{"a": "fails"}, nil); err == nil {
		t.Error("Test hides the error of the scope")
	}
	if _, err := seen.Lookup(results{"a": "fails"}); err == nil {
		t.Error("Lookup hides the error of the scope")
	}
}
