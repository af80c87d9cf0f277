package sqlite

import (
	"fmt"

	"hookline.dev/hookline/internal/fault"
)

// A transaction that is committed is not on the disk yet: the writer hands it to the syncer and makes
// the next one meanwhile. The syncer syncs the log, once for all transactions that have come by then,
// and only then are their members answered.

// syncAhead is how many transactions may wait for the sync under way; then the writer waits.
const syncAhead = 2

// batch is the members of one committed transaction.
type batch struct{ members []member }

// syncLoop is the syncer's goroutine; it ends when the writer has.
func (s *Store) syncLoop() {
	defer close(s.synced)
	var all []*batch
	for b := range s.committed {
		all = append(all[:0], b)
		for more := true; more; {
			select {
			case next, open := <-s.committed:
				if more = open; open {
					all = append(all, next)
				}
			default:
				more = false
			}
		}
		err := s.disk.SyncLog()
		s.syncing.Add(int64(-len(all)))
		s.lanes.signal()
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

// hand gives the members of a committed transaction to the syncer.
func (w *writer) hand(members []member) {
	b := w.store.batches.Get().(*batch)
	b.members = append(b.members, members...)
	w.store.syncing.Add(1)
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
