package intake

import (
	"slices"
	"sync"
	"sync/atomic"
)

// unclaimed says of which workflows the table may have executions that nobody has claimed and that are not asleep. Such
// executions are announced. Until a look into the table that began after the announcement has found nothing, the
// answer stays yes.
type unclaimed struct {
	any atomic.Bool // of some workflow; read without the lock

	mu        sync.Mutex
	announced int64            // announcements so far
	unknown   int64            // number of the last announcement that named no workflow; 0: nothing found since
	workflows map[string]int64 // number of the last announcement of each, as far as something may be left
}

// announce says that there may be some of a workflow, or of any with "".
func (u *unclaimed) announce(workflow string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.announced++
	u.note(workflow, u.announced)
}

// note notes an announcement. The lock is held.
func (u *unclaimed) note(workflow string, n int64) {
	if workflow == "" {
		u.unknown = n
	} else {
		if u.workflows == nil {
			u.workflows = make(map[string]int64)
		}
		u.workflows[workflow] = n
	}
	u.any.Store(true)
}

// of reports whether there may be some of a workflow.
func (u *unclaimed) of(workflow string) bool {
	if !u.any.Load() {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.unknown != 0 || u.workflows[workflow] != 0
}

// besides reports whether there may be some of other workflows than those. look is to be given to none.
func (u *unclaimed) besides(skip []string) (look int64, found bool) {
	if !u.any.Load() {
		return 0, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.unknown != 0 {
		return u.announced, true
	}
	for workflow := range u.workflows {
		if !slices.Contains(skip, workflow) {
			return u.announced, true
		}
	}
	return 0, false
}

// none says that a look into the table found nothing of other workflows than those that were skipped.
func (u *unclaimed) none(look int64, skipped []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for workflow, n := range u.workflows {
		if n <= look && !slices.Contains(skipped, workflow) {
			delete(u.workflows, workflow)
		}
	}
	if u.unknown != 0 && u.unknown <= look {
		for _, workflow := range skipped {
			u.note(workflow, u.unknown)
		}
		u.unknown = 0
	}
	u.any.Store(u.unknown != 0 || len(u.workflows) > 0)
}
