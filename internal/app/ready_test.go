package app

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

// fakeDisk is the disk of a prober in a test.
type fakeDisk struct {
	takes   time.Duration // duration of a write
	stuck   chan struct{} // if not nil, writes return when it is closed
	err     error
	writes  atomic.Int32
	running atomic.Int32
	atOnce  atomic.Bool // two writes ran at the same time
}

func (d *fakeDisk) write() error {
	d.writes.Add(1)
	if d.running.Add(1) > 1 {
		d.atOnce.Store(true)
	}
	defer d.running.Add(-1)
	if d.stuck != nil {
		<-d.stuck
	}
	if d.takes > 0 {
		<-time.After(d.takes)
	}
	return d.err
}

func (d *fakeDisk) prober() *prober { return &prober{write: d.write, clock: clock.System()} }

func TestManyWhoAskCauseOneWriteInASecond(t *testing.T) {
	for _, takes := range []time.Duration{0, 300 * time.Millisecond, 1500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			d := &fakeDisk{takes: takes}
			p := d.prober()
			const seconds = 10
			var askers sync.WaitGroup
			for i := range 200 {
				askers.Go(func() {
					<-time.After(time.Duration(i) * time.Millisecond)
					for range 20 * seconds {
						if err := p.check(); err != nil {
							t.Error(err)
						}
						<-time.After(50 * time.Millisecond)
					}
				})
			}
			begun := clock.System().Now()
			askers.Wait()
			most := int32(clock.System().Now().Sub(begun)/time.Second) + 1
			if n := d.writes.Load(); n > most || n < seconds || d.atOnce.Load() {
				t.Errorf("writes of %s: %d in %s, at once: %v", takes, n, clock.System().Now().Sub(begun), d.atOnce.Load())
			}
		})
	}
}

func TestNobodyWritesWhileNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &fakeDisk{}
		p := d.prober()
		if err := p.check(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour)
		if n := d.writes.Load(); n != 1 {
			t.Errorf("%d writes", n)
		}
	})
}

func TestAnAnswerIsAtMostASecondOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("the disk is full")
		d := &fakeDisk{}
		p := d.prober()
		if err := p.check(); err != nil {
			t.Fatal(err)
		}
		d.err = full
		<-time.After(probeEvery - 1)
		if err := p.check(); err != nil {
			t.Errorf("within the second: %v", err)
		}
		<-time.After(1)
		if err := p.check(); !errors.Is(err, full) {
			t.Errorf("after a second: %v", err)
		}
		d.err = nil
		<-time.After(probeEvery)
		if err := p.check(); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
}

func TestAStuckDiskIsNotReadyAndBlocksNobodyForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &fakeDisk{stuck: make(chan struct{})}
		p := d.prober()
		begun := clock.System().Now()
		var askers sync.WaitGroup
		for i := range 50 {
			askers.Go(func() {
				<-time.After(time.Duration(i) * 200 * time.Millisecond) // some callers ask after the result is known
				asked := clock.System().Now()
				err := p.check()
				if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Message(err), "has not finished a write for 5s") {
					t.Errorf("the answer is %v", err)
				}
				if told, want := clock.System().Now(), begun.Add(probeTimeout); asked.Before(want) && !told.Equal(want) || !asked.Before(want) && !told.Equal(asked) {
					t.Errorf("who asked after %s was answered after %s", asked.Sub(begun), told.Sub(begun))
				}
			})
		}
		askers.Wait()
		if n := d.writes.Load(); n != 1 {
			t.Errorf("%d writes", n)
		}
		close(d.stuck)
		synctest.Wait()
		if err := p.check(); err != nil {
			t.Errorf("when the disk works again: %v", err)
		}
		if n := d.writes.Load(); n != 2 {
			t.Errorf("%d writes", n)
		}
	})
}
