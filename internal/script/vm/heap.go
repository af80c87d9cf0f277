package vm

import (
	"math/bits"
	"unsafe"
)

// The heap is a two-level segregated fit allocator (Masmano et al., "TLSF", ECRTS 2004). It works in constant
// time and merges adjacent free blocks at once, so that a string grown a thousand times leaves one hole, not a
// thousand. QuickJS allocates small objects from 4 KiB blocks by itself; this allocator provides those blocks
// and everything larger.
//
// All of its state is in the region it manages. Copying the region copies the allocator.

const (
	alignment = 16                   // of every size and address
	header    = 16                   // bytes before each block: its size and that of its left neighbour
	minBlock  = header + 2*alignment // a free block holds two links
	freeBit   = 1                    // in header.size: the block is free
	levels    = 40                   // first-level lists: powers of two, up to 2^39 bytes
	steps     = 16                   // second-level lists per power of two
	stepBits  = 4                    // log2(steps)
	none      = 0                    // offset 0 is the heap's own state, so it can mean "no block"
	pageSize  = 4096                 // granularity of giving memory back
)

// blockHeader precedes each block. left is the size of the block before it, 0 for the first.
type blockHeader struct {
	size uint64
	left uint64
}

// links follow the header of a free block.
type links struct {
	next, prev uint64
}

// heapState is at the start of the region. Offsets are relative to it.
type heapState struct {
	top      uint64 // everything from here on is unused
	last     uint64 // size of the block that ends at top
	high     uint64 // highest top ever
	first    uint64 // bitmap of levels that have a free block
	second   [levels]uint16
	lists    [levels][steps]uint64
	refusals uint64 // allocations that failed for lack of room
}

// heap allocates memory in one region.
type heap struct {
	base   unsafe.Pointer
	size   uint64
	region []byte
	*heapState
}

func newHeap(region []byte) *heap {
	h := &heap{base: unsafe.Pointer(&region[0]), size: uint64(len(region)), region: region}
	h.heapState = (*heapState)(h.base)
	*h.heapState = heapState{}
	h.setTop(h.start(), 0)
	return h
}

// start returns the offset of the first block.
func (h *heap) start() uint64 { return roundUp(uint64(unsafe.Sizeof(heapState{})), alignment) }

func roundUp(n, to uint64) uint64 { return (n + to - 1) &^ (to - 1) }

func (h *heap) at(off uint64) *blockHeader { return (*blockHeader)(unsafe.Add(h.base, off)) }
func (h *heap) links(off uint64) *links    { return (*links)(unsafe.Add(h.base, off+header)) }
func (b *blockHeader) bytes() uint64       { return b.size &^ (alignment - 1) }
func (b *blockHeader) free() bool          { return b.size&freeBit != 0 }

// address and offset convert between the engine's addresses and the heap's offsets.
func (h *heap) address(off uint64) uintptr { return uintptr(h.base) + uintptr(off+header) }
func (h *heap) offset(p uintptr) uint64    { return uint64(p-uintptr(h.base)) - header }

// class returns the list that a free block of size n belongs to.
func class(n uint64) (level, step int) {
	level = bits.Len64(n) - 1
	return level, int(n>>(level-stepBits)) & (steps - 1)
}

// alloc returns the address of n usable bytes, or 0.
func (h *heap) alloc(n uint64) uintptr {
	if n > h.size {
		h.refusals++
		return 0
	}
	need := max(roundUp(n, alignment)+header, minBlock)
	if off := h.take(need); off != none {
		h.trim(off, need)
		return h.address(off)
	}
	off := h.top
	if need > h.size-off {
		h.refusals++
		return 0
	}
	*h.at(off) = blockHeader{size: need, left: h.last}
	h.setTop(off+need, need)
	return h.address(off)
}

func (h *heap) setTop(top, last uint64) {
	h.top, h.last = top, last
	h.high = max(h.high, top)
}

// release frees the block at p and merges it with free neighbours.
func (h *heap) release(p uintptr) {
	off := h.offset(p)
	b := h.at(off)
	size := b.bytes()
	if b.left != 0 {
		if l := h.at(off - b.left); l.free() {
			off -= b.left
			h.unlink(off)
			size += l.bytes()
			b = l
		}
	}
	if next := off + size; next < h.top {
		if r := h.at(next); r.free() {
			h.unlink(next)
			size += r.bytes()
		}
	}
	if off+size == h.top {
		h.setTop(off, b.left)
		return
	}
	b.size = size
	h.at(off + size).left = size
	h.link(off)
}

// resize changes the block at p to n usable bytes, in place if possible, and returns its address. If there is
// no room it returns 0 and leaves the block unchanged.
func (h *heap) resize(p uintptr, n uint64) uintptr {
	if n > h.size {
		h.refusals++
		return 0
	}
	off, need := h.offset(p), max(roundUp(n, alignment)+header, minBlock)
	b := h.at(off)
	old := b.bytes()
	switch next := off + old; {
	case need <= old:
		h.trim(off, need)
		return p
	case next == h.top:
		if need <= h.size-off {
			b.size = need
			h.setTop(off+need, need)
			return p
		}
	default:
		if r := h.at(next); r.free() && old+r.bytes() >= need {
			h.unlink(next)
			b.size = old + r.bytes()
			h.at(off + b.size).left = b.size
			h.trim(off, need)
			return p
		}
	}
	q := h.alloc(n)
	if q != 0 {
		to := h.offset(q)
		copy(h.region[to+header:], h.region[off+header:off+old])
		h.release(p)
	}
	return q
}

// usable returns how many bytes the block at p holds.
func (h *heap) usable(p uintptr) uint64 { return h.at(h.offset(p)).bytes() - header }

// trim shrinks a used block to need bytes and frees the rest, if the rest is large enough for a block.
func (h *heap) trim(off, need uint64) {
	b := h.at(off)
	size := b.bytes()
	if size-need < minBlock {
		return
	}
	b.size = need
	rest := off + need
	*h.at(rest) = blockHeader{size: size - need, left: need}
	if next := off + size; next == h.top {
		h.last = size - need
	} else {
		h.at(next).left = size - need
	}
	h.release(h.address(rest))
}
