package statistics

import (
	"time"

	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// State returns what is counted in a transaction, for the writer.
func (t *Statistics) State() writer.State { return transaction{t} }

// transaction implements writer.State.
type transaction struct{ *Statistics }

// Begin begins to count for a transaction.
func (t transaction) Begin() {}

// BeforeCommit writes the counts, to the log or to the buckets.
func (t transaction) BeforeCommit(tx *writer.Tx) error {
	t.take()
	if len(t.current)+len(t.pending) == 0 {
		return nil
	}
	if now := t.Clock.Now(); t.due(now) {
		t.folding, t.foldedAt = true, now
		return t.fold(tx)
	}
	for k, e := range t.current {
		s, err := tx.Statement(sqlLog)
		if err != nil {
			return err
		}
		bindLogged(s, k, e)
		if err := tx.Run(s); err != nil {
			return err
		}
		t.logging++
	}
	return nil
}

// due reports whether the buckets are to be written. A clock that was set back must not stop that.
func (t *Statistics) due(now time.Time) bool {
	return now.Sub(t.foldedAt) >= foldEvery || now.Before(t.foldedAt) || len(t.pending) >= maxPending || t.logged >= maxLogged
}

// Committed moves the counts of the transaction to what is pending, and publishes the unfinished executions.
func (t transaction) Committed() {
	if t.folding {
		for k, e := range t.pending {
			t.free(e)
			delete(t.pending, k)
		}
		t.logged = 0
	} else {
		for k, e := range t.current {
			if to := t.pending[k]; to != nil {
				to.add(e)
				continue
			}
			t.pending[k] = e
			delete(t.current, k)
		}
		t.logged += t.logging
	}
	clear(t.taken)
	if len(t.moves) > 0 {
		t.publish()
	}
	t.discard()
}

// RollBack forgets the counts of the transaction.
func (t transaction) RollBack() {
	t.putBack()
	t.discard()
}

// discard empties what belongs to the transaction.
func (t *Statistics) discard() {
	for k, e := range t.current {
		t.free(e)
		delete(t.current, k)
	}
	clear(t.moves)
	t.logging, t.folding, t.lastUsed = 0, false, nil
}

func (t *Statistics) publish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for workflow, m := range t.moves {
		u := t.open[workflow]
		u.Backlog += m.Backlog
		u.Waiting += m.Waiting
		if u == (unfinished{}) {
			delete(t.open, workflow)
		} else {
			t.open[workflow] = u
		}
	}
}

// free keeps an entry for its next use.
func (t *Statistics) free(e *entry) {
	if len(t.unused) < maxPending {
		e.reset()
		t.unused = append(t.unused, e)
	}
}
