package engine

import (
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
)

// work takes jobs from the queue, one at a time, each under a slot.
func (e *Engine) work() {
	for {
		select {
		case <-e.stopping:
			return
		case j := <-e.queue:
			select {
			case e.slots <- struct{}{}:
				e.handle(j)
			case <-e.stopping:
				if j.watch != nil {
					close(j.watch)
				}
				return
			}
		}
	}
}

// handle runs a job under the slot that the caller took, and gives slot and place back.
func (e *Engine) handle(j *job) {
	defer func() { <-e.slots }()
	r, ok := e.open(j)
	if ok && !e.enter(j, r) {
		return // parked in its group; it comes back through the queue
	}
	if ok {
		r.drive()
	}
	e.leave(j)
	if !j.seated {
		if e.held.Add(-1) < int64(e.opt.HandOff/2) && e.behind.Load() {
			e.nudge()
		}
	}
	if j.watch != nil {
		close(j.watch)
	}
}

// open makes a job runnable: program, variables, folded journal. A job that cannot run is failed.
func (e *Engine) open(j *job) (*run, bool) {
	r := &run{engine: e, job: j}
	compiled, err := e.programs.Program(j.execution.Workflow, j.execution.Revision)
	if err != nil {
		r.refuse("revision", "the workflow's revision cannot be run: "+err.Error())
		return nil, false
	}
	if j.call == nil {
		call, err := body.Context(j.delivery.Request)
		if err != nil {
			r.refuse("delivery", "the recorded request cannot be read: "+err.Error())
			return nil, false
		}
		j.call = &call
	}
	r.compiled = compiled
	r.state = advance.New(compiled.Program, j.execution.CreatedAt, compiled.Workflow.Options.Timeout, e.opt.Journal)
	if err := r.fold(j.steps); err != nil {
		r.refuse("journal", err.Error())
		return nil, false
	}
	r.scope.bind(r)
	return r, true
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
	}
}

// tell gives the spectator the execution once.
func (j *job) tell(x flow.Execution) {
	if j.watch == nil {
		return
	}
	select {
	case j.watch <- x:
	default:
	}
}
