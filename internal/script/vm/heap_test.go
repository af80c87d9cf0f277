package vm

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// block is an allocation in the model.
type block struct {
	p    uintptr
	fill byte
	n    int
}

func (b block) bytes(h *heap) []byte {
	off := h.offset(b.p) + header
	return h.region[off : off+uint64(b.n)]
}

// checkWalk visits all blocks and checks the invariants of the heap.
func checkWalk(t *rapid.T, h *heap, live int) {
	off, left, used, wasFree := h.start(), uint64(0), 0, false
	for off < h.top {
		b := h.at(off)
		if b.left != left {
			t.Fatalf("block %d: left is %d, the block before it has %d bytes", off, b.left, left)
		}
		if b.free() && wasFree {
			t.Fatalf("block %d and the one before it are both free", off)
		}
		if !b.free() {
			used++
		}
		wasFree = b.free()
		left = b.bytes()
		off += left
	}
	if off != h.top || left != h.last {
		t.Fatalf("the walk ends at %d after a block of %d, top is %d after %d", off, left, h.top, h.last)
	}
	if wasFree {
		t.Fatalf("the last block is free but was not merged into the rest")
	}
	if used != live {
		t.Fatalf("%d used blocks, want %d", used, live)
	}
}

func TestHeapKeepsBlocksApartAndMergesFreeOnes(t *testing.T) {
	region, err := newRegion(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	defer freeRegion(region)
	rapid.Check(t, func(t *rapid.T) {
		h := newHeap(region)
		var live []block
		fill := byte(0)
		size := rapid.OneOf(rapid.IntRange(1, 200), rapid.IntRange(1, 20_000), rapid.IntRange(1, 300_000))
		pick := func(t *rapid.T) int { return rapid.IntRange(0, len(live)-1).Draw(t, "which") }
		verify := func(t *rapid.T, b block) {
			if want := bytes.Repeat([]byte{b.fill}, b.n); !bytes.Equal(b.bytes(h), want) {
				t.Fatalf("the bytes of a block changed")
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"alloc": func(t *rapid.T) {
				n := size.Draw(t, "size")
				p := h.alloc(uint64(n))
				if p == 0 {
					return
				}
				if p%alignment != 0 || h.usable(p) < uint64(n) {
					t.Fatalf("alloc(%d) = %#x with %d usable bytes", n, p, h.usable(p))
				}
				fill++
				b := block{p, fill, n}
				for i := range b.bytes(h) {
					b.bytes(h)[i] = fill
				}
				live = append(live, b)
			},
			"release": func(t *rapid.T) {
				if len(live) == 0 {
					t.Skip()
				}
				i := pick(t)
				verify(t, live[i])
				h.release(live[i].p)
				live = append(live[:i], live[i+1:]...)
			},
			"resize": func(t *rapid.T) {
				if len(live) == 0 {
					t.Skip()
				}
				b := &live[pick(t)]
				n := size.Draw(t, "size")
				p := h.resize(b.p, uint64(n))
				if p == 0 {
					verify(t, *b)
					return
				}
				kept := min(n, b.n)
				old := *b
				*b = block{p, b.fill, kept}
				verify(t, *b)
				b.n = n
				for i := range b.bytes(h) {
					b.bytes(h)[i] = old.fill
				}
			},
			"": func(t *rapid.T) { checkWalk(t, h, len(live)) },
		})
		for _, b := range live {
			verify(t, b)
			h.release(b.p)
		}
		if h.top != h.start() || h.first != 0 {
			t.Fatalf("everything is free, but top is %d (start %d) and lists %b", h.top, h.start(), h.first)
		}
	})
}
