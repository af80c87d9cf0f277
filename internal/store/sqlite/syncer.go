package sqlite

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// A transaction that is committed is not on the disk yet: the writer hands it to the syncer and makes
// the next one meanwhile. The syncer syncs the log, once for all transactions that have come by then,
// and only then are their members answered.

// syncAhead is how many transactions may wait for the sync under way; then the writer waits.
const syncAhead = 2

// bulkDelay is how long a transaction that touched many records waits for another to share its sync: a
// sync of its own would be in the way of those that come next.
const bulkDelay = 2 * time.Millisecond

// batch is the members of one committed transaction.
type batch struct {
	members []member
	bulk    bool
}

// syncLoop is the syncer's goroutine; it ends when the writer has.
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

// gather takes what else is committed. What can wait for others does, for a moment.
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

// hand gives the members of a committed transaction to the syncer. One that can wait does not count as on
// its way to the disk: the next is not held up for it.
func (w *writer) hand(members []member, bulk bool) {
	b := w.store.batches.Get().(*batch)
	b.members, b.bulk = append(b.members, members...), bulk
	w.store.syncing.Add(1 - flag(bulk))
	w.store.committed <- b
}

// alive returns why nothing can be written any more, if so.
func (s *Store) alive() error {
	if err := s.dead.Load(); err != nil {
		return *err
	}
	return nil
}

// die is called when the connection is beyond repair.
func (s *Store) die(cause error) {
	err := error(fault.As("sqlite.rollback", fault.Unavailable, cause, "the database connection is lost: restart the server"))
	s.dead.CompareAndSwap(nil, &err)
}

func panicked(p any, after error) error { return fmt.Errorf("panic: %v after: %w", p, after) }
