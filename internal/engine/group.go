package engine

import (
	"slices"

	"hookline.dev/hookline/internal/ident"
)

// group bounds the executions of one workflow, or of one group in it, that run at once. What is too
// many waits in it, oldest first. A part of the hand-off keeps such executions whole; beyond that only
// their ids are kept, and their places go to executions of other groups. The claim stays, and the
// backlog at the door bounds how many there are.
type group struct {
	key     string
	running int
	waiting []waiter
}

// waiter is a parked execution.
type waiter struct {
	id    ident.ID
	job   *job       // nil: it is to be read from the table when its turn comes
	watch *spectator // the caller who sits for it, when job is nil
}

// entry is what became of a job at its group's door.
type entry uint8

const (
	entered entry = iota // it may run
	parked               // it waits in the group, which has it now
	crowded              // it has to go back to the table, and comes again
)

// keptShare is the part of the hand-off, and of its bytes, that may be taken by whole executions that wait for their
// groups: one in so many.
const keptShare = 4

// enter takes a place in the execution's group.
func (e *Engine) enter(j *job, r *run) entry {
	limit := r.compiled.Workflow.Options.Concurrency.Limit
	if limit <= 0 || j.group != nil || j.canceled.Load() {
		return entered
	}
	key, err := r.groupKey()
	if err != nil {
		// An execution whose group cannot be told shares one with its like, rather than running free.
		e.log.Warn("cannot render the concurrency group", "execution", text(j.execution), "error", err)
	}
	key = j.execution.Workflow + "\x00" + key
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.groups[key]
	if g == nil {
		g = &group{key: key}
		e.groups[key] = g
	}
	if g.running < limit {
		g.running++
		j.group = g
		return entered
	}
	return e.park(g, j)
}

// park puts a job among those of its group that wait already. The lock is held.
func (e *Engine) park(g *group, j *job) entry {
	switch {
	case e.keeps(j) || e.parked >= e.opt.Parked:
		if !j.placed {
			j.placed = true
			e.held.Add(1)
		}
		e.kept++
		e.bytes += j.weight
		g.add(waiter{id: j.execution.ID, job: j})
		return parked
	case j.execution.Resumes > 0:
		// Restarts counted against it for being claimed, and it may stay so for long: others must
		// not have to wait while it runs alone one day. Letting go of it clears the count.
		return crowded
	default:
		e.parked++
		g.add(waiter{id: j.execution.ID, watch: j.watch})
		delete(e.jobs, j.execution.ID)
		e.giveBack(j)
		return parked
	}
}

// keeps reports whether one more may wait whole. The lock is held.
func (e *Engine) keeps(j *job) bool {
	return e.kept < e.opt.HandOff/keptShare && e.bytes+j.weight <= e.opt.HandOffBytes/keptShare
}

// add puts a waiter in its place by age: several slots bring jobs to the group, and not in their order.
func (g *group) add(w waiter) {
	i := len(g.waiting)
	for i > 0 && g.waiting[i-1].id > w.id {
		i--
	}
	g.waiting = slices.Insert(g.waiting, i, w)
}

// unpark takes an execution out of the group it waits in. The lock is held.
func (e *Engine) unpark(id ident.ID) (*job, bool) {
	for _, g := range e.groups {
		for i, w := range g.waiting {
			if w.id == id {
				g.waiting = slices.Delete(g.waiting, i, i+1)
				return e.recall(w), true
			}
		}
	}
	return nil, false
}

// recall makes a job of a waiter again. The lock is held.
func (e *Engine) recall(w waiter) *job {
	if w.job != nil {
		e.kept--
		e.bytes -= w.job.weight
		return w.job
	}
	e.parked--
	e.held.Add(1)
	j := &job{bare: true, watch: w.watch, placed: true}
	j.execution.ID = w.id
	e.jobs[w.id] = j
	return j
}

// leave gives the place back and lets the next of the group run. The place passes on directly, so
// nobody overtakes.
func (e *Engine) leave(j *job) {
	g := j.group
	if g == nil {
		return
	}
	j.group = nil
	if next := e.pass(g); next != nil {
		e.queue.put(next)
	}
}

// pass hands a place of the group to the one that waits longest, or gives it up.
func (e *Engine) pass(g *group) *job {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(g.waiting) > 0 {
		next := e.recall(g.waiting[0])
		g.waiting[0] = waiter{}
		g.waiting = g.waiting[1:]
		next.group = g
		return next
	}
	g.running--
	if g.running == 0 {
		delete(e.groups, g.key)
	}
	return nil
}
