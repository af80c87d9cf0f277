package advance_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/value"
)

// loops makes a program of a list, in which nodes of type loop and fork are loops and forks.
func loops(nodes ...flow.Node) *advance.Program {
	return (&forest{}).program(nodes)
}

func loopNode(key string, body ...flow.Node) flow.Node {
	return flow.Node{Key: key, Type: "loop", Branches: []flow.Branch{{Name: flow.PassBranch, Nodes: body}}}
}

// play runs a program to completion, one command at a time. input returns the input of loops and forks, and outcome
// the outcome of other nodes, by path.
func play(s *advance.State, p *advance.Program, input func(path string) string, outcome func(path string) advance.Outcome) []flow.Step {
	var journal []flow.Step
	for {
		c := s.Next(start)
		o := advance.Outcome{Started: start}
		switch c.Action {
		case advance.Run:
			if p.StaysOpen(c.Index) {
				o.Input = value.Trusted(input(s.Path(c)))
			} else {
				o = outcome(s.Path(c))
			}
		case advance.Close:
			for _, row := range s.Losers(c, start) {
				s.Apply(row)
				journal = put(journal, row)
			}
		default:
			return journal
		}
		row := s.Settle(c, o, start)
		s.Apply(row)
		journal = put(journal, row)
	}
}

// ways lists path and status of each row of a journal.
func ways(journal []flow.Step) []string {
	var all []string
	for _, s := range journal {
		all = append(all, s.Path+" "+string(s.Status))
	}
	return all
}

var fails = advance.Outcome{Error: &flow.Error{Code: "error", Message: "no"}, Final: true}

// TestAFailureIsHandledByTheNearestThatSaysSo tries every possible handler of a failure in the second pass of a
// loop inside the second pass of a loop.
func TestAFailureIsHandledByTheNearestThatSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		outer, inner, handler string // onItemError of both; the node that has onError: continue
		want                  []string
	}{
		"the node": {"fail", "fail", "bad", []string{
			"out succeeded", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in succeeded", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed", "z succeeded"}},
		"the inner loop goes on": {"fail", "continue", "", []string{
			"out succeeded", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in succeeded", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed", "z succeeded"}},
		"the inner loop's onError": {"fail", "fail", "in", []string{
			"out succeeded", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in failed", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed", "z succeeded"}},
		"the outer loop goes on": {"continue", "fail", "", []string{
			"out succeeded", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in failed", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed", "z succeeded"}},
		"the outer loop's onError": {"fail", "fail", "out", []string{
			"out failed", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in failed", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed", "z succeeded"}},
		"nobody": {"fail", "fail", "", []string{
			"out running", "out[0]/in succeeded", "out[0]/in[0]/bad succeeded", "out[0]/in[1]/bad succeeded",
			"out[1]/in running", "out[1]/in[0]/bad succeeded", "out[1]/in[1]/bad failed"}},
	} {
		nodes := []flow.Node{loopNode("out", loopNode("in", list("bad")...)), list("z")[0]}
		for _, n := range []*flow.Node{&nodes[0], &nodes[0].Branches[0].Nodes[0], &nodes[0].Branches[0].Nodes[0].Branches[0].Nodes[0]} {
			if n.Key == c.handler {
				n.OnError = flow.OnErrorContinue
			}
		}
		p := loops(nodes...)
		s := advance.New(p, start, 0, advance.Limits{})
		journal := play(s, p, func(path string) string {
			on := c.inner
			if path == "out" {
				on = c.outer
			}
			return fmt.Sprintf(`{"over":2,"parallel":1,"maxItems":9,"onItemError":%q}`, on)
		}, func(path string) advance.Outcome {
			if path == "out[1]/in[1]/bad" {
				return fails
			}
			return advance.Outcome{}
		})
		if diff := cmp.Diff(c.want, ways(journal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestResultsOfAPassGoWithIt(t *testing.T) {
	p := loops(loopNode("each", list("a", "b")...), list("z")[0])
	s := advance.New(p, start, 0, advance.Limits{})
	var saw []string
	for c := s.Next(start); c.Action != advance.Finish; c = s.Next(start) {
		o := advance.Outcome{Value: value.String(s.Path(c))}
		if p.StaysOpen(c.Index) {
			o = advance.Outcome{Input: value.Trusted(`{"over":["x","y"],"parallel":1,"maxItems":9,"onItemError":"fail"}`)}
		}
		if c.Action == advance.Run {
			saw = append(saw, fmt.Sprint(s.Path(c), " ", s.Result(c.Place, "a"), " ", s.Scope(c.Place, "each").Get("item")))
		}
		s.Apply(s.Settle(c, o, start))
	}
	want := []string{`each null null`, `each[0]/a null "x"`, `each[0]/b "each[0]/a" "x"`, `each[1]/a null "y"`, `each[1]/b "each[1]/a" "y"`, `z null null`}
	if diff := cmp.Diff(want, saw); diff != "" {
		t.Error(diff)
	}
}

// TestABranchThatFailedIsTriedAgainWithTheOthers fails all branches of an any fork, one of them in the middle of a
// loop, and retries the execution.
func TestABranchThatFailedIsTriedAgainWithTheOthers(t *testing.T) {
	fork := flow.Node{Key: "fan", Type: "fork", Branches: []flow.Branch{
		{Name: "one", Nodes: []flow.Node{loopNode("each", list("a")...)}}, {Name: "two", Nodes: list("b")},
	}}
	p := loops(fork)
	s := advance.New(p, start, 0, advance.Limits{})
	input := func(path string) string {
		if path == "fan" {
			return `{"mode":"any"}`
		}
		return `{"over":3,"parallel":1,"maxItems":9,"onItemError":"fail"}`
	}
	journal := play(s, p, input, func(path string) advance.Outcome {
		if path == "each[1]/a" || path == "b" {
			return fails
		}
		return advance.Outcome{}
	})
	if c := s.Next(start); c.Status != flow.Failed {
		t.Fatalf("%+v", c)
	}
	marker := flow.Step{N: s.Rows() + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: start}
	s.Apply(marker)
	more := play(s, p, input, func(path string) advance.Outcome {
		if path == "b" {
			return fails
		}
		return advance.Outcome{}
	})
	for _, row := range append([]flow.Step{marker}, more...) {
		journal = put(journal, row)
	}
	want := []string{"fan succeeded", "each succeeded", "each[0]/a succeeded", "each[1]/a failed", "b failed", " ", "each[1]/a succeeded", "each[2]/a succeeded"}
	if got := ways(journal); !slices.Equal(want, got) {
		t.Error(cmp.Diff(want, got))
	}
	if c := s.Next(start); c.Status != flow.Succeeded || s.Result(advance.Place{}, "fan").Text() != `{"one":{"count":3,"failed":0,"errors":[]}}` {
		t.Errorf("%+v, %s", c, s.Result(advance.Place{}, "fan"))
	}
}

func TestTheResultOfALoopTellsOfTheFirstFailures(t *testing.T) {
	p := loops(loopNode("each", list("a")...))
	s := advance.New(p, start, 0, advance.Limits{})
	journal := play(s, p, func(string) string { return `{"over":100,"parallel":3,"maxItems":100,"onItemError":"continue"}` },
		func(string) advance.Outcome { return fails })
	r := journal[0].Result
	if r.Get("count").Text() != "100" || r.Get("failed").Text() != "100" || r.Get("errors").Len() != flow.ShownPassErrors ||
		r.Get("errors").At(19).Get("index").Text() != "19" {
		t.Errorf("got %s", r)
	}
}

func BenchmarkPasses(b *testing.B) {
	p := loops(loopNode("each", list("a")...))
	for b.Loop() {
		s := advance.New(p, start, 0, advance.Limits{})
		play(s, p, func(string) string { return `{"over":1000,"parallel":64,"maxItems":10000,"onItemError":"fail"}` },
			func(string) advance.Outcome { return advance.Outcome{} })
	}
}
