package intake

import (
	"sync"
	"time"
)

// wakeTime is the instant at which the first of the waiting executions is due, as far as this process knows. The
// table is the only complete list of them: one instant is kept here, and after it has come the table is asked for
// the next one.
//
// An execution is committed before its instant is noted. So whatever the answer of the table does not include yet is
// noted later, and the earlier of both counts. An instant that is too early, as when the execution was canceled, costs
// one look into the table.
type wakeTime struct {
	mu    sync.Mutex
	at    time.Time // zero: no execution waits
	asked bool      // the table's answer is part of at
}

// note notes that an execution is due at an instant, and reports whether it is the earliest known.
func (w *wakeTime) note(at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at.IsZero() || at.Before(w.at) {
		w.at = at
		return true
	}
	return false
}

// askAgain has the table be asked although the instant has not come.
func (w *wakeTime) askAgain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = false
}

// passed reports whether the instant has come. Then it is forgotten, and the table has to be asked.
func (w *wakeTime) passed(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at.IsZero() || w.at.After(now) {
		return false
	}
	w.at, w.asked = time.Time{}, false
	return true
}

// ask asks the table for the next instant, unless that is known.
func (w *wakeTime) ask(table Table) error {
	w.mu.Lock()
	asked := w.asked
	w.asked = true // before the table is read: it has to be asked again when askAgain or passed come meanwhile
	w.mu.Unlock()
	if asked {
		return nil
	}
	at, err := table.NextWake()
	if err != nil {
		w.askAgain()
		return err
	}
	if !at.IsZero() {
		w.note(at)
	}
	return nil
}

// until returns how long it is until the instant, at most limit.
func (w *wakeTime) until(now time.Time, limit time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at.IsZero() {
		return limit
	}
	return min(limit, w.at.Sub(now))
}
