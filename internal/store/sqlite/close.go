package sqlite

import (
	"errors"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// ping is a Ping in the writer's queue. It writes a setting, which forces a sync.
type ping struct {
	waiter
	at string
}

// Ping returns nil if the store can write now.
func (s *Store) Ping() error {
	if err := s.reserve.check(); err != nil {
		return err
	}
	m := &ping{waiter: newWaiter(), at: s.opts.Clock.Now().UTC().Format(time.RFC3339)}
	return s.alone(m, &m.waiter)
}

func (m *ping) apply(w *writer) error { return w.exec(sqlSetSetting, settingPing, m.at) }

// Close waits for pending writes, copies the log into the database, and unlocks the data directory. A second
// Close waits for the writer and returns nil.
func (s *Store) Close() error {
	if !s.queues.close() {
		<-s.done
		return nil
	}
	<-s.done
	var errs []error
	for _, pool := range []chan *reader{s.readers, s.writeReaders} {
		for range cap(pool) {
			if r := <-pool; r.c != nil {
				errs = append(errs, r.c.Close())
			}
		}
	}
	s.disk.Close()
	errs = append(errs, s.lock.Close())
	if err := errors.Join(errs...); err != nil {
		return fault.As("sqlite.Close", fault.Internal, err, "the database could not be closed cleanly")
	}
	return nil
}

// finish ends the goroutines in order: first the syncer, which answers the last callers, then the copier. It then
// closes the writer's connection and signals done.
func (w *writer) finish() {
	close(w.store.committed)
	<-w.store.synced
	close(w.copier.want)
	for range w.copier.done { // wait until the copier has ended
		continue
	}
	if w.store.alive() == nil {
		_, _, _ = w.c.Checkpoint(conn.Truncate)
	}
	_ = w.c.Close()
	close(w.store.done)
}
