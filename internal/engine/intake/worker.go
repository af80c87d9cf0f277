package intake

// work takes jobs from the queue, one at a time, each under a slot. A job that has its slot already needs none.
func (in *Intake) work() {
	own := make(chan *job, 1)
	for !in.isStopping() {
		j := in.queue.get(own)
		if j == nil {
			select {
			case j = <-own:
			case <-in.stopping:
				return
			}
		}
		if j.hasSlot {
			j.hasSlot = false // for when it comes back through the queue
			in.handle(j)
			continue
		}
		select {
		case in.slots <- struct{}{}:
			in.handle(j)
		case <-in.stopping:
			return
		}
	}
}

// handle runs a job under the slot that the caller took, and gives slot and place back.
func (in *Intake) handle(j *job) {
	defer in.ReleaseSlot()
	partial := j.Partial
	r, ok := in.Runner.Open(j.Job)
	if partial {
		in.weigh(j, j.BodyBytes())
	}
	if ok {
		switch in.enterGroup(j, r) {
		case entered:
			r.Drive()
		case parked:
			return // it comes back through the queue
		case full:
			r.Release()
		}
	}
	in.leaveGroup(j)
	in.untrack(j, r.Released())
	in.giveBack(j)
	// The refiller is woken last, so that it finds the place free.
	if at := r.WakeAt(); !at.IsZero() && in.wakeTime.note(at) {
		in.wake()
	}
	if r.Requeued() {
		in.Refill()
	}
}
