package writer

import (
	"math/bits"
	"strconv"
	"sync/atomic"

	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// counters counts the work of the writer.
type counters struct {
	transactions, statements, rollbacks, reruns atomic.Int64
	checkpoints, restarts                       atomic.Int64
	members                                     atomic.Int64
	batches                                     [BatchClasses]atomic.Int64
}

// BatchClasses is the number of classes in which batch sizes are counted. Class i counts sizes up to 2^i; the
// last also counts larger ones.
const BatchClasses = 12

func (c *counters) batch(n int) {
	if n == 0 {
		return
	}
	c.members.Add(int64(n))
	c.batches[min(bits.Len(uint(n-1)), BatchClasses-1)].Add(1)
}

// Stats counts the work of the writer since the store was opened.
type Stats struct {
	Transactions int64               // transactions committed
	Statements   int64               // statements of the writer, including BEGIN and COMMIT
	Rollbacks    int64               // transactions rolled back
	Reruns       int64               // batches whose members were run again one by one
	Members      int64               // Accepts, Commits and other members, committed
	Batches      [BatchClasses]int64 // transactions by number of members: up to 1, 2, 4, ...
	Checkpoints  int64               // checkpoints of the log
	Restarts     int64               // times that the log started over
	Disk         disk.Stats
	Dropped      int64 // optional writes that were dropped
}

// Stats returns the counters.
func (w *Writer) Stats() Stats {
	c := &w.stats
	out := Stats{
		Transactions: c.transactions.Load(), Statements: c.statements.Load() + c.transactions.Load(), Rollbacks: c.rollbacks.Load(),
		Reruns: c.reruns.Load(), Members: c.members.Load(), Checkpoints: c.checkpoints.Load(),
		Restarts: c.restarts.Load(), Disk: w.options.Disk.Stats(),
	}
	for i := range c.batches {
		out.Batches[i] = c.batches[i].Load()
	}
	w.queues.mu.Lock()
	out.Dropped = w.queues.dropped
	w.queues.mu.Unlock()
	return out
}

// Counters returns the counters by name.
func (w *Writer) Counters() map[string]int64 {
	c := w.Stats()
	all := map[string]int64{
		"transactions": c.Transactions, "statements": c.Statements,
		"rollbacks": c.Rollbacks, "reruns": c.Reruns, "members": c.Members,
		"checkpoints": c.Checkpoints, "logRestarts": c.Restarts,
		"fsyncs": c.Disk.Syncs, "logBytes": c.Disk.LogBytes, "optionalDropped": c.Dropped,
	}
	for i, n := range c.Batches {
		all["batch."+strconv.Itoa(1<<i)] = n
	}
	return all
}
