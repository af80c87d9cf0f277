package sqlite

import (
	"sync/atomic"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

// reserve watches the free space of the disk. It asks the system at most once per reserveEvery, and earlier only
// after reserveBytes were written. Callers use check; only the writer's goroutine uses wrote.
type reserve struct {
	dir    string
	bytes  int64 // bytes that must stay free; 0 or less: no reserve
	clock  clock.Clock
	low    atomic.Bool  // less than bytes are free
	next   atomic.Int64 // time of the next check, in microseconds since 1970
	looked int64        // bytes written at the writer's last check
}

// check returns an error of kind fault.Unavailable while the disk is nearly full.
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

// wrote checks the disk if much was written. The writer calls it with the number of bytes written since the
// start.
func (r *reserve) wrote(total int64) {
	if r.bytes > 0 && total-r.looked >= reserveBytes {
		r.looked = total
		r.look(r.clock.Now().UnixMicro())
	}
}

// Room returns an error of kind fault.Unavailable if the disk is nearly full and nothing large should be written
// beside the database.
func (s *Store) Room() error { return s.reserve.check() }
