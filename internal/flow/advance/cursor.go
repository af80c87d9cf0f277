package advance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// cursor is a position at which an execution continues: in the list of the workflow, in a pass of a loop, or in a
// branch of a fork. While the row of a loop or fork is open, its cursor stays at that node and the cursors of its
// passes or branches advance.
type cursor struct {
	up     *cursor // the cursor whose node began this one; nil: this is the root
	number int     // of the pass, counted from 0, or of the branch
	frame  *frame

	at       int         // the next node to run, or done
	attempt  int         // attempts of that node made in this round
	wake     time.Time   // nothing happens before this time
	waiting  bool        // the node waits until wake, and then succeeds
	open     *flow.Step  // the running or waiting row that will be replaced; nil: none
	reopened bool        // open had ended and stays in the journal as it is: the end of the loop or fork is a new row
	input    value.Value // of the failed attempt that the next one repeats
	progress value.Value // the partial work of an earlier attempt
	group    *group      // the passes or branches of the node at the cursor
	failed   *flow.Error // a failure that nothing in the pass or branch handled
	failedAt time.Time
	canceled bool // its outcome no longer counts
	round    int  // of its last row
	busy     bool // set by Take: its attempt is in progress; not part of the journal
}

// frame keeps the results of nodes: those outside of all passes, or those of one pass. It is discarded when the
// pass is done.
type frame struct {
	up      *frame
	loop    int    // done: outside of passes
	base    int    // index of the node of results[0]
	prefix  string // prefix of the paths of rows
	results []value.Value
	caught  map[int]*flow.Error // by node: the error that its error branch handles
}

// find returns the frame of a loop's pass, searching from the inside out, or nil.
func (f *frame) find(loop int) *frame {
	for f != nil && f.loop != loop {
		f = f.up
	}
	return f
}

// group holds the passes or branches of a loop or fork whose row is open.
type group struct {
	node    int
	fork    bool
	any     bool        // of a fork: one successful branch is enough
	passes  flow.Passes // of a loop
	cursors []*cursor   // in progress, including failed branches that may be retried
	won     []bool      // of a fork: which branches succeeded
	next    int         // of a loop: the pass after the highest that began
	gaps    []int       // passes before next that have not begun, sorted
	broken  bool        // no further pass begins
	passed  flow.Passed
	err     *flow.Error // the error with which the node fails

	taken []int // set by Take: passes whose first attempt is in progress, sorted; not part of the journal
}

// child returns the cursor of a pass or branch, or nil if it is not in progress.
func (g *group) child(number int) *cursor {
	for _, t := range g.cursors {
		if t.number == number {
			return t
		}
	}
	return nil
}

// begun reports whether a pass has begun. It may also be done.
func (g *group) begun(pass int) bool {
	_, gap := slices.BinarySearch(g.gaps, pass)
	return pass < g.next && !gap
}

// noteBegun records that a pass begins.
func (g *group) noteBegun(pass int) {
	for ; g.next < pass; g.next++ {
		g.gaps = append(g.gaps, g.next)
	}
	if pass == g.next {
		g.next++
		return
	}
	if i, gap := slices.BinarySearch(g.gaps, pass); gap {
		g.gaps = slices.Delete(g.gaps, i, i+1)
	}
}

// nextPass returns the next pass to begin, or done if there is none.
func (g *group) nextPass() int {
	if g.broken || len(g.cursors)+len(g.taken) >= g.passes.Parallel {
		return done
	}
	for _, pass := range g.gaps {
		if _, taken := slices.BinarySearch(g.taken, pass); !taken {
			return pass
		}
	}
	pass := g.next
	i, taken := slices.BinarySearch(g.taken, pass)
	for ; taken && i < len(g.taken) && g.taken[i] == pass; i++ {
		pass++
	}
	if g.passes.Count >= 0 && pass >= g.passes.Count || g.passes.Count < 0 && !g.passes.While {
		return done
	}
	return pass
}

// complete reports whether the node's own final row can be written.
func (g *group) complete() bool {
	switch {
	case g.err != nil:
		return true
	case g.fork && g.any && slices.Contains(g.won, true):
		return true
	case g.fork:
		return len(g.cursors) == 0
	case len(g.cursors) > 0:
		return false
	case g.broken:
		return true
	case g.passes.Count < 0:
		return !g.passes.While
	default:
		return g.next >= g.passes.Count && len(g.gaps) == 0
	}
}

// countFailure counts a failed pass and keeps its error if it is among the first.
func (g *group) countFailure(pass int, err *flow.Error) {
	g.passed.Count++
	g.passed.Failed++
	at := len(g.passed.Errors)
	for at > 0 && g.passed.Errors[at-1].Index > pass {
		at--
	}
	if at < flow.ShownPassErrors {
		g.passed.Errors = slices.Insert(g.passed.Errors, at, flow.PassEnd{Index: pass, Error: *err})
		g.passed.Errors = g.passed.Errors[:min(len(g.passed.Errors), flow.ShownPassErrors)]
	}
}

// remove removes a cursor that is done from its group.
func (s *State) remove(t *cursor) {
	g := t.up.group
	if i := slices.Index(g.cursors, t); i >= 0 {
		g.cursors = slices.Delete(g.cursors, i, i+1)
		s.count--
	}
	t.at = done
}

// drop discards the passes or branches of a cursor's node.
func (s *State) drop(t *cursor) {
	if t.group == nil {
		return
	}
	for _, child := range t.group.cursors {
		s.drop(child)
		s.count--
	}
	t.group = nil
}

// prefix returns the prefix of the paths of rows in a pass of the loop at a cursor.
func (s *State) prefix(t *cursor, pass int) string {
	return t.frame.prefix + s.program.nodes[t.at].Key + "[" + strconv.Itoa(pass) + "]/"
}

// passIn reads the pass number from the first element of a path, and returns the rest of the path.
func passIn(path string) (pass int, rest string, ok bool) {
	head, rest, _ := strings.Cut(path, "/")
	_, number, _ := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	pass, err := strconv.Atoi(number)
	return pass, rest, err == nil && pass >= 0
}
