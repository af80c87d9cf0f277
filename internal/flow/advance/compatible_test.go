package advance_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/value"
)

// edited generates another revision of a tree: nodes changed, removed, added, moved into a branch.
func edited(t *rapid.T, nodes []flow.Node, count *int) []flow.Node {
	var out []flow.Node
	for _, n := range nodes {
		n.Branches = slices.Clone(n.Branches)
		for i, b := range n.Branches {
			n.Branches[i].Nodes = edited(t, b.Nodes, count)
		}
		switch rapid.IntRange(0, 24).Draw(t, "edit") {
		case 0:
			n.Config = value.String("edited")
		case 1:
			n.Type = "other"
		case 2:
			n.OnError = rapid.SampledFrom([]flow.OnError{flow.OnErrorFail, flow.OnErrorContinue, flow.OnErrorBranch}).Draw(t, "onError")
		case 3:
			n.Retry.Attempts, n.Timeout, n.Title = n.Retry.Attempts+1, time.Minute, "another"
		case 4:
			continue
		case 5:
			*count++
			out = append(out, flow.Node{Key: fmt.Sprintf("x%d", *count), Type: "fake"})
		case 6:
			*count++
			n = flow.Node{Key: fmt.Sprintf("x%d", *count), Type: "fake", Branches: []flow.Branch{{Name: "then", Nodes: []flow.Node{n}}}}
		case 7:
			n.Branches = nil
		}
		out = append(out, n)
	}
	return out
}

// ended runs a program until it ends, and retries it unless it succeeded. It may also cancel it. It returns the
// journal, or nil if the program succeeded.
func ended(t *rapid.T, p *advance.Program) []flow.Step {
	s, now := advance.New(p, start, 0, advance.Limits{}), start
	var journal []flow.Step
	for rapid.IntRange(0, 15).Draw(t, "cancel") > 0 {
		c := s.Next(now)
		var row flow.Step
		switch c.Action {
		case advance.Sleep:
			now = c.Until
			continue
		case advance.Finish:
			if c.Status == flow.Succeeded {
				return nil
			}
			row = flow.Step{N: s.Rows() + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: now}
			if rapid.Bool().Draw(t, "the last retry") {
				return append(journal, row)
			}
		case advance.Wake:
			row = s.Settle(c, advance.Outcome{}, now)
		case advance.Run:
			o := outcome(t, now)
			o.Running = o.Running && c.Input.IsMissing()
			row = s.Settle(c, o, now)
		}
		s.Apply(row)
		journal = put(journal, row)
	}
	return append(journal, flow.Step{N: s.Rows() + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: now})
}

// fold applies a journal. fits is false if a row does not fit.
func fold(p *advance.Program, journal []flow.Step) (s *advance.State, fits bool) {
	defer func() {
		if recover() != nil {
			fits = false
		}
	}()
	s = advance.New(p, start, 0, advance.Limits{})
	for _, row := range journal {
		s.Apply(row)
	}
	return s, true
}

// begun reports whether the journal has a row for a node that the execution has not moved past.
func begun(p *advance.Program, journal []flow.Step, c advance.Command) bool {
	if c.Action != advance.Run && c.Action != advance.Wake && c.Action != advance.Sleep {
		return false
	}
	key := p.Node(c.Index).Key
	return slices.ContainsFunc(journal, func(s flow.Step) bool { return s.Node == key })
}

// TestACompatibleRevisionGoesOnWhereTheOtherStood checks that an execution that continues with another revision
// keeps its results, and repeats the failed step or continues after the last finished one.
func TestACompatibleRevisionGoesOnWhereTheOtherStood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := 0
		nodes := tree(t, 3, &count)
		from, to := advance.NewProgram(nodes), advance.NewProgram(edited(t, nodes, &count))
		journal := ended(t, from)
		if journal == nil || !advance.Compatible(from, to, journal) {
			return
		}
		now := start.AddDate(1, 0, 0)
		was, _ := fold(from, journal)
		is, fits := fold(to, journal)
		if !fits {
			t.Fatal("it is compatible, and the journal does not fit")
		}
		a, b := see(was, now), see(is, now)
		if begun(from, journal, a.Next) {
			if x, y := from.Node(a.Next.Index).Key, to.Node(b.Next.Index).Key; x != y {
				t.Fatalf("it stood at %s and goes on at %s", x, y)
			}
			a.Next.Index, b.Next.Index = 0, 0
		} else {
			a.Next, b.Next = advance.Command{}, advance.Command{}
		}
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(value.Value{}, advance.Place{})); diff != "" {
			t.Fatalf("the fold differs (-was +is):\n%s", diff)
		}
	})
}

// TestARevisionIsCompatibleWithItself checks that every journal is compatible with its own program.
func TestARevisionIsCompatibleWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := 0
		nodes := tree(t, 3, &count)
		if journal := ended(t, advance.NewProgram(nodes)); !advance.Compatible(advance.NewProgram(nodes), advance.NewProgram(nodes), journal) {
			t.Fatal("the same program is refused")
		}
	})
}

// TestWhatAnEditMeansForARetry runs a, then cond, then b in the branch then of cond, and fails at c.
func TestWhatAnEditMeansForARetry(t *testing.T) {
	original := func() []flow.Node {
		nodes := list("a", "cond", "c", "d")
		nodes[1].Branches = []flow.Branch{{Name: "then", Nodes: list("b")}, {Name: "else", Nodes: list("e")}}
		return nodes
	}
	from := advance.NewProgram(original())
	s := advance.New(from, start, 0, advance.Limits{})
	failed := advance.Outcome{Error: &flow.Error{Code: "error", Message: "no"}}
	journal := []flow.Step{
		step(s, advance.Outcome{}, start), step(s, advance.Outcome{Branch: "then"}, start),
		step(s, advance.Outcome{}, start), step(s, failed, start),
		{N: 5, Type: flow.MarkerRetry, Round: 1, StartedAt: start},
	}
	for name, c := range map[string]struct {
		edit func([]flow.Node) []flow.Node
		want bool
	}{
		"nothing":                            {func(n []flow.Node) []flow.Node { return n }, true},
		"the failed node's config":           {func(n []flow.Node) []flow.Node { n[2].Config = value.Int(1); return n }, true},
		"the failed node's type":             {func(n []flow.Node) []flow.Node { n[2].Type = "other"; return n }, true},
		"what the failure means":             {func(n []flow.Node) []flow.Node { n[2].OnError = flow.OnErrorContinue; return n }, true},
		"how often a finished node is tried": {func(n []flow.Node) []flow.Node { n[0].Retry.Attempts = 9; return n }, true},
		"the branch that was not entered":    {func(n []flow.Node) []flow.Node { n[1].Branches[1].Nodes = list("x"); return n }, true},
		"what follows":                       {func(n []flow.Node) []flow.Node { n[3].Key = "x"; return n }, true},
		"nothing follows any more":           {func(n []flow.Node) []flow.Node { return n[:3] }, true},
		"a finished node's config":           {func(n []flow.Node) []flow.Node { n[0].Config = value.Int(1); return n }, false},
		"a finished node's type":             {func(n []flow.Node) []flow.Node { n[0].Type = "other"; return n }, false},
		"a finished node's key":              {func(n []flow.Node) []flow.Node { n[0].Key = "x"; return n }, false},
		"a finished node's place": {func(n []flow.Node) []flow.Node {
			n[1].Branches[0].Nodes = nil
			return slices.Insert(n, 2, list("b")...)
		}, false},
		"a finished node is gone":               {func(n []flow.Node) []flow.Node { return n[1:] }, false},
		"the order of finished nodes":           {func(n []flow.Node) []flow.Node { n[0], n[1] = n[1], n[0]; return n }, false},
		"the config of what entered the branch": {func(n []flow.Node) []flow.Node { n[1].Config = value.Int(1); return n }, false},
		"the name of the entered branch":        {func(n []flow.Node) []flow.Node { n[1].Branches[0].Name = "yes"; return n }, false},
		"a node before finished ones":           {func(n []flow.Node) []flow.Node { return append(list("x"), n...) }, false},
		"the failed node is gone":               {func(n []flow.Node) []flow.Node { return append(n[:2:2], n[3]) }, false},
		"a node before the failed one":          {func(n []flow.Node) []flow.Node { return append(append(n[:2:2], list("x")...), n[2:]...) }, false},
	} {
		if got := advance.Compatible(from, advance.NewProgram(c.edit(original())), journal); got != c.want {
			t.Errorf("%s changed: compatible is %v", name, got)
		}
	}
}

func TestAnOpenStepIsNotCompatibleWithAnotherConfig(t *testing.T) {
	for _, under := range []advance.Outcome{{Running: true}, {Until: start.Add(time.Hour)}} {
		nodes := list("a")
		from := advance.NewProgram(nodes)
		s := advance.New(from, start, 0, advance.Limits{})
		journal := []flow.Step{step(s, under, start), {N: 2, Type: flow.MarkerRetry, Round: 1}}
		if !advance.Compatible(from, advance.NewProgram(list("a", "b")), journal) {
			t.Error("another end is refused")
		}
		nodes = list("a")
		nodes[0].Config = value.Int(1)
		if advance.Compatible(from, advance.NewProgram(nodes), journal) {
			t.Error("another config is taken")
		}
	}
}
