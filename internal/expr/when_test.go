package expr_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

func holds(t testing.TB, rules string, s scope) (bool, error) {
	t.Helper()
	v, err := value.Parse(rules, value.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", rules, err)
	}
	c, problems := expr.CompileWhen(v, expr.Options{})
	if len(problems) > 0 {
		t.Fatalf("%s: %v", rules, problems)
	}
	return c.EvalBool(s)
}

func TestRuleOperators(t *testing.T) {
	s := scopeOf(t, `{"context":{"data":{
		"s":"main branch", "n":5, "big":9007199254740993, "f":1.50, "null":null, "t":true, "num":"10", "pad":" 10 ", "zero":"007",
		"list":["a","b",3], "o":{"a":1}, "e":"", "el":[], "eo":{}, "bignum":"9007199254740993"}}}`)
	for _, c := range []struct {
		left, op, right, more string
		want                  bool
	}{
		{"s", "equal", `"main branch"`, "", true}, {"s", "equal", `"main"`, "", false}, {"s", "notEqual", `"main"`, "", true},
		{"n", "equal", `5.0`, "", true}, {"n", "equal", `"5"`, "", true}, {"n", "equal", `"5"`, `,"strict":true`, false},
		{"n", "equal", `"five"`, "", false}, {"num", "equal", `10`, "", true}, {"pad", "equal", `10`, "", true},
		{"zero", "equal", `7`, "", false}, {"num", "equal", `"10.0"`, "", false},
		{"big", "equal", `9007199254740993`, "", true}, {"big", "equal", `9007199254740992`, "", false},
		{"bignum", "equal", `9007199254740993`, "", true}, {"bignum", "equal", `9007199254740992`, "", false},
		{"null", "equal", `null`, "", true}, {"gone", "equal", `null`, "", true}, {"null", "equal", `0`, "", false},
		{"null", "notEqual", `0`, "", true}, {"t", "equal", `true`, "", true}, {"t", "equal", `"true"`, "", false},
		{"o", "equal", `{"a":1.0}`, "", true}, {"list", "equal", `["a","b",3.0]`, "", true},
		{"n", "gt", `4`, "", true}, {"n", "gt", `5`, "", false}, {"n", "gte", `5`, "", true}, {"n", "lt", `5.1`, "", true}, {"n", "lte", `4.9`, "", false},
		{"big", "gt", `9007199254740992`, "", true}, {"num", "gt", `9`, "", true}, {"num", "gt", `"9"`, "", true},
		{"num", "gt", `9`, `,"strict":true`, false}, {"num", "gt", `"9"`, `,"strict":true`, false},
		{"null", "gt", `0`, "", false}, {"null", "lte", `0`, "", false}, {"s", "gt", `"main"`, "", true}, {"s", "gt", `1`, "", false}, {"t", "gt", `false`, "", false},
		{"s", "includes", `"branch"`, "", true}, {"s", "notIncludes", `"branch"`, "", false}, {"list", "includes", `"b"`, "", true},
		{"list", "includes", `"3"`, "", true}, {"list", "includes", `"3"`, `,"strict":true`, false}, {"null", "includes", `"a"`, "", false}, {"null", "notIncludes", `"a"`, "", true},
		{"num", "includes", `1`, "", true}, {"num", "includes", `1`, `,"strict":true`, false}, {"o", "includes", `"a"`, "", false},
		{"s", "startsWith", `"main"`, "", true}, {"s", "notStartsWith", `"main"`, "", false}, {"null", "startsWith", `""`, "", false},
		{"s", "endsWith", `"branch"`, "", true}, {"s", "notEndsWith", `"x"`, "", true}, {"f", "endsWith", `"50"`, "", true},
		{"s", "in", `["x","main branch"]`, "", true}, {"n", "in", `["5"]`, "", true}, {"n", "notIn", `[1,2]`, "", true}, {"null", "in", `[null]`, "", true}, {"null", "in", `[]`, "", false},
		{"s", "in", `"{{$context.data.list}}"`, "", false}, {"s", "in", `"{{$context.data.gone}}"`, "", false},
		{"s", "matches", `"^main .*h$"`, "", true}, {"s", "matches", `"x"`, "", false}, {"null", "matches", `".*"`, "", false}, {"n", "matches", `"^5$"`, "", true},
	} {
		rule := `{"left":"{{$context.data.` + c.left + `}}","op":"` + c.op + `","right":` + c.right + c.more + `}`
		if got, err := holds(t, rule, s); err != nil || got != c.want {
			t.Errorf("%s = %v, %v", rule, got, err)
		}
	}
	for left, want := range map[string]bool{"e": true, "el": true, "eo": true, "null": true, "gone": true, "s": false, "n": false, "t": false, "list": false, "o": false} {
		for op, want := range map[string]bool{"empty": want, "notEmpty": !want} {
			rule := `{"left":"{{$context.data.` + left + `}}","op":"` + op + `"}`
			if got, err := holds(t, rule, s); err != nil || got != want {
				t.Errorf("%s = %v, %v", rule, got, err)
			}
		}
	}
}

func TestRuleTrees(t *testing.T) {
	s := scopeOf(t, sample)
	yes := `{"left":1,"op":"equal","right":1}`
	no := `{"left":1,"op":"equal","right":2}`
	for rules, want := range map[string]bool{
		yes: true, no: false,
		`{"and":[` + yes + `,` + no + `]}`: false, `{"or":[` + no + `,` + yes + `]}`: true, `{"not":` + no + `}`: true,
		`{"and":[{"or":[` + no + `,{"not":` + no + `}]},true,"$context.data.size == 3"]}`: true,
		`"$context.data.size > 2"`: true, `"{{ $context.data.size > 3 }}"`: false, `"{{$nodes.is_main}}"`: true, `true`: true, `"1 == 1"`: true,
		`{"left":"{{$context.data.ref}}","op":"equal","right":"refs/heads/{{ 'main' }}"}`: true,
		`{"left":{"a":"{{$context.data.size}}"},"op":"equal","right":{"a":3}}`:            true,
	} {
		if got, err := holds(t, rules, s); err != nil || got != want {
			t.Errorf("%s = %v, %v", rules, got, err)
		}
	}
	if _, err := holds(t, `{"left":1,"op":"in","right":"{{$context.data.size}}"}`, s); err == nil || !strings.Contains(err.Error(), "take a list on the right") {
		t.Errorf("in with a number on the right: %v", err)
	}
	if _, err := holds(t, `{"or":[{"and":["$context.data.gone > 1"]}]}`, s); err == nil || !strings.Contains(err.Error(), "or[0].and[0]: at character 20: null cannot be compared") {
		t.Errorf("a failing expression: %v", err)
	}
}

func TestRuleProblemsAreAllReported(t *testing.T) {
	v, err := value.Parse(`{"and":[
		{"left":"{{$context.data.a","op":"equal","right":1},
		{"left":1,"op":"equals","right":1},
		{"left":1,"op":"frobnicate","right":1},
		{"left":1,"right":1},
		{"op":"equal"},
		{"left":1,"op":"empty","right":1},
		{"left":1,"op":"in","right":1},
		{"left":1,"op":"matches","right":"("},
		{"left":1,"op":"matches","right":"{{$context.data.a}}"},
		{"left":1,"op":"equal","right":1,"strict":"yes"},
		{"lefft":1,"op":"equal","right":1,"left":1},
		{"calculator":"equal","operands":[1,2]},
		{"group":{"type":"and","calculations":[]}},
		{"and":[]}, {"or":{}}, {"and":[true],"op":"equal"}, {}, 5, "$context.data.a +", "1"
	]}`, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c, problems := expr.CompileWhen(v, expr.Options{})
	if c != nil {
		t.Error("a template came with problems")
	}
	got := map[string]string{}
	for _, p := range problems {
		got[p.Path] += p.Message + "\n"
	}
	for path, want := range map[string]string{
		"and[0].left": "at character 1: this {{ is not closed", "and[1].op": `unknown operator "equals"; did you mean "equal"?`,
		"and[2].op": "there are equal, notEqual", "and[3].op": "a rule needs an op", "and[4].left": "needs a left side", "and[4].right": "needs a right side",
		"and[5].right": "has no right side", "and[6].right": "takes a list", "and[7].right": "regular expression", "and[8].right": "written out",
		"and[9].strict": "true or false", "and[10].lefft": `did you mean "left"?`, "and[11].calculator": "NocoBase's name", "and[11].operands": "NocoBase's name",
		"and[12].group": "NocoBase's name", "and[13].and": "at least one rule", "and[14].or": "at least one rule", "and[15]": "must be alone", "and[16]": "is empty",
		"and[17]": "a condition is a tree", "and[18]": "at character 17", "and[19]": "true or false",
	} {
		if !strings.Contains(got[path], want) {
			t.Errorf("%s: %q; want %q", path, got[path], want)
		}
	}
}
