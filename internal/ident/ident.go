package ident

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// ID is 41 bits of milliseconds since Epoch, 10 bits of node and 12 bits of sequence. Zero is no id.
type ID int64

// The layout of an ID.
const (
	nodeBits     = 10
	sequenceBits = 12
	// MaxNode is the largest node number a Source takes.
	MaxNode = 1<<nodeBits - 1
	textLen = 13 // base-32 digits that hold 63 bits
)

// Epoch is the instant that ids count from, in milliseconds since 1970: 2025-01-01T00:00:00Z.
const Epoch = 1735689600000

// The prefixes of printed ids.
const (
	Delivery  = "dlv_"
	Execution = "exe_"
)

// alphabet is Crockford's base 32 in lower case: sortable, no look-alikes.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Source hands out ids that grow strictly, also when the clock steps back or more than 4,096 are
// asked for within one millisecond (it then borrows from the next one).
type Source struct {
	clock clock.Clock
	node  int64
	last  atomic.Int64 // milliseconds<<sequenceBits | sequence
}

// NewSource returns a source for one node of a cluster, 0 to MaxNode.
func NewSource(c clock.Clock, node int) *Source {
	return &Source{clock: c, node: int64(node) & MaxNode}
}

// Next returns a new id.
func (s *Source) Next() ID {
	now := (s.clock.Now().UnixMilli() - Epoch) << sequenceBits
	for {
		last := s.last.Load()
		next := max(now, last+1)
		if s.last.CompareAndSwap(last, next) {
			ms, seq := next>>sequenceBits, next&(1<<sequenceBits-1)
			return ID(ms<<(nodeBits+sequenceBits) | s.node<<sequenceBits | seq)
		}
	}
}

// After returns the smallest id of the instant t: every id made later is larger.
func After(t time.Time) ID {
	return ID((t.UnixMilli() - Epoch) << (nodeBits + sequenceBits))
}

// Time returns the instant the id was made, to the millisecond.
func (id ID) Time() time.Time {
	return time.UnixMilli(int64(id)>>(nodeBits+sequenceBits) + Epoch).UTC()
}

// Text prints the id with a prefix; the zero id prints as "".
func (id ID) Text(prefix string) string {
	if id == 0 {
		return ""
	}
	var b [textLen]byte
	n := uint64(id)
	for i := textLen - 1; i >= 0; i-- {
		b[i] = alphabet[n&31]
		n >>= 5
	}
	return prefix + string(b[:])
}

// Parse reads what Text printed.
func Parse(prefix, text string) (ID, error) {
	digits, ok := strings.CutPrefix(text, prefix)
	if !ok || len(digits) != textLen {
		return 0, fmt.Errorf("%q is not an id of the form %s followed by %d letters and digits", text, prefix, textLen)
	}
	var n uint64
	for i := range textLen {
		d := strings.IndexByte(alphabet, digits[i])
		if d < 0 || (i == 0 && d > 7) {
			return 0, fmt.Errorf("%q is not an id: %q cannot stand at place %d", text, digits[i], len(prefix)+i+1)
		}
		n = n<<5 | uint64(d)
	}
	if n == 0 {
		return 0, fmt.Errorf("%q is not an id", text)
	}
	return ID(n), nil
}
