package ident

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// ID is 41 bits of milliseconds since Epoch, 10 bits of node number and 12 bits of sequence. Zero means no id.
type ID int64

// The layout of an ID.
const (
	nodeBits     = 10
	sequenceBits = 12
	// MaxNode is the largest node number of a Source.
	MaxNode = 1<<nodeBits - 1
	textLen = 13 // base-32 digits that hold 63 bits
)

// Epoch is the start of the ids' time, in milliseconds since 1970: 2025-01-01T00:00:00Z.
const Epoch = 1735689600000

// The prefixes of printed ids.
const (
	Delivery  = "dlv_"
	Execution = "exe_"
	User      = "usr_"
	Session   = "ses_"
	APIKey    = "key_"
	Bulk      = "blk_"
)

// alphabet is Crockford's base 32 in lower case: it sorts like the number and has no look-alike characters.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Source generates strictly increasing ids, even if the clock steps back or more than 4,096 are requested within
// one millisecond (it then uses the following milliseconds). It is safe for concurrent use. It keeps nothing across
// restarts: after one, only the clock keeps the order.
type Source struct {
	clock clock.Clock
	node  int64
	last  atomic.Int64 // milliseconds<<sequenceBits | sequence of the last id
}

// NewSource returns a source for one node of a cluster. node is from 0 to MaxNode; higher bits are ignored.
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

// After returns the smallest id of the instant t. Every id created at t or later is at least as large.
func After(t time.Time) ID {
	return ID((t.UnixMilli() - Epoch) << (nodeBits + sequenceBits))
}

// Time returns the time at which the id was created, in UTC, to the millisecond.
func (id ID) Time() time.Time {
	return time.UnixMilli(int64(id)>>(nodeBits+sequenceBits) + Epoch).UTC()
}

// Text returns the id as text with a prefix, or "" for the zero id.
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

// Parse parses the result of Text with the same prefix. The empty text and the zero id are errors.
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
