package writer

import (
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
	members []Member
	bulk    bool
}

// syncLoop is the syncer's goroutine. It ends when the writer closes committed, after it has answered all
// members.
func (w *Writer) syncLoop() {
	defer close(w.synced)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var all []*batch
	for b := range w.committed {
		all = append(all[:0], b)
		all = w.gather(all, timer)
		err := w.options.Disk.SyncLog()
		for _, b := range all {
			w.syncing.Add(-b.pending())
		}
		w.queues.signal()
		if err != nil {
			err = fault.As("sqlite.sync", fault.Unavailable, err, "the disk does not keep what is written to it: nothing is accepted until the server is restarted")
			w.dead.CompareAndSwap(nil, &err)
		}
		for _, b := range all {
			for _, m := range b.members {
				m.waiter().done <- err
			}
			clear(b.members)
			b.members = b.members[:0]
			w.batches.Put(b)
		}
	}
}

// gather adds the transactions that are committed by now. If only bulk ones wait, it waits for up to bulkDelay.
func (w *Writer) gather(all []*batch, timer *time.Timer) []*batch {
	wait := all[0].bulk
	if wait {
		timer.Reset(bulkDelay)
	}
	for {
		if wait {
			select {
			case next, open := <-w.committed:
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
		case next, open := <-w.committed:
			if !open {
				return all
			}
			all = append(all, next)
		default:
			return all
		}
	}
}

// pending is the number that the batch adds to Writer.syncing. A bulk transaction is not counted, so that the next
// one does not wait for its sync.
func (b *batch) pending() int64 {
	if b.bulk {
		return 0
	}
	return 1
}

// handOver counts the members of a committed transaction and passes them to the syncer.
func (w *Writer) handOver(members []Member, bulk bool) {
	w.stats.batch(len(members))
	b := w.batches.Get().(*batch)
	b.members, b.bulk = append(b.members, members...), bulk
	w.syncing.Add(b.pending())
	w.committed <- b
}
