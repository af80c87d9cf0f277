package intake

import (
	"sync"

	"hookline.dev/hookline/internal/fairshare"
)

// places are the places of the hand-off, and the bytes of the bodies that executions in memory have. Both are dealt to
// workflows by fair shares.
type places struct {
	mu    sync.Mutex
	count *fairshare.Shares
	bytes *fairshare.Shares
}

func newPlaces(l Limits) places {
	return places{count: fairshare.NewShares(int64(l.HandOff), l.Share), bytes: fairshare.NewShares(l.HandOffBytes, l.Share)}
}

// reserve takes a place and size bytes for a workflow, if it may have them.
func (p *places) reserve(workflow string, size int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.count.Allows(workflow) || p.bytes.Room(workflow) < size {
		return false
	}
	p.count.Take(workflow, 1)
	p.bytes.Take(workflow, size)
	return true
}

// take takes what an execution needs that has been claimed or has a slot. placed says that it needs a place.
func (p *places) take(workflow string, placed bool, size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if placed {
		p.count.Take(workflow, 1)
	}
	p.bytes.Take(workflow, size)
}

// give gives back what reserve or take took. It returns how many places the workflow may take now, and how many
// are free.
func (p *places) give(workflow string, placed bool, size int64) (room, free int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if placed {
		p.count.Give(workflow, 1)
	}
	p.bytes.Give(workflow, size)
	if p.bytes.Room(workflow) == 0 {
		return 0, p.count.Free()
	}
	return p.count.Room(workflow), p.count.Free()
}

// room returns how many places are free, none when there are too many bytes in memory, and the workflows that may have
// no more.
func (p *places) room() (free int64, exhausted []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bytes.Free() == 0 {
		return 0, nil
	}
	return p.count.Free(), append(p.count.Exhausted(), p.bytes.Exhausted()...)
}

// of returns how many places a workflow has.
func (p *places) of(workflow string) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count.Used(workflow)
}

// total returns the places that are taken, and the bytes.
func (p *places) total() (count, bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count.Total(), p.bytes.Total()
}
