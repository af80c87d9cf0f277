// Package sieve tells which of many sets may hold a key, without a look into them.
//
// Each set has a Bloom filter (B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable
// Errors", CACM 13/7, 1970). In memory the filters of 64 sets stand side by side, one bit of each in a
// word, so that one pass over a few words asks all of them: a key that is new costs the same with one
// set as with 64.
//
// A set that holds the key is always named; one that does not is named once in some 2,000 times.
package sieve

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Key is what the sets hold. Its bits must be spread evenly, as those of a cryptographic hash are.
type Key [32]byte

const (
	bitsPerKey = 16 // of a filter, about: its size is a power of two
	probes     = 11 // bits that a key sets: ln 2 times bitsPerKey
	width      = 64 // sets of a group
	smallest   = 64 // bits of a filter, at least
)

// Filter is the filter of one set, as it is kept on a disk.
type Filter []byte

// NewFilter makes the filter of a set of so many keys.
func NewFilter(keys int) Filter {
	n := 1 << int(math.Round(math.Log2(float64(max(keys, 1)*bitsPerKey))))
	return make(Filter, max(n, smallest)/8)
}

// Valid reports whether this can be a filter: what was read from a disk may be anything.
func (f Filter) Valid() bool { return len(f) >= smallest/8 && len(f)&(len(f)-1) == 0 }

// Add puts a key into the set.
func (f Filter) Add(k *Key) {
	at, step := places(k)
	mask := uint64(len(f)*8 - 1)
	for range probes {
		bit := at & mask
		f[bit/8] |= 1 << (bit % 8)
		at += step
	}
}

// places are the first of a key's bits in a filter, and the distance to each next one
// (Kirsch and Mitzenmacher, "Less Hashing, Same Performance", 2006).
func places(k *Key) (at, step uint64) {
	return binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:16]) | 1
}

// Sieve knows the filters of many sets. The zero Sieve knows none. It takes about two bytes for each key,
// and for 64 sets at once.
type Sieve struct {
	groups []*group // nil: free
}

// group is up to 64 sets whose filters have the same size.
type group struct {
	words []uint64 // bit s of words[i] is bit i of the filter in column s
	live  uint64   // columns in use
	dirty uint64   // columns that were in use, and were not cleared
}

// Add takes a set's filter in and returns the number by which the set is known from now on.
func (s *Sieve) Add(f Filter) (set int) {
	size := len(f) * 8
	at := s.group(size)
	g := s.groups[at]
	column := bits.TrailingZeros64(^g.live)
	bit := uint64(1) << column
	if g.dirty&bit != 0 {
		for i := range g.words {
			g.words[i] &^= bit
		}
	}
	for i, b := range f {
		for ; b != 0; b &= b - 1 {
			g.words[i*8+bits.TrailingZeros8(b)] |= bit
		}
	}
	g.live |= bit
	g.dirty |= bit
	return at*width + column
}

// group finds, or makes, a group with a free column.
func (s *Sieve) group(size int) int {
	free := len(s.groups)
	for i, g := range s.groups {
		switch {
		case g == nil:
			free = min(free, i)
		case len(g.words) == size && g.live != math.MaxUint64:
			return i
		}
	}
	if free == len(s.groups) {
		s.groups = append(s.groups, nil)
	}
	s.groups[free] = &group{words: make([]uint64, size)}
	return free
}

// Remove forgets a set. Its number may be given to another one.
func (s *Sieve) Remove(set int) {
	g := s.groups[set/width]
	if g.live &^= 1 << (set % width); g.live == 0 {
		s.groups[set/width] = nil
	}
}

// Find appends the numbers of the sets that may hold a key to dst.
func (s *Sieve) Find(k *Key, dst []int) []int {
	first, step := places(k)
	for i, g := range s.groups {
		if g == nil {
			continue
		}
		at, mask, may := first, uint64(len(g.words)-1), g.live
		for range probes {
			if may &= g.words[at&mask]; may == 0 {
				break
			}
			at += step
		}
		for ; may != 0; may &= may - 1 {
			dst = append(dst, i*width+bits.TrailingZeros64(may))
		}
	}
	return dst
}
