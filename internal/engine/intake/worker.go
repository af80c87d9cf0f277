package intake

import "sync"

// workers are the goroutines that run jobs, each under a slot. They are started as jobs get slots, so there are as many
// as slots were taken at once. The worker that became idle last works first: its stack has grown and is still in the
// processor's caches.
type workers struct {
	mu     sync.Mutex
	halted bool          // nothing new begins
	idle   []chan<- *job // each has room for one job
	group  sync.WaitGroup
}

// begin has a job run that has its slot. False: nothing begins any more.
func (w *workers) begin(j *job, work func(*job)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.halted {
		return false
	}
	if n := len(w.idle); n > 0 {
		w.idle[n-1] <- j
		w.idle = w.idle[:n-1]
		return true
	}
	w.group.Go(func() { work(j) })
	return true
}

// rest makes a worker idle. False: it has to end.
func (w *workers) rest(own chan<- *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.halted {
		return false
	}
	w.idle = append(w.idle, own)
	return true
}

// halt has idle workers end, and those that work when their job is done.
func (w *workers) halt() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.halted = true
	for _, own := range w.idle {
		close(own)
	}
	w.idle = nil
}

// work runs a job, and then those that it is given, until Halt.
func (in *Intake) work(j *job) {
	own := make(chan *job, 1)
	for ok := true; ok; j, ok = <-own {
		workflow := j.Execution.Workflow
		in.handle(j)
		resting := in.workers.rest(own)
		in.ReleaseSlot(workflow) // the next job gets the slot, and probably this worker
		if !resting {
			return
		}
	}
}

// granted is called when a job gets a slot, with the queue locked.
func (in *Intake) granted(j *job) bool {
	if j.ready != nil {
		close(j.ready)
		return true
	}
	return in.workers.begin(j, in.work)
}

// enqueue has a job wait for a slot of its workflow.
func (in *Intake) enqueue(j *job) { in.slots.Put(j.Execution.Workflow, j) }

// handle runs a job under its slot, and gives its place back.
func (in *Intake) handle(j *job) {
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
		in.Refill(j.Execution.Workflow)
	}
}
