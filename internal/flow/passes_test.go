package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

func TestPassesAreReadFromTheInputOfTheStep(t *testing.T) {
	const rest = `"while":false,"parallel":3,"maxItems":4,"onItemError":"break"}`
	for input, want := range map[string]struct {
		count  int
		scopes []string
	}{
		`{"over":["a",1.50],` + rest: {2, []string{
			`{"item":"a","index":0,"sequence":1,"length":2}`, `{"item":1.50,"index":1,"sequence":2,"length":2}`,
		}},
		`{"over":{"x":{"y": 1},"a b":null},` + rest: {2, []string{
			`{"item":{"y": 1},"index":0,"sequence":1,"length":2,"key":"x"}`, `{"item":null,"index":1,"sequence":2,"length":2,"key":"a b"}`,
		}},
		`{"over":2,` + rest:    {2, []string{`{"item":0,"index":0,"sequence":1,"length":2}`, `{"item":1,"index":1,"sequence":2,"length":2}`}},
		`{"over":[],` + rest:   {0, nil},
		`{"over":0,` + rest:    {0, nil},
		`{"over":null,` + rest: {0, nil},
		`{` + rest:             {-1, []string{`{"item":null,"index":0,"sequence":1,"length":null}`}},
	} {
		p, err := flow.PassesOf(value.Trusted(input))
		if err != nil {
			t.Errorf("%s: %v", input, err)
			continue
		}
		if p.Count != want.count || p.Parallel != 3 || p.Most != 4 || p.OnError != flow.PassBreak || p.While {
			t.Errorf("%s: %+v", input, p)
		}
		for i, scope := range want.scopes {
			if got := p.Scope(i).Text(); got != scope {
				t.Errorf("%s: scope of pass %d is %s", input, i, got)
			}
		}
	}
}

func TestWhatHasNoPassesIsNamed(t *testing.T) {
	for over, want := range map[string]string{
		`"abc"`: "over: must be an array, an object or a number, not a value of type string",
		`true`:  "over: must be an array, an object or a number, not a value of type boolean",
		`-1`:    "over: -1 is not a number of passes; it must be whole and not negative",
		`0.5`:   "over: 0.5 is not a number of passes; it must be whole and not negative",
		`1e99`:  "over: 1e99 is not a number of passes; it must be whole and not negative",
		`10001`: "over: there are more than 10000 items; maxItems allows up to 100000",
	} {
		if _, err := flow.PassesOf(value.Trusted(`{"over":` + over + `}`)); err == nil || err.Error() != want {
			t.Errorf("over %s: %v", over, err)
		}
	}
}

// TestPassesReadAnythingTheSameEveryTime checks that reading a journal gives the same passes as the live run.
func TestPassesReadAnythingTheSameEveryTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := `{"over":` + rapid.SampledFrom([]string{"[1,[],{}]", `{"a":1,"a":2}`, "7", "null"}).Draw(t, "over") + `}`
		a, err := flow.PassesOf(value.Trusted(text))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := flow.PassesOf(value.Trusted(text))
		for i := range a.Count {
			if a.Scope(i).Text() != b.Scope(i).Text() {
				t.Fatalf("%s: pass %d differs", text, i)
			}
			if _, err := value.Parse(a.Scope(i).Text(), value.Limits{}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTheResultOfALoopTellsOfItsFailures(t *testing.T) {
	got := flow.Passed{Count: 3, Failed: 1, Errors: []flow.PassEnd{{Index: 2, Error: flow.Error{Node: "save", Code: "unique", Message: `"x" is there`}}}}.Result()
	want := `{"count":3,"failed":1,"errors":[{"index":2,"node":"save","code":"unique","message":"\"x\" is there"}]}`
	if diff := cmp.Diff(want, got.Text()); diff != "" {
		t.Error(diff)
	}
	if got := (flow.Passed{}).Result().Text(); got != `{"count":0,"failed":0,"errors":[]}` {
		t.Error(got)
	}
}

func TestAForkIsReadFromTheInputOfTheStep(t *testing.T) {
	for input, first := range map[string]bool{`{"mode":"all"}`: false, `{"mode":"any"}`: true, `{}`: false} {
		if flow.ForkOf(value.Trusted(input)).Any != first {
			t.Error(input)
		}
	}
}
