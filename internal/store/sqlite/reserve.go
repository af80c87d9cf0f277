package sqlite

import (
	"sync/atomic"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

// reserve watches the free space of the disk. It asks the system once a second at most, and sooner
// only when much was written.
type reserve struct {
	dir    string
	bytes  int64 // what must stay free; 0 or less: nothing
	clock  clock.Clock
	low    atomic.Bool
	next   atomic.Int64 // when to look again, microseconds since 1970
	looked int64        // bytes written when the writer looked last
}

// check refuses while the disk is nearly full.
func (r *reserve) check() error {
	if r.bytes <= 0 {
		return nil
	}
	if now := r.clock.Now().UnixMicro(); now >= r.next.Load() {
		r.look(now)
	}
	if !r.low.Load() {
		return nil
	}
	return fault.New("sqlite.Accept", fault.Unavailable, "less than %d MiB are free on the disk of %s: free some space", r.bytes>>20, r.dir)
}

func (r *reserve) look(now int64) {
	r.next.Store(now + reserveEvery.Microseconds())
	if free, ok := freeBytes(r.dir); ok {
		r.low.Store(free < uint64(r.bytes))
	}
}

// wrote is called by the writer with all bytes it has written since the start.
func (r *reserve) wrote(total int64) {
	if r.bytes > 0 && total-r.looked >= reserveBytes {
		r.looked = total
		r.look(r.clock.Now().UnixMicro())
	}
}

// Room reports why nothing large should be written beside the database now: the disk is nearly full.
func (s *Store) Room() error { return s.reserve.check() }
