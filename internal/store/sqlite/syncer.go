package sqlite

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// A committed transaction is not on the disk yet. The writer passes it to the syncer and makes the next one
// meanwhile. The syncer syncs the log once for all transactions that have arrived, and only then are their
// members answered.

// syncAhead is the number of transactions that may wait for the running sync; beyond that the writer waits.
const syncAhead = 2

// bulkDelay is how long a bulk transaction waits for another to share its sync. A sync of its own would delay the
// transactions that follow.
const bulkDelay = 2 * time.Millisecond

// batch contains the members of one committed transaction. The writer fills it; after the send on committed it
// belongs to the syncer, which returns it to the pool.
type batch struct {
	members []member
	bulk    bool
}

// syncLoop is the syncer's goroutine. It ends when the writer closes committed, after it has answered all
// members.
func (s *Store) syncLoop() {
	defer close(s.synced)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var all []*batch
	for b := range s.committed {
		all = append(all[:0], b)
		all = s.gather(all, timer)
		err := s.disk.SyncLog()
		for _, b := range all {
			s.syncing.Add(flag(b.bulk) - 1)
		}
		s.queues.signal()
		if err != nil {
			err = fault.As("sqlite.sync", fault.Unavailable, err, "the disk does not keep what is written to it: nothing is accepted until the server is restarted")
			s.dead.CompareAndSwap(nil, &err)
		}
		for _, b := range all {
			for _, m := range b.members {
				m.settle(err)
			}
			clear(b.members)
			b.members = b.members[:0]
			s.batches.Put(b)
		}
	}
}

// gather adds the transactions that are committed by now. If only bulk ones wait, it waits for up to bulkDelay.
func (s *Store) gather(all []*batch, timer *time.Timer) []*batch {
	wait := all[0].bulk
	if wait {
		timer.Reset(bulkDelay)
	}
	for {
		if wait {
			select {
			case next, open := <-s.committed:
				if !open {
					return all
				}
				all = append(all, next)
				wait = next.bulk
			case <-timer.C:
				wait = false
			}
			continue
		}
		select {
		case next, open := <-s.committed:
			if !open {
				return all
			}
			all = append(all, next)
		default:
			return all
		}
	}
}

// hand passes the members of a committed transaction to the syncer. A bulk transaction is not counted in syncing,
// so that the next one does not wait for its sync.
func (w *writer) hand(members []member, bulk bool) {
	b := w.store.batches.Get().(*batch)
	b.members, b.bulk = append(b.members, members...), bulk
	w.store.syncing.Add(1 - flag(bulk))
	w.store.committed <- b
}

// alive returns the reason why the store can no longer write, or nil.
func (s *Store) alive() error {
	if err := s.dead.Load(); err != nil {
		return *err
	}
	return nil
}

// die makes the store refuse all writes. It is called when the writer's connection cannot be rolled back.
func (s *Store) die(cause error) {
	err := error(fault.As("sqlite.rollback", fault.Unavailable, cause, "the database connection is lost: restart the server"))
	s.dead.CompareAndSwap(nil, &err)
}

func panicked(p any, after error) error { return fmt.Errorf("panic: %v after: %w", p, after) }
