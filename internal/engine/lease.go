package engine

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// renewRetry is the pause after a renewal that failed.
const renewRetry = time.Second

// keepLease renews the engine's lease well before it expires, and takes over what other processes left behind
// when theirs expired. When the lease is lost, another process runs the executions that this one had: the
// engine stops then, as if Stop had been called, so that nothing runs twice.
func (e *Engine) keepLease() {
	lease := e.lease
	timer := time.NewTimer(untilRenewal(lease, e.clock.Now()))
	defer timer.Stop()
	for {
		select {
		case <-e.stopping:
			return
		case <-timer.C:
		}
		now := e.clock.Now()
		switch renewed, err := e.table.Renew(lease, now); {
		case err == nil:
			lease = renewed
			timer.Reset(untilRenewal(lease, now))
			e.takeOver()
		case fault.Is(err, fault.Conflict):
			e.log.Error("this process has lost its lease: another one runs its executions; restart it", "error", err)
			e.leaseLost.Store(true)
			e.halt()
			return
		default:
			e.log.Warn("cannot renew the lease; trying again", "error", err)
			timer.Reset(renewRetry)
		}
	}
}

// untilRenewal is a third of the time that is left, so that two more tries fit in before the lease expires.
func untilRenewal(l store.Lease, now time.Time) time.Duration {
	return max(l.Expires.Sub(now)/3, renewRetry)
}

// takeOver drops the claims of processes that are dead, so that their executions can be claimed here.
func (e *Engine) takeOver() {
	ended, err := e.table.TakeOver(e.clock.Now())
	if err != nil {
		e.log.Warn("cannot take over the executions of processes that are dead; trying again later", "error", err)
		return
	}
	e.announceAll(ended)
	e.intake.Refill("")
}

// Healthy returns an error of kind fault.Unavailable when the engine has lost its lease and runs nothing.
func (e *Engine) Healthy() error {
	if e.leaseLost.Load() {
		return fault.New("engine.Healthy", fault.Unavailable, "this process has lost its lease; restart it")
	}
	return nil
}
