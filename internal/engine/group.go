package engine

// group bounds the executions of one workflow, or of one group in it, that run at once.
type group struct {
	key     string
	running int
	waiting []*job
}

// enter takes a place in the execution's group. False: the group is full, the job is parked and
// comes back through the queue when a place is free.
func (e *Engine) enter(j *job, r *run) bool {
	limit := r.compiled.Workflow.Options.Concurrency.Limit
	if limit <= 0 || j.group != nil {
		return true
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
	if g.running >= limit {
		g.waiting = append(g.waiting, j)
		return false
	}
	g.running++
	j.group = g
	return true
}

// leave gives the place back and lets the next of the group run. The place passes on directly, so
// nobody overtakes.
func (e *Engine) leave(j *job) {
	g := j.group
	if g == nil {
		return
	}
	j.group = nil
	next := e.pass(g)
	if next == nil {
		return
	}
	select {
	case e.queue <- next:
	default:
		// More parked jobs come back at once than the queue has places: nobody waits under a slot.
		e.working.Go(func() {
			select {
			case e.queue <- next:
			case <-e.stopping:
				if next.watch != nil {
					close(next.watch)
				}
			}
		})
	}
}

// pass hands a place of the group to the one that waits longest, or gives it up.
func (e *Engine) pass(g *group) *job {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(g.waiting) > 0 {
		next := g.waiting[0]
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
