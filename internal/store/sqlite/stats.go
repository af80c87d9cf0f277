package sqlite

import (
	"math/bits"
	"sync/atomic"
)

// counters count what the writer does.
type counters struct {
	transactions, statements, rollbacks, reruns atomic.Int64
	frames, checkpoints, restarts               atomic.Int64
	members                                     atomic.Int64
	batches                                     [BatchClasses]atomic.Int64

	pageSize int64
}

// BatchClasses is the number of classes of batch sizes that are counted: class i holds sizes up to
// 2^i.
const BatchClasses = 12

func (c *counters) batch(n int) {
	if n == 0 {
		return
	}
	c.members.Add(int64(n))
	c.batches[min(bits.Len(uint(n-1)), BatchClasses-1)].Add(1)
}

// bytes is what was written to the log.
func (c *counters) bytes() int64 { return c.frames.Load() * (c.pageSize + frameHead) }

// frameHead is what the log adds to each page (https://sqlite.org/fileformat2.html, section 4.1).
const frameHead = 24

// Stats is what the writer has done since the store was opened.
type Stats struct {
	Transactions int64               // committed
	Statements   int64               // of the writer, BEGIN and COMMIT included
	Rollbacks    int64               // transactions given up
	Reruns       int64               // batches whose members were run again one by one
	Members      int64               // Accepts, Commits and others, committed
	Batches      [BatchClasses]int64 // transactions by number of members: up to 1, 2, 4, ...
	LogBytes     int64               // written to the write-ahead log
	Fsyncs       int64               // of the log (one for each transaction) and of checkpoints
	Checkpoints  int64
	NotesDropped int64
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	c := &s.stats
	out := Stats{
		Transactions: c.transactions.Load(), Statements: c.statements.Load() + c.transactions.Load(), Rollbacks: c.rollbacks.Load(),
		Reruns: c.reruns.Load(), Members: c.members.Load(), LogBytes: c.bytes(), Checkpoints: c.checkpoints.Load(),
	}
	out.Fsyncs = out.Transactions + 2*out.Checkpoints
	for i := range c.batches {
		out.Batches[i] = c.batches[i].Load()
	}
	s.lanes.mu.Lock()
	out.NotesDropped = s.lanes.dropped
	s.lanes.mu.Unlock()
	return out
}
