package engine

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
)

const (
	// claimBatch is how many executions one refill takes from the table.
	claimBatch = 256
	// refillPause is the wait after a failed look into the table.
	refillPause = 250 * time.Millisecond
	// lookEvery bounds how long an execution that no signal announced stays unseen.
	lookEvery = 2 * time.Second
)

// sleepers keeps the earliest instant at which a waiting execution is due.
type sleepers struct {
	mu   sync.Mutex
	next time.Time // zero: none
}

// add notes an instant and reports whether it is the earliest.
func (s *sleepers) add(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next.IsZero() || at.Before(s.next) {
		s.next = at
		return true
	}
	return false
}

// due forgets the instant when it has come, and returns how long it is until then, at most limit.
func (s *sleepers) due(now time.Time, limit time.Duration) (bool, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next.IsZero() {
		return false, limit
	}
	if !s.next.After(now) {
		s.next = time.Time{}
		return true, 0
	}
	return false, min(limit, s.next.Sub(now))
}

// refill first runs the suspects, then starts the workers and feeds them from the table whenever
// memory does not hold everything.
func (e *Engine) refill() {
	e.quarantine()
	for range e.opt.Slots {
		e.working.Go(e.work)
	}
	e.remember()
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for {
		more := e.feed()
		woken, wait := e.wake.due(e.clock.Now(), lookEvery)
		if more || woken {
			e.behind.Store(true)
			if woken {
				continue
			}
		}
		timer.Reset(wait)
		select {
		case <-e.stopping:
			return
		case <-e.poke:
		case <-timer.C:
			e.reconcile()
		}
	}
}

// reconcile is a safety net under the signals. It compares numbers that others change meanwhile; a wrong
// guess costs one look into the table.
func (e *Engine) reconcile() {
	s := e.Stats()
	if e.table.Backlog() > s.Held+s.Parked+int64(s.Running) {
		e.behind.Store(true)
	}
}

// room returns how many places of the hand-off are free; none when there are too many bytes in memory.
func (e *Engine) room() int {
	if e.load.Load() >= e.opt.HandOffBytes {
		return 0
	}
	return e.opt.HandOff - int(e.held.Load())
}

// feed claims executions while there is room. It reports whether it had to stop for lack of room.
func (e *Engine) feed() bool {
	for e.behind.Load() && !e.stopped() {
		room := e.room()
		if room < max(1, min(claimBatch, e.opt.HandOff/2)) {
			return true
		}
		e.behind.Store(false)
		claimed, err := e.table.Claim(e.owner, e.clock.Now(), min(room, claimBatch), false)
		if err != nil {
			e.log.Warn("cannot read the queue; trying again", "error", err)
			e.behind.Store(true)
			e.pause()
			continue
		}
		if len(claimed) > 0 {
			e.behind.Store(true)
		}
		for _, c := range claimed {
			e.admit(c)
		}
	}
	return false
}

// admit puts what the table gave behind those that wait for a slot.
func (e *Engine) admit(c store.Claimed) {
	if c.Execution.Status.Final() {
		e.announce(c.Execution, len(c.Steps)) // it could not be handed out whole, and was failed instead
		return
	}
	j := jobOf(c)
	j.placed = true
	e.held.Add(1)
	e.weigh(j, int64(len(c.Delivery.Request.Body)))
	e.hold(j)
	e.queue.put(j)
}

// jobOf makes a job of what the table gave.
func jobOf(c store.Claimed) *job {
	return &job{execution: c.Execution, request: &c.Delivery.Request, steps: c.Steps}
}

// remember asks the table for the earliest sleeper of earlier lives.
func (e *Engine) remember() {
	next, err := e.table.NextWake()
	if err != nil {
		e.log.Warn("cannot read when the next execution is due", "error", err)
		next = e.clock.Now().Add(lookEvery)
	}
	if !next.IsZero() {
		e.wake.add(next)
	}
}

// quarantine runs the executions that were found unfinished too often, one at a time and with
// nothing beside them, so that a crash names the culprit.
func (e *Engine) quarantine() {
	for !e.stopped() {
		claimed, err := e.table.Claim(e.owner, e.clock.Now(), 1, true)
		if err != nil {
			e.log.Warn("cannot read the suspects; trying again", "error", err)
			e.pause()
			continue
		}
		if len(claimed) == 0 {
			return
		}
		if claimed[0].Execution.Status.Final() {
			e.announce(claimed[0].Execution, len(claimed[0].Steps))
			continue
		}
		j := jobOf(claimed[0])
		e.hold(j)
		e.log.Warn("running alone: found unfinished after several restarts",
			"execution", text(j.execution), "resumes", j.execution.Resumes)
		select {
		case e.slots <- struct{}{}:
			e.handle(j)
		case <-e.stopping:
			return
		}
	}
}

// pause waits after a failed look into the table, or returns early when the engine stops.
func (e *Engine) pause() {
	timer := time.NewTimer(refillPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.stopping:
	}
}

// sleepUntil notes that an execution was released until an instant.
func (e *Engine) sleepUntil(at time.Time) {
	if e.wake.add(at) {
		e.nudge()
	}
}

// text prints an execution's id for the log.
func text(x flow.Execution) string { return x.ID.Text("exe_") }
