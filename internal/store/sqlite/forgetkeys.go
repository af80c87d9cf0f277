package sqlite

import (
	"time"

	"hookline.dev/hookline/internal/fault"
)

// ForgetKeys deletes expired dedupe keys. Those that are still in the log have to leave it first, all of
// them, a chunk at a time; then a stretch of the table is walked.
func (s *Store) ForgetKeys(now time.Time, limit int) (int, error) {
	const op = "sqlite.ForgetKeys"
	if limit < 1 {
		return 0, fault.Field(op, "limit", "at least 1 key must be allowed to go")
	}
	at := now.UnixMicro()
	s.forgetting.Lock()
	defer s.forgetting.Unlock()
	dropped, err := s.ripen(at)
	if err != nil {
		return dropped, err
	}
	var list []keyID
	err = s.read(op, func(r *reader) (err error) {
		list, s.walked, err = r.expiredKeys(s.walked, at, limit)
		return err
	})
	if err != nil {
		return dropped, err
	}
	for len(list) > 0 {
		n := min(len(list), mergeChunk)
		m := &keyDeletion{ticket: newTicket(), keys: list[:n], now: at}
		if err := s.alone(m, &m.ticket); err != nil {
			return dropped, err
		}
		dropped, list = dropped+m.deleted, list[n:]
	}
	return dropped, nil
}

// ripen sorts the log into the table if keys in it are expired; these are dropped on the way.
func (s *Store) ripen(now int64) (dropped int, err error) {
	for {
		m := &ripening{ticket: newTicket(), now: now}
		if err := s.alone(m, &m.ticket); err != nil {
			return 0, err
		}
		if m.done {
			return m.dropped, nil
		}
	}
}
