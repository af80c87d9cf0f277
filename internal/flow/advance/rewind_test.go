package advance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/value"
)

// forkNode is a node that runs its branches at once.
func forkNode(key string, branches ...flow.Branch) flow.Node {
	return flow.Node{Key: key, Type: "fork", Branches: branches}
}

// TestARetryFromAStepKeepsWhatRanBefore checks which rows count after a retry from a step, and which steps run in the
// next round. The step named fails always fails; the others succeed.
func TestARetryFromAStepKeepsWhatRanBefore(t *testing.T) {
	two := func(key string) []flow.Node { return list(key+"1", key+"2") }
	sequence := list("a", "b", "fails")
	loop := []flow.Node{list("a")[0], loopNode("each", two("x")...), list("fails")[0]}
	fork := []flow.Node{
		forkNode("both", flow.Branch{Name: "left", Nodes: two("l")}, flow.Branch{Name: "right", Nodes: two("r")}), list("fails")[0],
	}
	nested := []flow.Node{forkNode("both",
		flow.Branch{Name: "left", Nodes: []flow.Node{loopNode("each", two("x")...)}},
		flow.Branch{Name: "right", Nodes: list("r1", "fails")},
	)}
	for _, c := range []struct {
		name   string
		nodes  []flow.Node
		input  string // of the loop
		from   string
		counts string // the paths that count, without open loops and forks
		again  string // the paths of the next round
	}{
		{"a step of a list", sequence, "", "b", "a", "b fails"},
		{"the first step", sequence, "", "a", "", "a b fails"},
		{"the failed step", sequence, "", "fails", "a b", "fails"},
		{"the start", sequence, "", flow.FromStart, "", "a b fails"},
		{"a pass of a loop, which later passes follow", loop, `{"over":3}`, "each[1]/x2", "a each[0]/x1 each[0]/x2 each[1]/x1", "each[1]/x2 each[2]/x1 each[2]/x2 each fails"},
		{"the first step of a pass", loop, `{"over":3}`, "each[1]/x1", "a each[0]/x1 each[0]/x2", "each[1]/x1 each[1]/x2 each[2]/x1 each[2]/x2 each fails"},
		{"a pass beside others", loop, `{"over":3,"parallel":3}`, "each[1]/x2", "a each[0]/x1 each[1]/x1 each[2]/x1 each[0]/x2 each[2]/x2", "each[1]/x2 each fails"},
		{"the loop itself", loop, `{"over":1}`, "each", "a", "each each[0]/x1 each[0]/x2 fails"},
		{"a branch", fork, "", "l2", "l1 r1 r2", "l2 both fails"},
		{"a pass in a branch, beside a branch that failed", nested, `{"over":2}`, "each[0]/x2", "r1 each[0]/x1", "each[0]/x2 fails each[1]/x1 each[1]/x2 each"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loops(c.nodes...)
			input := func(path string) string {
				if path == "both" {
					return `{"mode":"all"}`
				}
				return c.input
			}
			outcome := func(path string) advance.Outcome {
				if path == "fails" {
					return advance.Outcome{Error: &flow.Error{Code: "error"}, Started: start}
				}
				return advance.Outcome{Value: value.String(path), Started: start}
			}
			journal := play(advance.New(p, start, 0, advance.Limits{}), p, input, outcome)
			rerun, err := advance.Rewind(p, journal, c.from)
			if err != nil {
				t.Fatal(err)
			}
			n := len(journal)
			journal = append(journal, flow.Step{N: n + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: start, Input: rerun.Value()})
			var counts []string
			for _, row := range advance.Lineage(journal) {
				if row.Type != flow.MarkerRetry && row.Status != flow.Running {
					counts = append(counts, row.Path)
				}
			}
			if got := strings.Join(counts, " "); !sameWords(got, c.counts) {
				t.Errorf("%s counts, want %s", got, c.counts)
			}
			var again []string
			for _, row := range play(advance.Fold(p, start, 0, advance.Limits{}, journal), p, input, outcome) {
				again = append(again, row.Path)
			}
			if got := strings.Join(again, " "); !sameWords(got, c.again) {
				t.Errorf("%s runs again, want %s", got, c.again)
			}
		})
	}
}

// sameWords compares two lists without their order.
func sameWords(a, b string) bool {
	count := map[string]int{}
	for w := range strings.FieldsSeq(a) {
		count[w]++
	}
	for w := range strings.FieldsSeq(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestARetryFromAStepThatIsNotThereIsRefused(t *testing.T) {
	p := loops(list("a")[0], loopNode("each", list("x")...), list("after")[0])
	journal := play(advance.New(p, start, 0, advance.Limits{}), p, func(string) string { return `{"over":2}` }, func(string) advance.Outcome {
		return advance.Outcome{Started: start}
	})
	for from, says := range map[string]string{
		"nothing": "no step nothing", "each[7]/x": "no step each[7]/x", "x": "ran 2 times; name one of them by its path, such as each[1]/x",
		"each[1]": "no step", "": "no step",
	} {
		if _, err := advance.Rewind(p, journal, from); err == nil || !strings.Contains(fault.Message(err), says) {
			t.Errorf("from %q: %v", from, err)
		}
	}
}

func TestARevisionIsComparedWithWhatStillCounts(t *testing.T) {
	was := loops(list("a", "b", "c")...)
	journal := play(advance.New(was, start, 0, advance.Limits{}), was, nil, func(path string) advance.Outcome {
		if path == "c" {
			return advance.Outcome{Error: &flow.Error{Code: "error"}, Started: start}
		}
		return advance.Outcome{Started: start}
	})
	retry := func(from string) []flow.Step {
		rerun, err := advance.Rewind(was, journal, from)
		if err != nil {
			t.Fatal(err)
		}
		return append(journal[:3:3], flow.Step{N: 4, Type: flow.MarkerRetry, Round: 1, StartedAt: start, Input: rerun.Value()})
	}
	changed := list("a", "b", "c")
	changed[1].Config = value.Int(1)
	for _, c := range []struct{ name, from, want string }{
		{"a changed step that counts", "c", "the step b, which has run, is not the same there"},
		{"a changed step that runs again", "b", ""},
		{"from the start", flow.FromStart, ""},
	} {
		if got := advance.Difference(was, loops(changed...), retry(c.from)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	inserted := loops(list("a", "new", "b", "c")...)
	if got := advance.Difference(was, inserted, retry("b")); got != "the step b is not the next one there" {
		t.Errorf("with a step before it: %q", got)
	}
}

func TestAnOrdinaryJournalIsItsOwnLineage(t *testing.T) {
	journal := []flow.Step{{N: 1, Path: "a"}, {N: 2, Type: flow.MarkerRetry, Round: 1, StartedAt: time.Time{}}, {N: 3, Path: "a"}}
	if diff := cmp.Diff(len(advance.Lineage(journal)), 3); diff != "" {
		t.Error(diff)
	}
	if n := testing.AllocsPerRun(10, func() { advance.Lineage(journal) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
