package vm

import "math/bits"

// take removes a free block of at least need bytes from its list and marks it used.
func (h *heap) take(need uint64) uint64 {
	// Round up to the next list, so that any block in it is large enough.
	level := bits.Len64(need) - 1
	level, step := class(need + 1<<(level-stepBits) - 1)
	if level >= levels {
		return none
	}
	if m := h.second[level] >> step; m != 0 {
		return h.pop(level, step+bits.TrailingZeros16(m))
	}
	m := h.first >> (level + 1)
	if m == 0 {
		return none
	}
	level += 1 + bits.TrailingZeros64(m)
	return h.pop(level, bits.TrailingZeros16(h.second[level]))
}

func (h *heap) pop(level, step int) uint64 {
	off := h.lists[level][step]
	h.unlink(off)
	return off
}

// link puts the block at off into the list of its size and marks it free.
func (h *heap) link(off uint64) {
	b := h.at(off)
	level, step := class(b.bytes())
	head := h.lists[level][step]
	*h.links(off) = links{next: head}
	if head != none {
		h.links(head).prev = off
	}
	h.lists[level][step] = off
	h.first |= 1 << level
	h.second[level] |= 1 << step
	b.size |= freeBit
}

// unlink takes the free block at off out of its list and marks it used.
func (h *heap) unlink(off uint64) {
	b := h.at(off)
	b.size = b.bytes()
	l := *h.links(off)
	if l.next != none {
		h.links(l.next).prev = l.prev
	}
	if l.prev != none {
		h.links(l.prev).next = l.next
		return
	}
	level, step := class(b.size)
	h.lists[level][step] = l.next
	if l.next != none {
		return
	}
	h.second[level] &^= 1 << step
	if h.second[level] == 0 {
		h.first &^= 1 << level
	}
}
