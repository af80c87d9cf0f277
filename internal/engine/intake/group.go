package intake

import (
	"slices"

	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/ident"
)

// group bounds the executions of one workflow, or of one concurrency group in it, that run at once. What exceeds the
// limit waits in it, oldest first. A part of the hand-off keeps such executions whole; beyond that only
// their ids are kept, and their places go to executions of other groups (ADR 9). The claim stays, and the
// backlog at the front door bounds how many there are.
type group struct {
	key      string
	workflow string
	running  int
	waiting  []waiting
}

// waiting is a parked execution.
type waiting struct {
	id  ident.ID
	job *job // nil: it is read from the table when its turn comes
}

// entry is the outcome of entering a group.
type entry uint8

const (
	entered entry = iota // it may run
	parked               // it waits in the group, which has it now
	full                 // it has to go back to the table, and comes again
)

// wholeShare is the part of the hand-off, and of its bytes, that may be taken by whole executions that wait for
// their groups: one in so many.
const wholeShare = 4

// enterGroup takes a place in the execution's group.
func (in *Intake) enterGroup(j *job, r *run.Run) entry {
	limit := r.Concurrency()
	if limit <= 0 || j.group != nil || j.Canceled() {
		return entered
	}
	key, err := r.Group()
	if err != nil {
		// Executions whose group cannot be rendered share one, rather than running without a limit.
		in.Log.Warn("cannot render the concurrency group", run.About(&j.Execution, "error", err)...)
	}
	key = j.Execution.Workflow + "\x00" + key
	in.mu.Lock()
	defer in.mu.Unlock()
	g := in.groups[key]
	if g == nil {
		g = &group{key: key, workflow: j.Execution.Workflow}
		in.groups[key] = g
	}
	if g.running < limit {
		g.running++
		j.group = g
		return entered
	}
	return in.park(g, j)
}

// park puts a job among those of its group that wait already. The lock is held.
func (in *Intake) park(g *group, j *job) entry {
	switch {
	case in.keepsWhole(j) || in.parkedAsID >= in.Limits.Parked:
		if !j.placed {
			j.placed = true
			in.places.take(g.workflow, true, 0)
		}
		in.parkedWhole++
		in.parkedBytes += j.weight
		g.add(waiting{id: j.Execution.ID, job: j})
		return parked
	case j.Execution.Resumes > 0:
		// Restarts counted against it for being claimed, and it may stay so for long: others must
		// not have to wait while it runs alone one day. Releasing it clears the count.
		return full
	default:
		in.parkedAsID++
		in.parkedOf[g.workflow]++
		g.add(waiting{id: j.Execution.ID})
		delete(in.jobs, j.Execution.ID)
		in.giveBack(j)
		return parked
	}
}

// keepsWhole reports whether one more may wait whole. The lock is held.
func (in *Intake) keepsWhole(j *job) bool {
	return in.parkedWhole < in.Limits.HandOff/wholeShare && in.parkedBytes+j.weight <= in.Limits.HandOffBytes/wholeShare
}

// add puts an execution in its place by age: several slots bring jobs to the group, and not in their order.
func (g *group) add(w waiting) {
	i := len(g.waiting)
	for i > 0 && g.waiting[i-1].id > w.id {
		i--
	}
	g.waiting = slices.Insert(g.waiting, i, w)
}

// unpark takes an execution out of the group it waits in. The lock is held.
func (in *Intake) unpark(id ident.ID) (*job, bool) {
	for _, g := range in.groups {
		for i, w := range g.waiting {
			if w.id == id {
				g.waiting = slices.Delete(g.waiting, i, i+1)
				return in.resume(g, w), true
			}
		}
	}
	return nil, false
}

// resume makes a parked execution a job again. The lock is held.
func (in *Intake) resume(g *group, w waiting) *job {
	if w.job != nil {
		in.parkedWhole--
		in.parkedBytes -= w.job.weight
		return w.job
	}
	in.parkedAsID--
	if in.parkedOf[g.workflow]--; in.parkedOf[g.workflow] == 0 {
		delete(in.parkedOf, g.workflow)
	}
	in.places.take(g.workflow, true, 0)
	j := &job{Job: &run.Job{Partial: true}, placed: true}
	j.Execution.ID, j.Execution.Workflow = w.id, g.workflow
	in.jobs[w.id] = j
	return j
}

// leaveGroup gives the place back and lets the next of the group run. The place passes on directly, so
// nobody overtakes.
func (in *Intake) leaveGroup(j *job) {
	g := j.group
	if g == nil {
		return
	}
	j.group = nil
	if next := in.passOn(g); next != nil {
		in.enqueue(next)
	}
}

// passOn hands a place of the group to the one that waits longest, or gives it up.
func (in *Intake) passOn(g *group) *job {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(g.waiting) > 0 {
		next := in.resume(g, g.waiting[0])
		g.waiting[0] = waiting{}
		g.waiting = g.waiting[1:]
		next.group = g
		return next
	}
	g.running--
	if g.running == 0 {
		delete(in.groups, g.key)
	}
	return nil
}
