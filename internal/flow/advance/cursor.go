package advance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// cursor is a place at which an execution goes on: in the list of the workflow, in a pass of a loop, or in
// a branch of a fork. While its node is a loop or fork whose row is open, it stands there, and the
// cursors that the node began go on.
type cursor struct {
	up     *cursor // the one whose node began it; nil: the workflow's own
	number int     // of the pass, from 0, or the branch
	frame  *frame

	at       int         // the node whose turn it is, or done
	attempt  int         // attempts of that node made in this round
	wake     time.Time   // nothing happens before
	waiting  bool        // the node waits for wake, and has then succeeded
	open     *flow.Step  // a row that is running or waiting and will be replaced; nil: none
	progress value.Value // what an attempt before has done in part
	group    *group      // what the node at the cursor began
	failed   *flow.Error // nothing in the pass or branch handled it
	failedAt time.Time
	canceled bool // its end is of no account any more
	round    int  // of its last row
	busy     bool // Take: its attempt is under way; no part of the journal
}

// frame keeps the results of nodes: those outside of passes, or those of one pass. It goes when the
// pass is over.
type frame struct {
	up      *frame
	loop    int    // done: outside of passes
	base    int    // node of results[0]
	prefix  string // of the paths of rows
	results []value.Value
	caught  map[int]*flow.Error // by node; what its error branch handles
}

// find returns the frame of a loop's pass, from the inside, or nil.
func (f *frame) find(loop int) *frame {
	for f != nil && f.loop != loop {
		f = f.up
	}
	return f
}

// group is what a loop or fork whose row is open has begun.
type group struct {
	node    int
	fork    bool
	any     bool        // of a fork: one branch is enough
	passes  flow.Passes // of a loop
	cursors []*cursor   // under way; those of branches that failed and may be retried, too
	won     []bool      // of a fork: which branches succeeded
	next    int         // of a loop: the pass after the last that began
	gaps    []int       // passes before next that have not begun, in order
	broken  bool        // no further pass begins
	passed  flow.Passed
	err     *flow.Error // the node fails with it

	taken []int // Take: passes whose first attempt is under way, in order; no part of the journal
}

// child returns a cursor that is under way.
func (g *group) child(number int) *cursor {
	for _, t := range g.cursors {
		if t.number == number {
			return t
		}
	}
	return nil
}

// begun reports whether a pass has begun, and is perhaps over.
func (g *group) begun(pass int) bool {
	_, gap := slices.BinarySearch(g.gaps, pass)
	return pass < g.next && !gap
}

// noteBegun remembers that a pass begins.
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

// nextPass returns the next pass to begin; done when there is none.
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

// complete reports whether the node's own row can be written.
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

// countFailure counts a pass that failed.
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

// remove takes a cursor out that is over.
func (s *State) remove(t *cursor) {
	g := t.up.group
	if i := slices.Index(g.cursors, t); i >= 0 {
		g.cursors = slices.Delete(g.cursors, i, i+1)
		s.count--
	}
	t.at = done
}

// drop forgets what a cursor's node began.
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

// prefix begins the paths of rows in a pass of the loop at which a cursor stands.
func (s *State) prefix(t *cursor, pass int) string {
	return t.frame.prefix + s.program.nodes[t.at].Key + "[" + strconv.Itoa(pass) + "]/"
}

// passIn reads the pass off the first element of a path, and returns what follows it.
func passIn(path string) (pass int, rest string, ok bool) {
	head, rest, _ := strings.Cut(path, "/")
	_, number, _ := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	pass, err := strconv.Atoi(number)
	return pass, rest, err == nil && pass >= 0
}
