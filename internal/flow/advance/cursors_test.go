package advance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/value"
)

// forest is a random tree with loops and forks.
type forest struct {
	nodes  []flow.Node
	inputs map[string]func(*rapid.T) value.Value // of loops and forks, by key
	count  int
	alone  map[string]bool   // nodes beside which nothing else runs
	sets   map[string]string // nodes that set the output and, if one is named, the result of that node
}

// grow generates a list of nodes.
func (f *forest) grow(t *rapid.T, depth int, alone bool) []flow.Node {
	var nodes []flow.Node
	for range rapid.IntRange(1, 3).Draw(t, "length") {
		if f.count > 25 {
			depth = 0 // failures of small trees are readable
		}
		f.count++
		n := flow.Node{Key: fmt.Sprintf("n%d", f.count), Type: "fake"}
		f.alone[n.Key] = alone
		n.OnError = rapid.SampledFrom([]flow.OnError{flow.OnErrorFail, flow.OnErrorContinue, flow.OnErrorBranch}).Draw(t, "onError")
		switch what := rapid.IntRange(0, 4).Draw(t, "form"); {
		case depth > 0 && what == 0:
			n.Type = "loop"
			f.loop(t, &n, depth, alone)
		case depth > 0 && what == 1:
			n.Type = "fork"
			mode := rapid.SampledFrom([]string{flow.ForkAll, flow.ForkAny}).Draw(t, "mode")
			f.inputs[n.Key] = func(*rapid.T) value.Value { return value.Trusted(`{"mode":"` + mode + `"}`) }
			for b := range rapid.IntRange(1, 3).Draw(t, "branches") {
				n.Branches = append(n.Branches, flow.Branch{Name: fmt.Sprintf("b%d", b), Nodes: f.grow(t, depth-1, false)})
			}
			if rapid.IntRange(0, 5).Draw(t, "an empty branch") == 0 {
				n.Branches = append(n.Branches, flow.Branch{Name: "empty"})
			}
		default:
			n.Retry = flow.Retry{Attempts: rapid.IntRange(0, 2).Draw(t, "attempts"), Delay: time.Second}
			if depth > 0 && what == 2 {
				n.Branches = append(n.Branches, flow.Branch{Name: "then", Nodes: f.grow(t, depth-1, alone)})
			}
		}
		if depth > 0 && n.OnError == flow.OnErrorBranch {
			n.Branches = append(n.Branches, flow.Branch{Name: flow.ErrorBranch, Nodes: f.grow(t, depth-1, alone)})
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// loop generates a loop: over up to four items, or while a condition holds.
func (f *forest) loop(t *rapid.T, n *flow.Node, depth int, alone bool) {
	parallel := rapid.IntRange(1, 3).Draw(t, "parallel")
	while := parallel == 1 && rapid.Bool().Draw(t, "while")
	onError := rapid.SampledFrom([]flow.PassError{flow.PassFail, flow.PassBreak, flow.PassContinue}).Draw(t, "onItemError")
	f.inputs[n.Key] = func(t *rapid.T) value.Value {
		over := fmt.Sprintf(`"over":%d,`, rapid.IntRange(0, 4).Draw(t, "items"))
		if while {
			over = ""
		}
		return value.Trusted(fmt.Sprintf(`{%s"while":%v,"parallel":%d,"maxItems":4,"onItemError":%q}`, over, while, parallel, onError))
	}
	n.Branches = append(n.Branches, flow.Branch{Name: flow.PassBranch, Nodes: f.grow(t, depth-1, alone && parallel == 1)})
}

// newForest generates a tree and its program. Nodes beside which nothing else runs may set the output and the
// result of an earlier node.
func newForest(t *rapid.T) (*forest, *advance.Program) {
	f := &forest{inputs: map[string]func(*rapid.T) value.Value{}, alone: map[string]bool{}, sets: map[string]string{}}
	f.nodes = f.grow(t, 3, true)
	p := advance.NewProgram(f.nodes)
	for i := range p.Len() {
		n := p.Node(i)
		if n.Type != "fake" || !f.alone[n.Key] || rapid.IntRange(0, 3).Draw(t, "sets") > 0 {
			continue
		}
		f.sets[n.Key] = ""
		if target := p.Node(rapid.IntRange(0, i).Draw(t, "target")); f.alone[target.Key] && target.Type == "fake" {
			f.sets[n.Key] = target.Key
		}
	}
	return f, f.program(f.nodes)
}

// program prepares a program as the engine does.
func (f *forest) program(nodes []flow.Node) *advance.Program {
	p := advance.NewProgram(nodes)
	for i := range p.Len() {
		n := p.Node(i)
		switch n.Type {
		case "loop":
			p.SetPasses(i)
		case "fork":
			p.SetFork(i)
		}
		if target, sets := f.sets[n.Key]; sets {
			p.SetOutput(i)
			p.SetAssign(i, target)
		}
	}
	return p
}

// player plays an execution as the engine would, with concurrent attempts.
type player struct {
	t       *rapid.T
	forest  *forest
	program *advance.Program
	limits  advance.Limits
	live    *advance.State
	now     time.Time
	journal []flow.Step
	tasks   []advance.Command
	lost    map[int]bool // the N of canceled rows
	rewound int          // retries from a step
}

func (p *player) fresh() *advance.State { return advance.New(p.program, start, 0, p.limits) }

func (p *player) fold() *advance.State {
	return advance.Fold(p.program, start, 0, p.limits, p.journal)
}

// apply applies rows that are committed together, and compares the live state with the fold.
func (p *player) apply(rows ...flow.Step) {
	for _, row := range rows {
		p.put(row)
	}
	if diff := cmp.Diff(p.live.Dump(), p.fold().Dump()); diff != "" {
		p.t.Fatalf("fold differs from the live state (-live +fold):\n%s", diff)
	}
	if who := p.live.OverParallel(p.rewound); who != "" {
		p.t.Fatal(who)
	}
	p.tasks = slices.DeleteFunc(p.tasks, func(c advance.Command) bool {
		if p.live.Live(c.Place) {
			return false
		}
		p.live.Release(c)
		return true
	})
}

// put applies a row of a commit.
func (p *player) put(row flow.Step) {
	if p.lost[row.N] {
		p.t.Fatalf("row %d of %s is written after it was canceled", row.N, row.Path)
	}
	p.live.Apply(row)
	p.journal = put(p.journal, row)
	if row.Status == flow.Canceled {
		p.lost[row.N] = true
	}
}

// draw generates the outcome of an attempt.
func (p *player) draw(c advance.Command) advance.Outcome {
	key := p.program.Node(c.Index).Key
	input, holds := p.forest.inputs[key]
	o := outcome(p.t, p.now)
	o.Running = o.Running && c.Input.IsMissing() && !holds
	if o.Ends != "" && !p.forest.alone[key] {
		o.Ends = ""
	}
	if o.Error != nil && !holds && rapid.IntRange(0, 3).Draw(p.t, "fail node") == 0 {
		o.Ends = flow.Failed
	}
	if holds && o.Error == nil {
		o = advance.Outcome{Input: input(p.t), Started: p.now}
	}
	return o
}

// settle settles a Run command.
func (p *player) settle(c advance.Command) {
	o := p.draw(c)
	row := p.live.Settle(c, o, p.now)
	if row.Status == flow.Succeeded {
		row.Result = value.String(row.Path)
	}
	p.sees(c, row)
	p.apply(row)
}

// sees checks that a node sees the results of its own and the enclosing passes, and no others.
func (p *player) sees(c advance.Command, row flow.Step) {
	own := strings.TrimSuffix(row.Path, row.Node)
	for i := range p.program.Len() {
		key := p.program.Node(i).Key
		text, ok := p.live.Result(c.Place, key).Str()
		if prefix, itself := strings.CutSuffix(text, key); ok && itself && !strings.HasPrefix(own, prefix) {
			p.t.Fatalf("%s sees %s as %s", row.Path, key, text)
		}
	}
}

// turn executes the next command. It returns false when the execution has ended and is not retried.
func (p *player) turn(retries *int) bool {
	c := p.live.Next(p.now)
	if c.Action != advance.Close && c.Action != advance.Finish && len(p.tasks) > 0 && (c.Action == advance.Await || rapid.Bool().Draw(p.t, "completes")) {
		if c.Action == advance.Await && !c.Until.IsZero() && rapid.Bool().Draw(p.t, "wakes") {
			p.now = c.Until
			return true
		}
		i := rapid.IntRange(0, len(p.tasks)-1).Draw(p.t, "which")
		c := p.tasks[i]
		p.tasks = slices.Delete(p.tasks, i, i+1)
		p.live.Release(c)
		p.settle(c)
		return true
	}
	switch c.Action {
	case advance.Await:
		p.t.Fatal("waits for an attempt, and none is under way")
	case advance.Sleep:
		if !c.Until.After(p.now) {
			p.t.Fatal("sleeps into the past")
		}
		p.now = c.Until
	case advance.Wake:
		p.apply(p.live.Settle(c, advance.Outcome{}, p.now))
	case advance.Ask:
		p.ask(c)
	case advance.Close:
		p.close(c)
	case advance.Run:
		p.run(c)
	case advance.Finish:
		p.tasks = nil
		p.apply(p.live.Losers(c, p.now)...)
		if c.Status == flow.Succeeded || *retries == 0 || c.Reason == flow.ReasonLimit {
			return false
		}
		*retries--
		p.retry(2 - *retries)
	}
	return true
}

// retry begins the next round: from the failed step, from a step that has run, or from the start. The live state is
// the fold of the journal then, as in an engine that claims the execution.
func (p *player) retry(round int) {
	p.tasks = nil
	marker := flow.Step{N: p.live.Rows() + 1, Type: flow.MarkerRetry, Round: round, StartedAt: p.now}
	counts := advance.Lineage(p.journal)
	from := ""
	switch which := rapid.IntRange(-2, len(counts)-1).Draw(p.t, "from"); {
	case which == -2:
		from = flow.FromStart
	case which >= 0 && counts[which].Type != flow.MarkerRetry && !strings.HasSuffix(counts[which].Path, "]"):
		from = counts[which].Path
	}
	if from != "" {
		rerun, err := advance.Rewind(p.program, p.journal, from)
		if err == nil {
			marker.Input = rerun.Value()
			p.rewound++
			defer p.wentBack(rerun)
		}
	}
	p.journal = put(p.journal, marker)
	p.crash()
}

// wentBack checks the state after a retry from a step: that step is to run, and every row that stays has kept its result.
func (p *player) wentBack(r flow.Rerun) {
	if r.From != flow.FromStart && !p.live.StandsAt(r.From) {
		p.t.Fatalf("it does not stand at %s:\n%s", r.From, p.live.Dump())
	}
	if p.live.Next(p.now).Action == advance.Finish && p.program.Len() > 0 && p.limits.Steps == 0 {
		p.t.Fatal("nothing runs again")
	}
	for _, row := range advance.Lineage(p.journal) {
		if row.Path == r.From {
			p.t.Fatalf("row %d of %s still counts", row.N, row.Path)
		}
	}
}

// close settles a loop or fork, after what lost against its end.
func (p *player) close(c advance.Command) {
	for _, row := range p.live.Losers(c, p.now) {
		p.put(row)
	}
	p.apply(p.live.Settle(c, advance.Outcome{}, p.now))
}

// run settles a command at once, or leaves it in progress beside others.
func (p *player) run(c advance.Command) {
	if rapid.Bool().Draw(p.t, "flies") {
		p.live.Take(c)
		p.tasks = append(p.tasks, c)
		if who := p.live.OverParallel(p.rewound); who != "" {
			p.t.Fatal(who)
		}
		return
	}
	p.settle(c)
}

func (p *player) ask(c advance.Command) {
	if rapid.IntRange(0, 9).Draw(p.t, "cannot tell") == 0 {
		p.apply(p.live.Settle(c, advance.Outcome{Error: &flow.Error{Code: flow.CodeTemplate}}, p.now))
		return
	}
	next, limit := p.live.Asked(c, rapid.IntRange(0, 3).Draw(p.t, "holds") > 0)
	switch {
	case limit != nil:
		p.apply(p.live.Settle(c, advance.Outcome{Error: limit}, p.now))
	case next.Action == advance.Close:
		p.close(next)
	default:
		p.run(next)
	}
}

// crash discards everything except the journal.
func (p *player) crash() { p.live, p.tasks = p.fold(), nil }

// TestCursorsFoldToTheLiveState plays random programs with loops and forks, whose attempts end in any order,
// through crashes and retries.
func TestCursorsFoldToTheLiveState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &player{t: t, now: start, lost: map[int]bool{}}
		p.forest, p.program = newForest(t)
		p.limits = advance.Limits{Steps: rapid.SampledFrom([]int{0, 20, 400}).Draw(t, "limit")}
		p.live = p.fresh()
		for turns, retries := 0, 2; p.turn(&retries); turns++ {
			if turns > 20_000 {
				t.Fatalf("no end after %d rows", len(p.journal))
			}
			if rapid.IntRange(0, 30).Draw(t, "crash") == 0 {
				p.crash()
			}
			p.now = p.now.Add(time.Millisecond)
		}
	})
}

// TestWithCursorsARevisionIsCompatibleWithItself checks that every journal is compatible with its own program.
func TestWithCursorsARevisionIsCompatibleWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &player{t: t, now: start, lost: map[int]bool{}}
		p.forest, p.program = newForest(t)
		p.live = p.fresh()
		for retries := 1; rapid.IntRange(0, 20).Draw(t, "stop") > 0 && p.turn(&retries); {
		}
		if !advance.Compatible(p.program, p.program, p.journal) {
			t.Fatal("the same program is refused")
		}
	})
}

// TestWithCursorsACompatibleRevisionGoesOn continues executions with edited trees.
func TestWithCursorsACompatibleRevisionGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &player{t: t, now: start, lost: map[int]bool{}}
		p.forest, p.program = newForest(t)
		p.live = p.fresh()
		for retries := 0; rapid.IntRange(0, 20).Draw(t, "stop") > 0 && p.turn(&retries); {
		}
		p.crash()
		if p.live.Next(p.now).Status == flow.Succeeded {
			return
		}
		p.apply(flow.Step{N: p.live.Rows() + 1, Type: flow.MarkerRetry, Round: 1, StartedAt: p.now})
		count := p.forest.count
		to := p.forest.program(edited(t, p.forest.nodes, &count))
		if !advance.Compatible(p.program, to, p.journal) {
			return
		}
		is := advance.New(to, start, 0, advance.Limits{})
		for _, row := range p.journal {
			is.Apply(row)
		}
		late := start.AddDate(1, 0, 0)
		a, b := see(p.live, late), see(is, late)
		if a.Next.Action == b.Next.Action && a.Next.Action != advance.Finish {
			if x, y := p.live.Path(p.live.Next(late)), is.Path(is.Next(late)); x != y && slices.ContainsFunc(p.journal, func(s flow.Step) bool { return s.Path == x }) {
				t.Fatalf("it stood at %s and goes on at %s", x, y)
			}
		}
		a.Next, b.Next = advance.Command{}, advance.Command{}
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(value.Value{}, advance.Place{})); diff != "" {
			t.Fatalf("the fold differs (-was +is):\n%s", diff)
		}
	})
}
