package load

import (
	"math/bits"
	"time"
)

// The resolution of a Histogram: there are 1<<subBits buckets between one power of two and the next, so a
// quantile is at most 1/32 too high.
const (
	subBits    = 5
	subBuckets = 1 << subBits
	buckets    = (64 - subBits) * subBuckets
)

// Histogram counts durations in buckets whose width grows with the duration. The zero value is empty.
type Histogram struct {
	counts [buckets]int64
	total  int64
	max    time.Duration
}

// Add counts one duration.
func (h *Histogram) Add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))]++
	h.total++
	h.max = max(h.max, d)
}

// Merge adds the counts of another histogram.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
	h.max = max(h.max, o.max)
}

// Quantile returns the duration that a share q (0 to 1) of all durations does not exceed; 0 if the histogram is
// empty.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := int64(q*float64(h.total) + 0.5)
	var seen int64
	for i, n := range h.counts {
		seen += n
		if n > 0 && seen >= rank {
			return min(time.Duration(upper(i)), h.max)
		}
	}
	return h.max
}

// Count returns how many durations were added.
func (h *Histogram) Count() int64 { return h.total }

// Max returns the longest duration.
func (h *Histogram) Max() time.Duration { return h.max }

// bucketOf returns the bucket of a number of nanoseconds. Buckets are linear below subBuckets; above, there are
// subBuckets for each power of two.
func bucketOf(n uint64) int {
	if n < subBuckets {
		return int(n)
	}
	shift := bits.Len64(n) - subBits - 1
	return (shift+1)*subBuckets + int(n>>shift) - subBuckets
}

// upper returns the largest number in a bucket.
func upper(bucket int) uint64 {
	if bucket < subBuckets {
		return uint64(bucket)
	}
	shift := bucket/subBuckets - 1
	return (uint64(bucket%subBuckets+subBuckets)+1)<<shift - 1
}
