package histogram

import (
	"encoding/binary"
	"math"
)

// Append appends the encoding of a histogram: for each bucket that is not empty, in order, the distance of its index
// from the one before and its count, both as varints. An empty histogram is empty.
func (h *Histogram) Append(to []byte) []byte {
	last := 0
	for _, b := range h.filled {
		to = binary.AppendUvarint(to, uint64(b.index-last))
		to = binary.AppendUvarint(to, uint64(b.count))
		last = b.index
	}
	return to
}

// MergeEncoded adds an encoded histogram. It returns false, and has added a part or nothing, if the encoding is
// invalid.
func (h *Histogram) MergeEncoded(from []byte) bool {
	h.grow(len(from) / 2) // a bucket takes two bytes or more
	index, at := 0, 0
	for first := true; len(from) > 0; first = false {
		step, n := binary.Uvarint(from)
		if n <= 0 || step >= Buckets || step == 0 && !first {
			return false
		}
		count, m := binary.Uvarint(from[n:])
		if index += int(step); m <= 0 || index >= Buckets || count == 0 || count > math.MaxInt64/Buckets {
			return false
		}
		at = h.add(at, index, int64(count))
		from = from[n+m:]
	}
	return true
}
