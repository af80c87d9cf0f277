package advance

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Apply folds one journal row into the state. A row that ends an open one has the same N. Apply panics on a row
// that does not fit the state: that is a programming error, or a damaged file. The marker of a retry that drops rows
// (flow.Rerun) takes the whole journal: Fold.
//
// Live, rows are applied in the order in which they are settled. A stored journal is read in the order of N, in
// which the final row of a loop comes before the rows of its passes. So Apply accepts rows of passes and branches
// that are done, and keeps only their effects outside of them. Rows of different cursors give the same state in any
// order.
func (s *State) Apply(row flow.Step) {
	if row.Type == flow.MarkerRetry {
		s.countRow(row)
		s.retry(row)
		return
	}
	w, ok := s.locate(row)
	if !ok {
		panic("advance: a journal row for " + row.Path + " does not fit where the execution stands")
	}
	s.apply(w, row)
}

// apply is Apply for a row whose place is known. It returns the cursor of the row.
func (s *State) apply(w where, row flow.Step) *cursor {
	s.countRow(row)
	if w.over {
		s.applyLate(w, row)
		return w.cursor
	}
	t := w.cursor
	if w.begins {
		t = s.beginPass(t, w.pass)
	}
	t.round = row.Round
	if w.check {
		s.failCondition(t, row)
		return t
	}
	if t.open != nil && !t.reopened {
		s.bytes -= size(*t.open)
	}
	t.open, t.reopened, t.attempt, t.waiting, t.wake, t.failed = nil, false, row.Attempt, false, time.Time{}, nil
	switch row.Status {
	case flow.Running:
		s.openRow(t, row)
		t.wake = row.WakeAt
	case flow.Waiting:
		s.openRow(t, row)
		t.waiting, t.wake = true, row.WakeAt
	case flow.Succeeded:
		s.succeed(t, row)
	case flow.Failed:
		s.fail(t, row)
	case flow.Canceled:
		s.drop(t)
		t.canceled = true
	default:
		panic("advance: a journal row cannot be " + string(row.Status))
	}
	return t
}

// where is the place of a row.
type where struct {
	cursor *cursor
	node   int
	pass   int  // the pass that begins, of the loop at the cursor
	begins bool // the row is the first of that pass
	check  bool // the row reports that a loop's condition failed to evaluate, or held too often
	over   bool // the row belongs to something that is done; cursor is the innermost one around it that is not
}

// locate finds the place of a row. ok is false if the row does not fit.
func (s *State) locate(row flow.Step) (w where, ok bool) {
	i, known := s.program.byKey[row.Node]
	if !known {
		return where{}, false
	}
	w = where{cursor: &s.root, node: i, check: strings.HasSuffix(row.Path, "]")}
	path := row.Path
	for _, l := range s.program.links[i] {
		number := l.branch
		if number == done {
			var fits bool
			if number, path, fits = passIn(path); !fits {
				return w, false
			}
		}
		if w.begins {
			return w, false // inside a pass that has no row yet
		}
		g := w.cursor.group
		if g == nil || w.cursor.at != l.node {
			w.over = true
			return w, s.isPast(w.cursor, l.node)
		}
		switch child := g.child(number); {
		case child != nil:
			w.cursor = child
		case g.fork || g.begun(number):
			w.over = true
			return w, true
		case number >= g.passes.Most || (g.passes.Count >= 0 && number >= g.passes.Count):
			return w, false
		default:
			w.begins, w.pass = true, number
		}
	}
	switch {
	case w.begins:
		entry, found := s.program.find(w.cursor.at, flow.PassBranch)
		return w, found && entry.first == i
	case w.check:
		w.over = w.cursor.at != i || w.cursor.group == nil
		return w, !w.over || s.isPast(w.cursor, i)
	case w.cursor.canceled:
		w.over = true
		return w, true
	default:
		return w, w.cursor.at == i
	}
}

// isPast reports whether a cursor has completed the loop or fork at a node.
func (s *State) isPast(t *cursor, node int) bool {
	if t.at == node {
		return t.failed != nil || t.canceled
	}
	f := t.frame.find(s.program.home[node])
	return f != nil && !f.results[node-f.base].IsMissing()
}

// beginPass begins a pass of the loop at a cursor.
func (s *State) beginPass(t *cursor, pass int) *cursor {
	g := t.group
	g.noteBegun(pass)
	body, _ := s.program.find(t.at, flow.PassBranch)
	f := &frame{
		up: t.frame, loop: t.at, base: body.first, prefix: s.prefix(t, pass),
		results: make([]value.Value, body.end-body.first),
	}
	child := &cursor{up: t, number: pass, frame: f, at: body.first}
	g.cursors = append(g.cursors, child)
	s.count++
	return child
}

// openRow records an open row and begins the passes or branches of its node.
func (s *State) openRow(t *cursor, row flow.Step) {
	open := row
	t.open = &open
	if !row.Result.IsMissing() {
		t.progress = row.Result
	}
	if row.Status != flow.Running || t.group != nil {
		return
	}
	switch s.program.forms[t.at] {
	case passes:
		loop, err := flow.PassesOf(row.Input)
		if err != nil {
			panic("advance: the input of a loop that runs cannot be read: " + err.Error())
		}
		if _, ok := s.program.find(t.at, flow.PassBranch); !ok {
			loop.Count, loop.While = 0, false
		}
		loop.Parallel = max(loop.Parallel, 1)
		t.group = &group{node: t.at, passes: loop}
	case forked:
		s.fork(t, flow.ForkOf(row.Input))
	case plain:
	}
}

// fork begins all branches of a node.
func (s *State) fork(t *cursor, f flow.Fork) {
	spans := s.program.spans[t.at]
	g := &group{node: t.at, fork: true, any: f.Any, won: make([]bool, len(spans))}
	t.group = g
	for b, branch := range spans {
		if branch.name == flow.ErrorBranch {
			continue
		}
		if branch.first == done {
			g.won[b] = true
			continue
		}
		g.cursors = append(g.cursors, &cursor{up: t, number: b, frame: t.frame, at: branch.first})
		s.count++
	}
}

// countRow updates the journal's size. A row that replaces an open one does not count again.
func (s *State) countRow(row flow.Step) {
	s.rows = max(s.rows, row.N)
	s.bytes += size(row)
}

// size returns the bytes of a row that count for Limits.Bytes.
func size(row flow.Step) int64 {
	n := int64(len(row.Input.Text()) + len(row.Result.Text()))
	for _, l := range row.Log {
		n += int64(len(l.Text))
	}
	return n
}

// succeed stores the result and moves the cursor.
func (s *State) succeed(t *cursor, row flow.Step) {
	i := t.at
	s.drop(t)
	s.storeOutcome(t, i, row)
	if row.Ends != "" {
		s.end(row, nil)
		return
	}
	s.move(t, s.program.enter(i, row.Branch))
}

// storeOutcome stores the result of a node in the frames where other nodes read it.
func (s *State) storeOutcome(t *cursor, i int, row flow.Step) {
	s.storeResult(t, i, row.Result)
	if target := s.program.assigns[i]; target != done {
		s.storeResult(t, target, row.Result)
	}
	if s.program.outputs[i] {
		s.output = row.Result
	}
}

// storeResult sets a node's result in the frame that keeps it, if that frame still exists.
func (s *State) storeResult(t *cursor, i int, result value.Value) {
	if f := t.frame.find(s.program.home[i]); f != nil {
		f.results[i-f.base] = result
	}
}

// applyLate applies a row of a pass or branch that is done: only its effects outside of it.
func (s *State) applyLate(w where, row flow.Step) {
	t := w.cursor
	switch {
	case w.check || row.Status == flow.Canceled || !row.WakeAt.IsZero():
	case row.Status == flow.Succeeded:
		s.storeOutcome(t, w.node, row)
		if row.Ends != "" {
			s.end(row, nil)
		}
	case row.Status == flow.Failed && row.Ends == "" && s.handles(w.node):
		s.recordHandled(t, w.node, row)
	}
}

// move moves the cursor to a node, with no attempts made. If there is no further node, the pass, the branch or the
// execution is done.
func (s *State) move(t *cursor, to int) {
	t.at, t.attempt, t.input, t.progress = to, 0, value.Value{}, value.Value{}
	if to != done {
		return
	}
	if t.up == nil {
		s.ended, s.endedRound = flow.Succeeded, t.round
		return
	}
	g := t.up.group
	s.remove(t)
	if g.fork {
		g.won[t.number] = true
	} else {
		g.passed.Count++
	}
}

// end ends the execution. The cursors stay where they are, so that a retry continues with their nodes.
func (s *State) end(row flow.Step, err *flow.Error) {
	if s.ended != "" && s.endedRound >= row.Round {
		return
	}
	s.ended, s.err, s.endedRound = row.Ends, err, row.Round
	if row.Ends == "" {
		s.ended = flow.Failed
	}
}

// retry lets an ended execution continue with the nodes at the cursors. A wait in progress continues unchanged. A
// row that replaced an open row can be newer than the marker although it precedes it in the journal; its round
// tells.
func (s *State) retry(row flow.Step) {
	s.round = row.Round
	s.clock(row.StartedAt)
	if s.endedRound < row.Round {
		s.ended, s.err, s.endedRound = "", nil, 0
	}
	if s.root.at == done {
		s.ended = flow.Succeeded
	}
	s.resetAttempts(&s.root, row.Round)
	s.markReopened(&s.root, flow.RerunOf(row.Input).Reopened)
}

// resetAttempts gives a cursor and its children all their attempts again.
func (s *State) resetAttempts(t *cursor, round int) {
	if t.round < round {
		if t.open == nil {
			t.attempt, t.input, t.wake = 0, value.Value{}, time.Time{}
		}
		if t.up == nil || t.up.group.err == nil {
			t.failed = nil
		}
	}
	if t.group != nil {
		for _, child := range t.group.cursors {
			s.resetAttempts(child, round)
		}
	}
}
