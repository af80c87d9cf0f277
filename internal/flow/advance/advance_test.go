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

var start = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// tree generates a random list of nodes with branches, retries and error rules.
func tree(t *rapid.T, depth int, count *int) []flow.Node {
	var nodes []flow.Node
	for range rapid.IntRange(0, 4).Draw(t, "length") {
		*count++
		n := flow.Node{Key: fmt.Sprintf("n%d", *count), Type: "fake"}
		n.Retry = flow.Retry{Attempts: rapid.IntRange(0, 3).Draw(t, "attempts"), Delay: time.Second, Factor: 2, MaxDelay: time.Minute}
		n.OnError = rapid.SampledFrom([]flow.OnError{flow.OnErrorFail, flow.OnErrorContinue, flow.OnErrorBranch}).Draw(t, "onError")
		if depth > 0 && rapid.Bool().Draw(t, "branches") {
			for _, name := range []string{"then", "else"} {
				n.Branches = append(n.Branches, flow.Branch{Name: name, Nodes: tree(t, depth-1, count)})
			}
		}
		if depth > 0 && n.OnError == flow.OnErrorBranch {
			n.Branches = append(n.Branches, flow.Branch{Name: flow.ErrorBranch, Nodes: tree(t, depth-1, count)})
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// outcome generates the outcome of an attempt.
func outcome(t *rapid.T, now time.Time) advance.Outcome {
	o := advance.Outcome{Input: value.String("in"), Started: now}
	switch rapid.IntRange(0, 9).Draw(t, "outcome") {
	case 0, 1:
		o.Error = &flow.Error{Code: "error", Message: "no"}
		o.Final = rapid.Bool().Draw(t, "final")
		o.RetryAfter = time.Duration(rapid.IntRange(0, 90).Draw(t, "retry after")) * time.Second
	case 2:
		o.Until = now.Add(time.Hour)
	case 3:
		o.Running = true
	case 4:
		if rapid.IntRange(0, 5).Draw(t, "ends") == 0 {
			o.Ends = flow.Succeeded
		}
	default:
		o.Value = value.Int(int64(rapid.IntRange(0, 99).Draw(t, "value")))
		o.Branch = rapid.SampledFrom([]string{"", "then", "else", "none"}).Draw(t, "branch")
	}
	return o
}

// view is the externally visible part of a state.
type view struct {
	Next    advance.Command
	Results map[string]string
	Output  string
	Error   *flow.Error
	Rows    int
}

func see(s *advance.State, now time.Time) view {
	v := view{Next: s.Next(now), Results: map[string]string{}, Output: s.Output().Text(), Error: s.Error(), Rows: s.Rows()}
	v.Next.Input, v.Next.Progress, v.Next.Place = value.Value{}, value.Value{}, advance.Place{}
	s.Results(func(key string, r value.Value) bool {
		v.Results[key] = r.Text()
		return true
	})
	return v
}

// TestFoldOfTheJournalIsTheLiveState runs random programs to completion. After every row it folds the journal from
// the start: the result must equal the live state. Every run must end.
func TestFoldOfTheJournalIsTheLiveState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := 0
		program := advance.NewProgram(tree(t, 3, &count))
		timeout := rapid.SampledFrom([]time.Duration{0, 90 * time.Minute}).Draw(t, "timeout")
		limits := advance.Limits{Steps: rapid.SampledFrom([]int{0, 3, 1000}).Draw(t, "limit")}
		fresh := func() *advance.State { return advance.New(program, start, timeout, limits) }
		live, now := fresh(), start
		var journal []flow.Step
		retries, turns := 2, 0
		for {
			turns++
			if turns > 20*(count+2)*4 {
				t.Fatalf("no end after %d turns of %d nodes", turns, count)
			}
			c := live.Next(now)
			var row flow.Step
			switch c.Action {
			case advance.Sleep:
				if !c.Until.After(now) {
					t.Fatal("sleeps into the past")
				}
				now = c.Until
				continue
			case advance.Wake:
				row = live.Settle(c, advance.Outcome{}, now)
			case advance.Run:
				o := outcome(t, now)
				o.Running = o.Running && c.Input.IsMissing()
				row = live.Settle(c, o, now)
			case advance.Finish:
				if !c.Status.Final() {
					t.Fatalf("finished as %s", c.Status)
				}
				if c.Status == flow.Succeeded || retries == 0 || c.Reason == flow.ReasonLimit {
					return
				}
				retries--
				row = flow.Step{N: live.Rows() + 1, Type: flow.MarkerRetry, Round: 2 - retries, StartedAt: now}
			}
			live.Apply(row)
			journal = put(journal, row)
			folded := fresh()
			for _, r := range journal {
				folded.Apply(r)
			}
			if diff := cmp.Diff(see(live, now), see(folded, now), cmp.AllowUnexported(value.Value{}, advance.Place{})); diff != "" {
				t.Fatalf("fold differs from the live state (-live +fold):\n%s", diff)
			}
			now = now.Add(time.Millisecond)
		}
	})
}

// put adds a row to a journal as the store does: sorted by N, replacing a row with the same N.
func put(journal []flow.Step, row flow.Step) []flow.Step {
	i, found := slices.BinarySearchFunc(journal, row.N, func(x flow.Step, n int) int { return x.N - n })
	if found {
		journal[i] = row
		return journal
	}
	return slices.Insert(journal, i, row)
}

func list(keys ...string) []flow.Node {
	var nodes []flow.Node
	for _, k := range keys {
		nodes = append(nodes, flow.Node{Key: k, Type: "fake"})
	}
	return nodes
}

// step settles and applies one outcome.
func step(s *advance.State, o advance.Outcome, now time.Time) flow.Step {
	row := s.Settle(s.Next(now), o, now)
	s.Apply(row)
	return row
}

func TestBranchesAreEnteredAndLeft(t *testing.T) {
	nodes := list("a", "z")
	nodes[0].Branches = []flow.Branch{{Name: "then", Nodes: list("b", "c")}, {Name: "else"}}
	for branch, want := range map[string][]string{"then": {"a", "b", "c", "z"}, "else": {"a", "z"}, "other": {"a", "z"}} {
		p := advance.NewProgram(nodes)
		s := advance.New(p, start, 0, advance.Limits{})
		var got []string
		for c := s.Next(start); c.Action == advance.Run; c = s.Next(start) {
			got = append(got, p.Node(c.Index).Key)
			step(s, advance.Outcome{Branch: branch}, start)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("branch %s (-want +got):\n%s", branch, diff)
		}
		if c := s.Next(start); c.Status != flow.Succeeded {
			t.Errorf("branch %s ended as %s", branch, c.Status)
		}
	}
}

func TestAFailedAttemptIsRepeatedAfterItsBackOff(t *testing.T) {
	nodes := list("a")
	nodes[0].Retry = flow.Retry{Attempts: 3, Delay: time.Second, Factor: 3, MaxDelay: 2 * time.Second}
	s := advance.New(advance.NewProgram(nodes), start, 0, advance.Limits{})
	bad := advance.Outcome{Error: &flow.Error{Code: "error", Message: "down"}}
	now := start
	for attempt, pause := range []time.Duration{time.Second, 2 * time.Second} {
		row := step(s, bad, now)
		if row.Attempt != attempt+1 || !row.WakeAt.Equal(now.Add(pause)) {
			t.Fatalf("attempt %d wakes after %s", row.Attempt, row.WakeAt.Sub(now))
		}
		c := s.Next(now)
		if c.Action != advance.Sleep || !c.Until.Equal(now.Add(pause)) {
			t.Fatalf("got %+v", c)
		}
		now = c.Until
	}
	if row := step(s, bad, now); row.Attempt != 3 || !row.WakeAt.IsZero() {
		t.Fatalf("the last attempt is %+v", row)
	}
	if c := s.Next(now); c.Action != advance.Finish || c.Status != flow.Failed || s.Error().Node != "a" {
		t.Fatalf("got %+v, %v", c, s.Error())
	}
}

func TestAFailureMaySayWhenToTryAgain(t *testing.T) {
	retry := flow.Retry{Attempts: 3, Delay: 10 * time.Second, Factor: 1, MaxDelay: time.Minute}
	for _, c := range []struct {
		name  string
		retry flow.Retry
		after time.Duration
		wait  time.Duration // 0: no further attempt
	}{
		{"not at all", retry, 0, 10 * time.Second},
		{"earlier than the node would", retry, time.Second, 10 * time.Second},
		{"later", retry, 30 * time.Second, 30 * time.Second},
		{"later than maxDelay", retry, time.Hour, time.Minute},
		{"in the past", retry, -time.Hour, 10 * time.Second},
		{"and the node makes one attempt", flow.Retry{}, 30 * time.Second, 0},
	} {
		nodes := list("a")
		nodes[0].Retry = c.retry
		s := advance.New(advance.NewProgram(nodes), start, 0, advance.Limits{})
		row := step(s, advance.Outcome{Error: &flow.Error{Code: "error"}, RetryAfter: c.after}, start)
		if c.wait == 0 {
			if !row.WakeAt.IsZero() || s.Next(start).Action != advance.Finish {
				t.Errorf("%s: %+v", c.name, row)
			}
			continue
		}
		if next := s.Next(start); !row.WakeAt.Equal(start.Add(c.wait)) || next.Action != advance.Sleep || !next.Until.Equal(row.WakeAt) {
			t.Errorf("%s: waits until %s, and %+v", c.name, row.WakeAt, next)
		}
	}
}

func TestAnErrorBranchSeesItsErrorAndNoOther(t *testing.T) {
	nodes := list("a", "z")
	nodes[0].OnError = flow.OnErrorBranch
	inner := list("b", "y")
	inner[0].OnError = flow.OnErrorBranch
	inner[0].Branches = []flow.Branch{{Name: flow.ErrorBranch, Nodes: list("c")}}
	nodes[0].Branches = []flow.Branch{{Name: flow.ErrorBranch, Nodes: inner}}
	p := advance.NewProgram(nodes)
	s := advance.New(p, start, 0, advance.Limits{})
	saw := map[string]string{}
	for c := s.Next(start); c.Action == advance.Run; c = s.Next(start) {
		key := p.Node(c.Index).Key
		if err := s.Caught(c.Place, c.Index); err != nil {
			saw[key] = err.Node
		}
		o := advance.Outcome{}
		if key == "a" || key == "b" {
			o.Error = &flow.Error{Code: "error", Message: "broke"}
		}
		step(s, o, start)
	}
	want := map[string]string{"b": "a", "c": "b", "y": "a"}
	if diff := cmp.Diff(want, saw); diff != "" {
		t.Error(diff)
	}
}

func TestAnOutboundStepRepeatsItsJournaledInput(t *testing.T) {
	s := advance.New(advance.NewProgram(list("a")), start, 0, advance.Limits{})
	first := step(s, advance.Outcome{Input: value.String("x"), Running: true, Started: start}, start)
	c := s.Next(start)
	if text, _ := c.Input.Str(); text != "x" || c.Attempt != 1 {
		t.Fatalf("got %+v", c)
	}
	row := step(s, advance.Outcome{Value: value.Bool(true)}, start.Add(time.Second))
	if row.N != first.N || row.Input.Text() != `"x"` || !row.StartedAt.Equal(start) || row.Attempt != 1 {
		t.Fatalf("got %+v", row)
	}
}

func TestARetryKnowsTheInputOfTheAttemptThatFailedInItsRound(t *testing.T) {
	nodes := list("a", "b")
	nodes[0].Retry = flow.Retry{Attempts: 2, Delay: time.Second}
	s := advance.New(advance.NewProgram(nodes), start, 0, advance.Limits{})
	failed := advance.Outcome{Input: value.String("x"), Error: &flow.Error{Code: "error"}}
	step(s, failed, start)
	later := start.Add(time.Second)
	if c := s.Next(later); c.Attempt != 2 || c.Failed.Text() != `"x"` || !c.Input.IsMissing() {
		t.Fatalf("the retry is %+v", c)
	}
	step(s, failed, later)
	s.Apply(flow.Step{N: s.Rows() + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: later})
	if c := s.Next(later); c.Attempt != 1 || !c.Failed.IsMissing() {
		t.Fatalf("in the next round: %+v", c)
	}
	step(s, advance.Outcome{Value: value.Null()}, later)
	if c := s.Next(later); c.Index != 1 || !c.Failed.IsMissing() {
		t.Fatalf("the next node is %+v", c)
	}
}

func TestATimedOutExecutionGetsItsWholeTimeAgainWhenRetried(t *testing.T) {
	s := advance.New(advance.NewProgram(list("a")), start, time.Minute, advance.Limits{})
	late := start.Add(time.Hour)
	if c := s.Next(late); c.Status != flow.Aborted || c.Reason != flow.ReasonTimeout {
		t.Fatalf("got %+v", c)
	}
	s.Apply(flow.Step{N: 1, Type: flow.MarkerRetry, Round: 1, StartedAt: late})
	if c := s.Next(late.Add(time.Second)); c.Action != advance.Run {
		t.Fatalf("got %+v", c)
	}
}
