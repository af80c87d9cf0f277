package intake

import "sync/atomic"

// unclaimed says whether the table may have executions that nobody has claimed and that are not asleep. It counts
// announcements of such executions, and keeps the count as of the last look that found nothing: an announcement
// that comes while the table is read is not lost, and until a look has found nothing the answer stays yes.
type unclaimed struct {
	announced atomic.Int64
	nothing   atomic.Int64 // announcements of which nothing is left in the table
}

// announce says that there may be some.
func (u *unclaimed) announce() { u.announced.Add(1) }

// any reports whether there may be some.
func (u *unclaimed) any() bool { return u.announced.Load() != u.nothing.Load() }

// count is the number of announcements, to be read before the table.
func (u *unclaimed) count() int64 { return u.announced.Load() }

// none says that a look into the table after count found nothing.
func (u *unclaimed) none(count int64) { u.nothing.Store(count) }
