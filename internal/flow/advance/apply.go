package advance

import (
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Apply folds one journal row into the state. A row that ends an open one has the same N. A row that
// does not fit where the execution stands is a programmer's error, or a damaged file.
//
// Live, rows come as they are settled, and a journal is read in the order of N, in which the row of a
// loop that is over stands before those of its passes. So rows of what is over are let pass, with what
// they leave behind outside of it, and rows of different strands come to the same in every order.
func (s *State) Apply(row flow.Step) {
	if row.Type == flow.MarkerRetry {
		s.tally(row)
		s.again(row)
		return
	}
	w, ok := s.route(row)
	if !ok {
		panic("advance: a journal row for " + row.Path + " does not fit where the execution stands")
	}
	s.apply(w, row)
}

// apply is Apply for a row whose place is known. It returns the strand that the row belongs to.
func (s *State) apply(w where, row flow.Step) *strand {
	s.tally(row)
	if w.over {
		s.afterwards(w, row)
		return w.strand
	}
	t := w.strand
	if w.begins {
		t = s.begin(t, w.pass)
	}
	t.round = row.Round
	if w.check {
		s.stop(t, row)
		return t
	}
	if t.open != nil {
		s.bytes -= size(*t.open)
	}
	t.open, t.attempt, t.waiting, t.wake, t.failed = nil, row.Attempt, false, time.Time{}, nil
	switch row.Status {
	case flow.Running:
		s.hold(t, row)
	case flow.Waiting:
		s.hold(t, row)
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
	strand *strand
	node   int
	pass   int  // that begins, of the loop at which the strand stands
	begins bool // the row is the first of that pass
	check  bool // the row tells that a loop's condition cannot be told, or holds too often
	over   bool // what the row belongs to is over; strand is the innermost around it that is not
}

// route finds the place of a row; false when it does not fit.
func (s *State) route(row flow.Step) (w where, ok bool) {
	i, known := s.program.byKey[row.Node]
	if !known {
		return where{}, false
	}
	w = where{strand: &s.root, node: i, check: strings.HasSuffix(row.Path, "]")}
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
			return w, false // in a pass of which nothing is known
		}
		g := w.strand.group
		if g == nil || w.strand.at != l.node {
			w.over = true
			return w, s.past(w.strand, l.node)
		}
		switch child := g.child(number); {
		case child != nil:
			w.strand = child
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
		entry, found := s.program.find(w.strand.at, flow.PassBranch)
		return w, found && entry.first == i
	case w.check:
		w.over = w.strand.at != i || w.strand.group == nil
		return w, !w.over || s.past(w.strand, i)
	case w.strand.canceled:
		w.over = true
		return w, true
	default:
		return w, w.strand.at == i
	}
}

// past reports whether a strand is done with a loop or fork that stood at a node.
func (s *State) past(t *strand, node int) bool {
	if t.at == node {
		return t.failed != nil || t.canceled
	}
	f := t.frame.find(s.program.home[node])
	return f != nil && !f.results[node-f.base].IsMissing()
}

// begin begins a pass of the loop at which a strand stands.
func (s *State) begin(t *strand, pass int) *strand {
	g := t.group
	g.note(pass)
	body, _ := s.program.find(t.at, flow.PassBranch)
	f := &frame{
		up: t.frame, loop: t.at, base: body.first, prefix: s.prefix(t, pass),
		results: make([]value.Value, body.end-body.first),
	}
	child := &strand{up: t, number: pass, frame: f, at: body.first}
	g.strands = append(g.strands, child)
	s.count++
	return child
}

// hold remembers an open row, and begins what its node holds open.
func (s *State) hold(t *strand, row flow.Step) {
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

// fork enters all branches of a node.
func (s *State) fork(t *strand, f flow.Fork) {
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
		g.strands = append(g.strands, &strand{up: t, number: b, frame: t.frame, at: branch.first})
		s.count++
	}
}

// tally keeps the journal's size. A row that replaces an open one is not counted as one more.
func (s *State) tally(row flow.Step) {
	s.rows = max(s.rows, row.N)
	s.bytes += size(row)
}

// size is what of a row counts in Limits.Bytes.
func size(row flow.Step) int64 {
	n := int64(len(row.Input.Text()) + len(row.Result.Text()))
	for _, l := range row.Log {
		n += int64(len(l.Text))
	}
	return n
}

// succeed stores the result and moves the cursor.
func (s *State) succeed(t *strand, row flow.Step) {
	i := t.at
	s.drop(t)
	s.keep(t, i, row)
	if row.Ends != "" {
		s.end(row, nil)
		return
	}
	s.move(t, s.program.enter(i, row.Branch))
}

// keep stores what a node came to, where those see it who may.
func (s *State) keep(t *strand, i int, row flow.Step) {
	s.store(t, i, row.Result)
	if target := s.program.assigns[i]; target != done {
		s.store(t, target, row.Result)
	}
	if s.program.outputs[i] {
		s.output = row.Result
	}
}

// store sets a node's result in the frame that keeps it, unless that is gone.
func (s *State) store(t *strand, i int, result value.Value) {
	if f := t.frame.find(s.program.home[i]); f != nil {
		f.results[i-f.base] = result
	}
}

// afterwards applies a row of what is over: what it left outside of that.
func (s *State) afterwards(w where, row flow.Step) {
	t := w.strand
	switch {
	case w.check || row.Status == flow.Canceled || !row.WakeAt.IsZero():
	case row.Status == flow.Succeeded:
		s.keep(t, w.node, row)
		if row.Ends != "" {
			s.end(row, nil)
		}
	case row.Status == flow.Failed && row.Ends == "" && s.handles(w.node):
		s.forgive(t, w.node, row)
	}
}

// move puts the cursor on a node, with no attempt made. A pass or branch that has no further one is over.
func (s *State) move(t *strand, to int) {
	t.at, t.attempt, t.progress = to, 0, value.Value{}
	if to != done {
		return
	}
	if t.up == nil {
		s.ended, s.during = flow.Succeeded, t.round
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

// end ends the execution where it stands. The cursors stay, so that a retry goes on with those nodes.
func (s *State) end(row flow.Step, err *flow.Error) {
	if s.ended != "" && s.during >= row.Round {
		return
	}
	s.ended, s.err, s.during = row.Ends, err, row.Round
	if row.Ends == "" {
		s.ended = flow.Failed
	}
}

// again lets an ended execution go on with the nodes at the cursors. A wait that was under way goes on
// as it was. What came later than the marker and stands before it in the journal, as it replaced an
// open row, is known by its round.
func (s *State) again(row flow.Step) {
	s.round = row.Round
	s.clock(row.StartedAt)
	if s.during < row.Round {
		s.ended, s.err, s.during = "", nil, 0
	}
	if s.root.at == done {
		s.ended = flow.Succeeded
	}
	s.refresh(&s.root, row.Round)
}

// refresh gives a strand and those that its node began all their attempts again.
func (s *State) refresh(t *strand, round int) {
	if t.round < round {
		if t.open == nil {
			t.attempt, t.wake = 0, time.Time{}
		}
		if t.up == nil || t.up.group.err == nil {
			t.failed = nil
		}
	}
	if t.group != nil {
		for _, child := range t.group.strands {
			s.refresh(child, round)
		}
	}
}
