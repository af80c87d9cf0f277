package sqlite

import (
	"errors"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// ping is a write that changes nothing.
type ping struct{ ticket }

func (*ping) apply(w *writer) error {
	return w.exec(`UPDATE settings SET value = value WHERE name = ''`)
}

// Ping reports whether the store can write now.
func (s *Store) Ping() error {
	m := &ping{newTicket()}
	return s.alone(m, &m.ticket)
}

// Close waits for the writes under way, empties the log into the database, and gives the data
// directory free. A second Close does nothing.
func (s *Store) Close() error {
	if !s.lanes.close() {
		<-s.done
		return nil
	}
	<-s.done
	var errs []error
	for range cap(s.readers) {
		if r := <-s.readers; r.c != nil {
			errs = append(errs, r.c.Close())
		}
	}
	s.disk.Close()
	errs = append(errs, s.lock.Close())
	if err := errors.Join(errs...); err != nil {
		return fault.As("sqlite.Close", fault.Internal, err, "the database could not be closed cleanly")
	}
	return nil
}

// finish ends the syncer and closes the writer's connection.
func (w *writer) finish() {
	close(w.store.committed)
	<-w.store.synced
	close(w.copier.want)
	for range w.copier.done { // until the copier has ended
		continue
	}
	if w.store.alive() == nil {
		_, _, _ = w.c.Checkpoint(conn.Truncate)
	}
	_ = w.c.Close()
	close(w.store.done)
}
