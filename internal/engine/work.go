package engine

import (
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
)

// work takes jobs from the queue, one at a time, each under a slot. A seated job has its own.
func (e *Engine) work() {
	own := make(chan *job, 1)
	for !e.stopped() {
		j := e.queue.get(own)
		if j == nil {
			select {
			case j = <-own:
			case <-e.stopping:
				return // dismiss tells who waits for what may have come
			}
		}
		if j.seated {
			j.seated = false // for when it comes back through the queue
			e.handle(j)
			continue
		}
		select {
		case e.slots <- struct{}{}:
			e.handle(j)
		case <-e.stopping:
			return // dismiss tells who waits for it
		}
	}
}

// handle runs a job under the slot that the caller took, and gives slot and place back.
func (e *Engine) handle(j *job) {
	defer func() { <-e.slots }()
	r, ok := e.open(j)
	if ok {
		switch e.enter(j, r) {
		case entered:
			r.drive()
		case parked:
			return // it comes back through the queue
		case crowded:
			if r.letGo() {
				e.fallBehind()
			}
		}
	}
	e.leave(j)
	e.drop(j, r.settled)
	e.giveBack(j)
	e.sendAway(j.watch)
}

// weigh notes how many bytes a job keeps in memory.
func (e *Engine) weigh(j *job, size int64) {
	j.weight = size
	e.load.Add(size)
}

// giveBack ends a job's place in the hand-off, if it has one, and what it weighs, and wakes the refiller
// when there is room again.
func (e *Engine) giveBack(j *job) {
	load := e.load.Add(-j.weight)
	j.weight = 0
	if j.placed {
		j.placed = false
		e.held.Add(-1)
	}
	if e.behind.Load() && e.held.Load() < int64(e.opt.HandOff/2) && load < e.opt.HandOffBytes {
		e.nudge()
	}
}

// open makes a job runnable: program, variables, folded journal. A job that cannot run is failed.
func (e *Engine) open(j *job) (*run, bool) {
	r := &run{engine: e, job: j}
	if j.bare && !r.fetch() {
		return r, false
	}
	compiled, err := e.programs.Program(j.execution.Workflow, j.execution.Revision)
	if err != nil {
		r.refuse("revision", "the workflow's revision cannot be run: "+err.Error())
		return r, false
	}
	if j.call == nil {
		call, err := body.Context(*j.request)
		if err != nil {
			r.refuse("delivery", "the recorded request cannot be read: "+err.Error())
			return r, false
		}
		j.call = &call
	}
	if err := r.restore(compiled); err != nil {
		r.refuse("journal", err.Error())
		return r, false
	}
	r.scope.bind(r)
	return r, true
}

// fetch reads an execution of which there was only the id. False: it is in other hands, or the engine
// stops. What cannot be read for another reason than that the table is away goes back to it: whoever
// claims it next is told why.
func (r *run) fetch() bool {
	e, j := r.engine, r.job
	for !e.stopped() {
		loaded, err := e.table.Load(j.execution.ID)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && (loaded.Execution.Owner != e.owner || loaded.Execution.Status.Final()):
			e.lost(j)
			return false
		case err == nil:
			j.bare, j.execution, j.request, j.steps = false, loaded.Execution, &loaded.Delivery.Request, loaded.Steps
			e.weigh(j, int64(len(loaded.Delivery.Request.Body)))
			return true
		case !fault.Is(err, fault.Unavailable):
			e.log.Error("cannot read an execution", "execution", text(j.execution), "error", err)
			if r.letGo() {
				e.fallBehind()
			}
			return false
		}
		e.log.Warn("cannot read an execution; trying again", "execution", text(j.execution), "error", err)
		e.pause()
	}
	return false
}

// Prepare completes a compiled workflow's program with what its nodes say of themselves. It is
// called once, before the program is shared.
func Prepare(c *document.Compiled) {
	for i, n := range c.Nodes {
		if a, ok := n.(interface{ Assigns() string }); ok && a.Assigns() != "" {
			c.Program.SetAssign(i, a.Assigns())
		}
		if c.Infos[i].Output {
			c.Program.SetOutput(i)
		}
		switch c.Infos[i].Branches {
		case node.Passes:
			c.Program.SetPasses(i)
		case node.AllAtOnce:
			c.Program.SetFork(i)
		case node.NoBranches, node.ThenElse, node.NamedByNode:
		}
	}
}
