package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Limits bound one execution (ARCHITECTURE: journal limits). Zero means no limit.
type Limits struct {
	Steps int   // journal rows
	Bytes int64 // of the rows' inputs, results and logs
}

// MaxCursors bounds the passes and branches of one execution that are in progress, including waiting ones. A loop
// without a pass in progress may begin one even beyond the limit, so that it always advances.
const MaxCursors = 4096

// State is the current state of an execution. It is rebuilt by applying its journal. It is not safe for concurrent
// use.
type State struct {
	program  *Program
	limits   Limits
	timeout  time.Duration // of the whole execution; 0: none
	deadline time.Time     // zero: none

	root  cursor
	top   frame
	count int // cursors in progress, not counting the root

	output     value.Value
	round      int
	rows       int
	bytes      int64
	ended      flow.Status
	endedRound int // the round in which it ended
	err        *flow.Error
}

// New returns the state of an execution with an empty journal. timeout counts from created; 0 means none.
func New(p *Program, created time.Time, timeout time.Duration, limits Limits) *State {
	s := &State{program: p, limits: limits, timeout: timeout}
	s.top = frame{loop: done, results: make([]value.Value, len(p.nodes))}
	s.root = cursor{frame: &s.top, at: p.start}
	s.clock(created)
	if s.root.at == done {
		s.ended = flow.Succeeded
	}
	return s
}

// Place says where in an execution a node runs: in which pass and which branch. The zero Place is outside of all of
// them. A Place is valid until its pass or branch is done.
type Place struct {
	cursor *cursor
	pass   int // a pass of the cursor's loop that has not begun, counted from 1; 0: the cursor itself
}

// in returns the cursor of a place.
func (s *State) in(p Place) *cursor {
	if p.cursor == nil {
		return &s.root
	}
	return p.cursor
}

// Live reports whether the work at a place still counts: its pass or branch has not failed or been canceled.
func (s *State) Live(p Place) bool {
	t := s.in(p)
	if p.pass > 0 && (t.group == nil || t.group.broken || t.group.err != nil || t.group.begun(p.pass-1)) {
		return false
	}
	for ; ; t = t.up {
		switch {
		case t.failed != nil || t.canceled:
			return false
		case t.up == nil:
			return true
		case t.up.group == nil || t.up.group.child(t.number) != t:
			return false
		}
	}
}

// Result returns a node's result as seen from a place. It is Missing if the node has not run, or ran in a pass that
// is done.
func (s *State) Result(p Place, key string) value.Value {
	i, ok := s.program.byKey[key]
	if !ok {
		return value.Value{}
	}
	if f := s.frameOf(p, i); f != nil {
		return f.results[i-f.base]
	}
	return value.Value{}
}

// Caught returns the error that the error branch around node i handles, or nil.
func (s *State) Caught(p Place, i int) *flow.Error {
	by := s.program.catcher[i]
	if by == done {
		return nil
	}
	if f := s.frameOf(p, by); f != nil {
		return f.caught[by]
	}
	return nil
}

// Scope returns the value of $scopes.<key> at a place, or Missing if no loop with that key encloses it.
func (s *State) Scope(p Place, key string) value.Value {
	t := s.in(p)
	if p.pass > 0 && s.program.nodes[t.at].Key == key {
		return t.group.passes.Scope(p.pass - 1)
	}
	for ; t.up != nil; t = t.up {
		if g := t.up.group; g != nil && !g.fork && s.program.nodes[g.node].Key == key {
			return g.passes.Scope(t.number)
		}
	}
	return value.Value{}
}

// frameOf returns the frame that keeps the result of node i as seen from a place, or nil. A pass that has not begun
// has no frame yet.
func (s *State) frameOf(p Place, i int) *frame {
	return s.in(p).frame.find(s.program.home[i])
}

// Results calls yield for every node outside of passes that has a result, in the order of the program.
func (s *State) Results(yield func(key string, result value.Value) bool) {
	for i, r := range s.top.results {
		if !r.IsMissing() && !yield(s.program.nodes[i].Key, r) {
			return
		}
	}
}

// Output returns the execution's output, or Missing if none was set.
func (s *State) Output() value.Value { return s.output }

// Error returns why the execution failed, or nil.
func (s *State) Error() *flow.Error { return s.err }

// Rows returns the number of rows in the journal.
func (s *State) Rows() int { return s.rows }

// Deadline returns when the execution times out, or zero for never.
func (s *State) Deadline() time.Time { return s.deadline }

// Single reports whether the execution has one cursor: no loop and no fork is in progress.
func (s *State) Single() bool { return s.root.group == nil }

// clock restarts the timeout.
func (s *State) clock(from time.Time) {
	if s.timeout > 0 {
		s.deadline = from.Add(s.timeout)
	}
}
