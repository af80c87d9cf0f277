package engine

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// crowdEach is how many calls for each processor are about to be written at once when they come in a burst.
	// So many do not wait for the disk alone, which takes all of them in one go, but for a processor.
	crowdEach = 8
	// burstLook is how often it is looked whether a burst is over.
	burstLook = 20 * time.Millisecond
	// recovery is how many times as long as it was used the calm must last that gives an allowance back.
	recovery = 10
)

// burst is what the door knows of calls that come all at once.
type burst struct {
	crowd   int64        // so many calls at once are one
	calls   atomic.Int64 // about to be written
	crowded atomic.Bool  // there were too many since the last look
	begun   chan struct{}
	on      atomic.Bool // executions that have not begun wait
}

func newBurst() burst {
	return burst{crowd: int64(crowdEach * runtime.GOMAXPROCS(0)), begun: make(chan struct{}, 1)}
}

// Enter says that a call is about to be written whose caller does not wait for its execution; Leave has
// to follow.
func (e *Engine) Enter() {
	if e.burst.calls.Add(1) < e.burst.crowd || e.burst.crowded.Swap(true) {
		return
	}
	select {
	case e.burst.begun <- struct{}{}:
	default:
	}
}

// Leave says that it was written, or will not be.
func (e *Engine) Leave() { e.burst.calls.Add(-1) }

// giveWay lets the door go first in a burst: executions that have not begun wait, for as long as the
// allowance lasts. Those that run, and those whose callers wait, go on.
func (e *Engine) giveWay() {
	look := time.NewTicker(burstLook)
	defer look.Stop()
	a := allowance{most: e.opt.Burst, left: e.opt.Burst, at: e.clock.Now()}
	for {
		look.Stop()
		select {
		case <-e.stopping:
			return
		case <-e.burst.begun:
		}
		look.Reset(burstLook)
		for crowded := e.burst.crowded.Swap(false); ; crowded = e.burst.crowded.Swap(false) {
			e.letWait(a.look(e.clock.Now(), crowded, e.table.Backlog() >= e.opt.BurstBacklog))
			if !crowded {
				break
			}
			select {
			case <-e.stopping:
				return
			case <-look.C:
			}
		}
	}
}

// letWait keeps executions that have not begun back, or no longer.
func (e *Engine) letWait(wait bool) {
	if e.burst.on.Swap(wait) == wait {
		return
	}
	if wait {
		e.queue.pause()
		return
	}
	e.queue.resume()
	e.nudge()
}

// allowance is for how long executions may wait for the door. It is used up by waiting, and comes back
// while the door is calm: under a load that lasts, executions keep pace with it.
type allowance struct {
	most, left time.Duration
	at         time.Time // of the last look
	crowded    bool      // the door was, then
	waits      bool      // executions do, since then
}

// look returns whether executions wait until the next look. full says that too many wait already.
func (a *allowance) look(now time.Time, crowded, full bool) bool {
	since := max(0, now.Sub(a.at))
	switch {
	case a.waits:
		a.left -= since
	case !a.crowded:
		a.left = min(a.most, a.left+since/recovery)
	}
	enough := time.Duration(0)
	if !a.waits {
		enough = burstLook // not for less than until the next look
	}
	a.at, a.crowded = now, crowded
	a.waits = crowded && !full && a.left > enough
	return a.waits
}
