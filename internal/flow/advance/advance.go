package advance

import (
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Action is what a Command asks for.
type Action uint8

// The actions.
const (
	Run    Action = iota // run an attempt of node Index
	Wake                 // the wait of the node at Index is over: settle it as succeeded
	Ask                  // evaluate the condition of the loop at Index, in the scope of Place, and continue with Asked
	Close                // settle the loop or fork at Index, whose passes or branches are done; Losers first
	Await                // nothing to do before Until, or before an attempt in progress is settled
	Sleep                // nothing to do before Until
	Finish               // the execution is done, with Status
)

// Command is what to do now.
type Command struct {
	Action   Action
	Place    Place
	Index    int
	Attempt  int         // counted from 1
	Input    value.Value // Run: the input recorded by an earlier, interrupted attempt; otherwise Missing
	Failed   value.Value // Run: the input of the failed attempt of this round that the run repeats; otherwise Missing
	Progress value.Value // Run: the partial work so far, such as a collection.Progress; otherwise Missing
	Until    time.Time   // Await and Sleep; for Await, zero means no such time
	Status   flow.Status
	Reason   string
}

// Next returns what to do at the time now. It does not change the state. Work that began first comes first, and the
// end of a loop or fork comes before anything inside it or beside it.
func (s *State) Next(now time.Time) Command {
	switch {
	case s.ended != "":
		return Command{Action: Finish, Status: s.ended}
	case !s.deadline.IsZero() && !now.Before(s.deadline):
		return Command{Action: Finish, Status: flow.Aborted, Reason: flow.ReasonTimeout}
	}
	l := search{now: now}
	s.search(&s.root, &l)
	switch {
	case l.found && l.adds && s.limitReached():
		return Command{Action: Finish, Status: flow.Aborted, Reason: flow.ReasonLimit}
	case l.found:
		return l.command
	case l.busy:
		return Command{Action: Await, Until: s.earlier(l.wake)}
	case l.wake.IsZero():
		panic("advance: an execution that has not ended has nothing to do")
	default:
		return Command{Action: Sleep, Until: s.earlier(l.wake)}
	}
}

// earlier returns the earlier of at and the deadline. A zero time means none.
func (s *State) earlier(at time.Time) time.Time {
	if !s.deadline.IsZero() && (at.IsZero() || s.deadline.Before(at)) {
		return s.deadline
	}
	return at
}

// search is one search for the next command.
type search struct {
	now     time.Time
	command Command
	found   bool
	adds    bool // the command adds a row
	busy    bool // an attempt is in progress
	wake    time.Time
}

// offer keeps a command, unless an earlier one was found.
func (l *search) offer(c Command, adds bool) {
	if !l.found {
		l.command, l.found, l.adds = c, true, adds
	}
}

// search searches a cursor and its children. It returns true if the command found takes precedence over all others.
func (s *State) search(t *cursor, l *search) bool {
	if t.failed != nil || t.canceled {
		return false
	}
	if t.group != nil {
		return s.searchGroup(t, l)
	}
	place := Place{cursor: t}
	if t.up == nil {
		place = Place{}
	}
	switch {
	case t.busy:
		l.busy = true
	case t.wake.After(l.now):
		if l.wake.IsZero() || t.wake.Before(l.wake) {
			l.wake = t.wake
		}
	case t.waiting:
		l.offer(Command{Action: Wake, Place: place, Index: t.at, Attempt: t.attempt}, false)
	case t.open != nil:
		l.offer(Command{Action: Run, Place: place, Index: t.at, Attempt: t.attempt, Input: t.open.Input, Progress: t.progress}, false)
	default:
		l.offer(Command{Action: Run, Place: place, Index: t.at, Attempt: t.attempt + 1, Failed: t.input, Progress: t.progress}, true)
	}
	return false
}

// searchGroup searches the passes or branches of a cursor's node.
func (s *State) searchGroup(t *cursor, l *search) bool {
	g := t.group
	if g.complete() {
		l.command, l.found, l.adds = Command{Action: Close, Place: Place{cursor: t}, Index: t.at}, true, false
		return true
	}
	for _, child := range g.cursors {
		if s.search(child, l) {
			return true
		}
	}
	l.busy = l.busy || len(g.taken) > 0
	if g.fork || l.found || (s.count >= MaxCursors && len(g.cursors) > 0) {
		return false
	}
	if pass := g.nextPass(); pass != done {
		place := Place{cursor: t, pass: pass + 1}
		if g.passes.While {
			l.offer(Command{Action: Ask, Place: place, Index: t.at, Attempt: 1}, true)
		} else {
			l.offer(s.pass(place), true)
		}
	}
	return false
}

// pass returns the command that begins a pass.
func (s *State) pass(p Place) Command {
	body, _ := s.program.find(p.cursor.at, flow.PassBranch)
	return Command{Action: Run, Place: p, Index: body.first, Attempt: 1}
}

// Asked returns the command that follows Ask, given the result of the condition. If the condition held too often,
// limit is the error to settle the Ask with; otherwise it is nil.
func (s *State) Asked(c Command, holds bool) (next Command, limit *flow.Error) {
	most := c.Place.cursor.group.passes.Most
	switch {
	case !holds:
		return Command{Action: Close, Place: Place{cursor: c.Place.cursor}, Index: c.Index}, nil
	case c.Place.pass > most:
		return c, &flow.Error{Code: flow.CodeLimit, Message: "while: the condition still holds after " +
			strconv.Itoa(most) + " passes, which maxItems allows"}
	default:
		return s.pass(c.Place), nil
	}
}

// limitReached reports whether the journal has reached a limit, so that no row may be added.
func (s *State) limitReached() bool {
	return (s.limits.Steps > 0 && s.rows >= s.limits.Steps) ||
		(s.limits.Bytes > 0 && s.bytes >= s.limits.Bytes)
}

// Take marks the attempt of a Run command as in progress. Next does not return it again until Release. Take leaves
// no trace in the journal.
func (s *State) Take(c Command) {
	t := s.in(c.Place)
	if c.Place.pass > 0 {
		i, _ := slices.BinarySearch(t.group.taken, c.Place.pass-1)
		t.group.taken = slices.Insert(t.group.taken, i, c.Place.pass-1)
		return
	}
	t.busy = true
}

// Release ends the mark that Take set. Call it before the outcome is settled, and also if there is no outcome or it
// no longer counts (Live).
func (s *State) Release(c Command) {
	t := s.in(c.Place)
	if c.Place.pass == 0 {
		t.busy = false
		return
	}
	if g := t.group; g != nil {
		if i, ok := slices.BinarySearch(g.taken, c.Place.pass-1); ok {
			g.taken = slices.Delete(g.taken, i, i+1)
		}
	}
}

// Begun returns a command with its place updated after a row was applied for it. The row may have begun a pass.
func (s *State) Begun(c Command) Command {
	if g := s.in(c.Place).group; c.Place.pass > 0 && g != nil {
		if t := g.child(c.Place.pass - 1); t != nil {
			c.Place = Place{cursor: t}
		}
	}
	return c
}
