package advance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
)

// Rewind plans a retry from a step of an ended execution: which rows no longer count, and which loops and forks are open
// again. path is the path of a step, its node's key if it ran only once, or flow.FromStart.
//
//   - What ran before the step keeps its results. That step and everything after it runs again.
//   - In a loop whose passes run one after another, the later passes come after the step.
//   - Passes that run in parallel and the branches of a fork have no order: the others keep what they did. What failed in
//     them without a handler, or was canceled, runs again too, because the loop or fork could not end otherwise. So a
//     loop may have one pass more in progress than it allows.
//
// The error is of kind fault.NotFound if there is no such step in what counts, and of kind fault.Invalid if path means
// several steps.
func Rewind(p *Program, journal []flow.Step, path string) (flow.Rerun, error) {
	if path == flow.FromStart {
		r := flow.Rerun{From: path}
		if n := len(journal); n > 0 {
			r.Dropped = []flow.Rows{{First: 1, Last: journal[n-1].N}}
		}
		return r, nil
	}
	w := rewinder{program: p, latest: make(map[string]flow.Step), loops: make(map[string]loopInput), failed: make(map[string]bool)}
	for _, row := range Lineage(journal) {
		if row.Type != flow.MarkerRetry {
			w.add(row)
		}
	}
	w.noteFailed()
	if err := w.aim(path); err != nil {
		return flow.Rerun{}, err
	}
	r := flow.Rerun{From: w.target.row.Path}
	for i := range w.rows {
		switch w.decide(&w.rows[i]) {
		case drop:
			n := w.rows[i].row.N
			if last := len(r.Dropped) - 1; last >= 0 && r.Dropped[last].Last == n-1 {
				r.Dropped[last].Last = n
			} else {
				r.Dropped = append(r.Dropped, flow.Rows{First: n, Last: n})
			}
		case reopen:
			r.Reopened = append(r.Reopened, w.rows[i].row.N)
		case keep:
		}
	}
	if !standsAt(p, journal, r) {
		return flow.Rerun{}, fault.New(rewindOp, fault.Conflict, "the execution cannot go back to the step %s; retry it from the start", path)
	}
	return r, nil
}

const rewindOp = "advance.Rewind"

// standsAt reports whether the execution continues with the step of a Rerun.
func standsAt(p *Program, journal []flow.Step, r flow.Rerun) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // a row does not fit
		}
	}()
	n, round := 0, 0
	if len(journal) > 0 {
		n = journal[len(journal)-1].N
	}
	for i := range journal {
		round = max(round, journal[i].Round)
	}
	marker := flow.Step{N: n + 1, Type: flow.MarkerRetry, Round: round + 1, Input: r.Value()}
	return Fold(p, time.Time{}, 0, Limits{}, append(slices.Clone(journal), marker)).at(r.From)
}

// at reports whether the step with this path is the next of a cursor.
func (s *State) at(path string) bool { return s.ended == "" && s.isAt(&s.root, path) }

func (s *State) isAt(t *cursor, path string) bool {
	g := t.group
	switch {
	case t.failed != nil || t.canceled:
		return false
	case g == nil:
		return t.at != done && t.open == nil && t.frame.prefix+s.program.nodes[t.at].Key == path
	case g.complete(): // it ends at once: a branch has won already, or a failure was first
		return false
	case slices.ContainsFunc(g.cursors, func(child *cursor) bool { return s.isAt(child, path) }):
		return true
	case g.fork || g.broken:
		return false
	}
	body, _ := s.program.find(t.at, flow.PassBranch)
	pass, rest, fits := passIn(strings.TrimPrefix(path, t.frame.prefix))
	return fits && body.first != done && rest == s.program.nodes[body.first].Key && !g.begun(pass) &&
		s.prefix(t, pass)+rest == path // the first step of a pass that has not begun
}

// hop is a loop or fork around a step, and the pass or branch of it.
type hop struct{ node, child int }

// placed is a row with its place in the program.
type placed struct {
	row   flow.Step
	node  int
	hops  []hop    // outermost first
	under []string // the path of the row of each hop's node
	check bool     // the condition of the loop failed
}

// rewinder decides for each row whether it counts after a Rewind.
type rewinder struct {
	program *Program
	rows    []placed
	latest  map[string]flow.Step // the last row of each step, by path
	loops   map[string]loopInput // by the path of the loop's row
	failed  map[string]bool      // passes that failed in loops that go on nevertheless, by the prefix of their paths
	target  placed
}

// loopInput is what a Rewind asks of a loop's input.
type loopInput struct {
	valid    bool
	parallel bool
	goesOn   bool // after a pass has failed
}

// add places a row. Rows of nodes that the program does not have are left out; they cannot be folded anyway.
func (w *rewinder) add(row flow.Step) {
	i, known := w.program.byKey[row.Node]
	if !known {
		return
	}
	x := placed{row: row, node: i, check: strings.HasSuffix(row.Path, "]")}
	prefix, rest := "", row.Path
	for _, l := range w.program.links[i] {
		h := hop{node: l.node, child: l.branch}
		x.under = append(x.under, prefix+w.program.nodes[l.node].Key)
		if l.branch == done {
			head, _, _ := strings.Cut(rest, "/")
			var fits bool
			if h.child, rest, fits = passIn(rest); !fits {
				return
			}
			prefix += head + "/"
		}
		x.hops = append(x.hops, h)
	}
	w.rows = append(w.rows, x)
	if !x.check {
		w.latest[row.Path] = row
	}
}

// aim finds the step to go back to.
func (w *rewinder) aim(path string) error {
	var found []string
	for i := range w.rows {
		x := &w.rows[i]
		if x.check || x.row.Path != path && x.row.Node != path {
			continue
		}
		if x.row.Path == path {
			w.target = *x
			return nil
		}
		if !slices.Contains(found, x.row.Path) {
			found = append(found, x.row.Path)
			w.target = *x
		}
	}
	switch {
	case len(found) == 1:
		return nil
	case len(found) > 1:
		return fault.Field(rewindOp, "from", "the step %s ran %d times; name one of them by its path, such as %s", path, len(found), found[len(found)-1])
	}
	return fault.New(rewindOp, fault.NotFound, "no step %s has run in what counts of this execution; hookline executions show lists the paths", path)
}

// fate says what becomes of a row.
type fate uint8

const (
	keep fate = iota
	drop
	reopen
)

// decide compares the place of a row with that of the target.
func (w *rewinder) decide(x *placed) fate {
	t, k := &w.target, 0
	for k < len(x.hops) && k < len(t.hops) && x.hops[k] == t.hops[k] {
		k++
	}
	own, aim := x.at(k), t.at(k)
	switch {
	case own < aim: // in the order written, so it ran before
		return keep
	case own > aim:
		return drop
	case k == len(t.hops): // the target, or inside it
		return drop
	case k == len(x.hops): // a loop or fork around the target
		return w.around(x)
	}
	if !w.program.forked(own) && !w.loop(x.under[k]).parallel {
		if x.hops[k].child < t.hops[k].child {
			return keep
		}
		return drop
	}
	return w.beside(x, k)
}

// at returns the node of a row below its first k hops: its own, or the loop or fork that contains it.
func (x *placed) at(k int) int {
	if k < len(x.hops) {
		return x.hops[k].node
	}
	return x.node
}

// around decides about the row of a loop or fork that is open again.
func (w *rewinder) around(x *placed) fate {
	switch {
	case x.check:
		return drop
	case x.row.Status == flow.Running || !x.row.WakeAt.IsZero(): // open, or an attempt that did not begin it
		return keep
	case x.row.Input.IsMissing():
		return drop // it failed before it began
	default:
		return reopen
	}
}

// beside decides about a row of another pass or branch than the target's, in the loop or fork of hop k. It keeps what has
// ended well, or failed in a way that was handled.
func (w *rewinder) beside(x *placed, k int) fate {
	for m := k; m < len(x.hops); m++ {
		own := w.latest[x.under[m]]
		if m > k && settled(&own) || w.failed[x.pass(m)] {
			return keep
		}
	}
	switch {
	case x.check:
		return drop
	case w.latest[x.row.Path].N != x.row.N || !lost(&x.row):
		return keep // a later row tells how it ended
	case w.program.forms[x.node] == plain || !w.began(x):
		return drop
	default:
		return reopen
	}
}

// settled reports whether a loop or fork has ended in a way that its list goes on after.
func settled(row *flow.Step) bool {
	return row.Status == flow.Succeeded || row.Status == flow.Failed && row.Ends == "" && row.WakeAt.IsZero()
}

// lost reports whether a row ends its pass or branch without success.
func lost(row *flow.Step) bool {
	return row.Status == flow.Canceled || row.Status == flow.Failed && row.Ends != "" && row.WakeAt.IsZero()
}

// noteFailed finds the passes that failed in loops that go on nevertheless: they are done.
func (w *rewinder) noteFailed() {
	for i := range w.rows {
		x := &w.rows[i]
		m := len(x.hops) - 1
		if m < 0 || x.check || x.row.Status != flow.Failed || !lost(&x.row) || w.latest[x.row.Path].N != x.row.N {
			continue
		}
		if !w.program.forked(x.hops[m].node) && w.loop(x.under[m]).goesOn {
			w.failed[x.pass(m)] = true
		}
	}
}

// pass returns what the paths of all rows in the pass or branch of hop m begin with, and which branch it is.
func (x *placed) pass(m int) string { return x.under[m] + "[" + strconv.Itoa(x.hops[m].child) + "]" }

// loop returns what the input of the loop with this path says. An invalid one is that of a loop that never began.
func (w *rewinder) loop(path string) loopInput {
	l, known := w.loops[path]
	if !known {
		if input := w.latest[path].Input; !input.IsMissing() {
			passes, err := flow.PassesOf(input)
			l = loopInput{valid: err == nil, parallel: passes.Parallel > 1, goesOn: passes.OnError != flow.PassFail}
		}
		w.loops[path] = l
	}
	return l
}

// began reports whether the row of a loop or fork was open before it ended.
func (w *rewinder) began(x *placed) bool {
	return !x.row.Input.IsMissing() && (w.program.forked(x.node) || w.loop(x.row.Path).valid)
}

// forked reports whether a node runs all its branches at once.
func (p *Program) forked(i int) bool { return p.forms[i] == forked }
