package vault

import "strings"

// search finds any of many patterns in a text, without looking at most of its bytes. This is the algorithm of Wu and
// Manber ("A fast algorithm for multi-pattern searching", 1994): a table says for every block of bytes how far the
// search may go on when the block ends the window, which is as long as the shortest pattern.
type search struct {
	window  int // length of the shortest pattern, at most 255
	longest int
	has     [256]bool            // the bytes that occur in patterns
	shift   [1 << hashBits]uint8 // by the hash of a block
	ending  map[uint32][]string  // patterns by the hash of the block that ends their window, the longest first
}

const (
	block    = 3 // bytes
	hashBits = 12
)

// hash returns the hash of the block before end.
func hash(text string, end int) uint32 {
	b := text[end-block : end]
	const odd = 0x9e3779b1 // 2^32 divided by the golden ratio, as in Knuth's multiplicative hashing
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16) * odd >> (32 - hashBits)
}

// newSearch returns a search for patterns of at least one block.
func newSearch(patterns []string) search {
	s := search{window: 255, ending: make(map[uint32][]string)}
	for _, p := range patterns {
		s.window, s.longest = min(s.window, len(p)), max(s.longest, len(p))
	}
	for i := range s.shift {
		s.shift[i] = uint8(s.window - block + 1)
	}
	for _, p := range patterns {
		for end := block; end <= s.window; end++ {
			h := hash(p, end)
			s.shift[h] = min(s.shift[h], uint8(s.window-end))
		}
		for i := range len(p) {
			s.has[p[i]] = true
		}
		h := hash(p, s.window)
		list := s.ending[h]
		at := 0
		for at < len(list) && len(list[at]) >= len(p) {
			at++
		}
		s.ending[h] = append(list[:at:at], append([]string{p}, list[at:]...)...)
	}
	return s
}

// all returns where patterns are in a text, in order and without overlaps. Of several at one place it takes the
// longest.
func (s *search) all(text string) (found []span) {
	for end := s.window; end <= len(text); {
		h := hash(text, end)
		if by := s.shift[h]; by > 0 {
			end += int(by)
			continue
		}
		start, next := end-s.window, end+1
		for _, p := range s.ending[h] {
			if strings.HasPrefix(text[start:], p) {
				found = append(found, span{start, start + len(p)})
				next = start + len(p) + s.window
				break
			}
		}
		end = next
	}
	return found
}
