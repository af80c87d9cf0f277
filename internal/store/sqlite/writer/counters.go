package writer

import (
	"math/bits"
	"strconv"
	"sync/atomic"
)

// counters counts the work since the writer was opened.
type counters struct {
	transactions, statements, rollbacks, reruns atomic.Int64
	discarded                                   atomic.Int64
	checkpoints, restarts                       atomic.Int64
	members                                     atomic.Int64
	batches                                     [batchClasses]atomic.Int64
}

// batchClasses is the number of classes in which batch sizes are counted. Class i counts sizes up to 2^i; the last
// also counts larger ones.
const batchClasses = 12

func (c *counters) batch(n int) {
	if n == 0 {
		return
	}
	c.members.Add(int64(n))
	c.batches[min(bits.Len(uint(n-1)), batchClasses-1)].Add(1)
}

// Counters returns the counters by name: transactions and statements that were run, rollbacks, batches that were run
// again one by one (reruns), transactions rolled back on purpose (discarded), members committed, batches by size up to 1, 2, 4, ..., checkpoints of the log, and how
// often the log started over. Those of the files are zero with disk.Plain.
func (w *Writer) Counters() map[string]int64 {
	c, files := &w.stats, w.options.Disk.Stats()
	w.queues.mu.Lock()
	dropped := w.queues.dropped
	w.queues.mu.Unlock()
	all := map[string]int64{
		"transactions": c.transactions.Load(), "statements": c.statements.Load() + c.transactions.Load(),
		"rollbacks": c.rollbacks.Load(), "reruns": c.reruns.Load(), "discarded": c.discarded.Load(), "members": c.members.Load(),
		"checkpoints": c.checkpoints.Load(), "logRestarts": c.restarts.Load(),
		"fsyncs": files.Syncs, "logBytes": files.LogBytes, "databaseBytes": files.Bytes, "optionalDropped": dropped,
	}
	for i := range c.batches {
		all["batch."+strconv.Itoa(1<<i)] = c.batches[i].Load()
	}
	return all
}
