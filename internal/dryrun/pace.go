package dryrun

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// paced are records whose rehearsals leave the store to others for half of the time. No call is accepted during a
// rehearsal, and the runs together may want one after the other. So one rehearsal runs at a time, and then none begins for as
// long as it took, including the time that it waited for its turn in the store.
type paced struct {
	Records
	clock clock.Clock
	turn  chan struct{} // has one element while a rehearsal runs or waits for next
	next  time.Time     // when the next one may begin; belongs to who has the turn
}

func newPaced(r Records, c clock.Clock) *paced {
	return &paced{Records: r, clock: c, turn: make(chan struct{}, 1)}
}

// Rehearse implements store.Rehearser.
func (p *paced) Rehearse(ctx context.Context, h store.Rehearsal) (store.Rehearsed, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return store.Rehearsed{}, tooLate(ctx)
	}
	// A clock that was set back makes no longer pause than a rehearsal can.
	pause := time.NewTimer(min(p.next.Sub(p.clock.Now()), store.MaxRehearsal))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
		return store.Rehearsed{}, tooLate(ctx)
	}
	began := p.clock.Now()
	out, err := p.Records.Rehearse(ctx, h)
	ended := p.clock.Now()
	p.next = ended.Add(ended.Sub(began))
	return out, err
}

func tooLate(ctx context.Context) error {
	return fault.As("dryrun.Rehearse", fault.Timeout, ctx.Err(), "the test ended before its turn")
}
