package dryrun

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// slowRecords take some time for each rehearsal, and notice if two run at once.
type slowRecords struct {
	Records
	took    time.Duration
	running atomic.Int32
	count   atomic.Int32
	overlap atomic.Bool
}

// Rehearse implements store.Rehearser.
func (s *slowRecords) Rehearse(context.Context, store.Rehearsal) (store.Rehearsed, error) {
	if s.running.Add(1) > 1 {
		s.overlap.Store(true)
	}
	defer s.running.Add(-1)
	s.count.Add(1)
	<-time.After(s.took)
	return store.Rehearsed{}, nil
}

func TestRehearsalsLeaveHalfOfTheTimeToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowRecords{took: 10 * time.Millisecond}
		p := newPaced(slow, clock.System())
		began := clock.System().Now()
		var runs sync.WaitGroup
		for range slots {
			runs.Go(func() {
				for range 25 {
					if _, err := p.Rehearse(t.Context(), store.Rehearsal{}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		runs.Wait()
		total := clock.System().Now().Sub(began)
		busy := time.Duration(slow.count.Load()) * slow.took
		if slow.overlap.Load() || slow.count.Load() != slots*25 || total < 2*busy-slow.took {
			t.Errorf("%d rehearsals occupied the store for %v of %v; two at once: %v", slow.count.Load(), busy, total, slow.overlap.Load())
		}
	})
}

func TestARehearsalThatComesTooLateDoesNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowRecords{took: 500 * time.Millisecond}
		p := newPaced(slow, clock.System())
		if _, err := p.Rehearse(t.Context(), store.Rehearsal{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := p.Rehearse(ctx, store.Rehearsal{}); !fault.Is(err, fault.Timeout) || slow.count.Load() != 1 {
			t.Errorf("%v after %d rehearsals", err, slow.count.Load())
		}
		if _, err := p.Rehearse(t.Context(), store.Rehearsal{}); err != nil || slow.count.Load() != 2 {
			t.Errorf("%v after %d rehearsals", err, slow.count.Load())
		}
	})
}
