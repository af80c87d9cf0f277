package disk

import (
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

const (
	reserveInterval = time.Second // between checks of the free space
	reserveBytes    = 16 << 20    // bytes written after which it is checked earlier
)

// Reserve watches the free space of the disk of a directory. It asks the system at most once per reserveInterval, and
// earlier only after reserveBytes were written. Any goroutine may call Check; only one may call Wrote.
type Reserve struct {
	Dir   string
	Bytes int64 // bytes that must stay free; 0 or less: no reserve
	Clock clock.Clock

	low     atomic.Bool  // less than Bytes are free
	next    atomic.Int64 // time of the next check, in microseconds since 1970
	checked int64        // total of the last Wrote that checked
}

// Check returns an error of kind fault.Unavailable while the disk is nearly full.
func (r *Reserve) Check() error {
	if r.Bytes <= 0 {
		return nil
	}
	if now := r.Clock.Now().UnixMicro(); now >= r.next.Load() {
		r.measure(now)
	}
	if !r.Low() {
		return nil
	}
	return fault.New("disk.Reserve", fault.Unavailable, "less than %d MiB are free on the disk of %s: free some space", r.Bytes>>20, r.Dir)
}

// Low reports whether the disk was nearly full at the last check.
func (r *Reserve) Low() bool { return r.low.Load() }

func (r *Reserve) measure(now int64) {
	r.next.Store(now + reserveInterval.Microseconds())
	if free, ok := freeBytes(r.Dir); ok {
		r.low.Store(free < uint64(r.Bytes))
	}
}

// Wrote checks the disk if much was written. total is the number of bytes written since the start.
func (r *Reserve) Wrote(total int64) {
	if r.Bytes > 0 && total-r.checked >= reserveBytes {
		r.checked = total
		r.measure(r.Clock.Now().UnixMicro())
	}
}
