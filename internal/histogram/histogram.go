package histogram

import (
	"math/bits"
	"slices"
	"time"
)

const (
	perPower = 8 // buckets for each power of two
	logPer   = 3 // log2 of perPower

	// MaxError is the largest relative error of a Quantile, for durations of whole microseconds up to Longest.
	MaxError = 1.0 / (2 * perPower)

	// Longest is the duration from which on all durations count alike: about 50 days.
	Longest = time.Duration(1<<42) * time.Microsecond

	// Buckets is the number of buckets.
	Buckets = (42-logPer)*perPower + perPower + 1
)

// Histogram counts durations. The zero value is empty.
type Histogram struct {
	filled []bucket // those that are not empty, by index
}

type bucket struct {
	index int
	count int64
}

// indexOf returns the bucket of a duration.
func indexOf(d time.Duration) int {
	n := uint64(max(0, min(d, Longest)) / time.Microsecond)
	if n < perPower {
		return int(n)
	}
	power := bits.Len64(n) - 1 - logPer // n >> power has logPer+1 bits
	return power*perPower + int(n>>power)
}

// middle returns the middle of a bucket.
func middle(index int) time.Duration {
	if index < 2*perPower {
		return time.Duration(index) * time.Microsecond // it contains one whole microsecond
	}
	power := index/perPower - 1
	low := uint64(index-power*perPower) << power
	return time.Duration(low)*time.Microsecond + time.Duration(1)<<power*time.Microsecond/2
}

// Add counts a duration. A negative one counts as zero.
func (h *Histogram) Add(d time.Duration) {
	index := indexOf(d)
	at, _ := slices.BinarySearchFunc(h.filled, index, func(b bucket, index int) int { return b.index - index })
	h.add(at, index, 1)
}

// add counts durations in a bucket whose place is at or after it. It returns the place that follows.
func (h *Histogram) add(at, index int, count int64) int {
	for at < len(h.filled) && h.filled[at].index < index {
		at++
	}
	if at == len(h.filled) || h.filled[at].index > index {
		h.filled = slices.Insert(h.filled, at, bucket{index: index})
	}
	h.filled[at].count += count
	return at + 1
}

// grow makes room for n buckets if there are none.
func (h *Histogram) grow(n int) {
	if len(h.filled) == 0 {
		h.filled = slices.Grow(h.filled, n)
	}
}

// Merge adds the durations that another histogram has counted.
func (h *Histogram) Merge(o *Histogram) {
	h.grow(len(o.filled))
	at := 0
	for _, b := range o.filled {
		at = h.add(at, b.index, b.count)
	}
}

// Reset empties the histogram and keeps its memory.
func (h *Histogram) Reset() { h.filled = h.filled[:0] }

// Clone returns a copy that shares no memory.
func (h *Histogram) Clone() Histogram { return Histogram{slices.Clone(h.filled)} }

// Count returns the number of durations.
func (h *Histogram) Count() (n int64) {
	for _, b := range h.filled {
		n += b.count
	}
	return n
}

// Quantile returns the duration that a share q (0 to 1) of the durations does not exceed: the one at rank ⌈q·Count⌉.
// It is 0 if nothing was counted.
func (h *Histogram) Quantile(q float64) time.Duration {
	count := h.Count()
	if count == 0 {
		return 0
	}
	exact := q * float64(count)
	rank := int64(exact)
	if float64(rank) < exact {
		rank++
	}
	rank = min(max(rank, 1), count)
	for _, b := range h.filled {
		if rank -= b.count; rank <= 0 {
			return middle(b.index)
		}
	}
	return middle(h.filled[len(h.filled)-1].index)
}
