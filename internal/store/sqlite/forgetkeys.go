package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/fault"
)

// ForgetKeys deletes expired dedupe keys: runs whose time has come, the log when all of it is expired,
// and what it finds on a stretch of the table. The others of the log go when it is merged.
func (s *Store) ForgetKeys(now time.Time, limit int) (int, error) {
	const op = "sqlite.ForgetKeys"
	if limit < 1 {
		return 0, fault.Field(op, "limit", "at least 1 key must be allowed to go")
	}
	at := now.UnixMicro()
	s.forgetting.Lock()
	defer s.forgetting.Unlock()
	dropped := 0
	for {
		m := &pruning{ticket: newTicket(), now: at}
		if err := s.alone(m, &m.ticket); err != nil {
			return dropped, err
		}
		if dropped += m.dropped; dropped >= limit {
			return dropped, nil
		}
		if m.done {
			break
		}
	}
	var list []keyID
	err := s.read(op, func(r *reader) (err error) {
		list, s.walked, err = r.expiredKeys(s.walked, at, limit-dropped)
		return err
	})
	if err != nil {
		return dropped, err
	}
	for len(list) > 0 {
		n := min(len(list), tableKeys)
		m := &keyDeletion{ticket: newTicket(), keys: list[:n], now: at}
		if err := s.alone(m, &m.ticket); err != nil {
			return dropped, err
		}
		dropped, list = dropped+m.deleted, list[n:]
	}
	return dropped, nil
}

// pruning is the next step of taking expired keys out of the log and the runs.
type pruning struct {
	ticket
	now     int64
	dropped int  // since the last one that told
	done    bool // there is nothing more to take out
}

func (m *pruning) apply(w *writer) error {
	k := &w.keys
	m.dropped, m.done = k.dropped, false
	w.later = append(w.later, func() { k.dropped -= m.dropped })
	if k.merging == nil && k.recent.claims > 0 && k.recent.latest <= m.now {
		k.seal(&w.store.opts)
	}
	if k.merging != nil {
		return mergeStep{}.apply(w)
	}
	if r := k.runs.due(m.now); r != nil {
		return w.retire(r, m.now)
	}
	m.done = true
	return nil
}
