package janitor_test

import (
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/janitor"
	"hookline.dev/hookline/internal/store"
)

// fakeStore is a store with a number of deliveries of equal size.
type fakeStore struct {
	mu     sync.Mutex
	asked  []store.Deletion
	old    int // deliveries that match a rule by age
	all    int
	shut   int   // refused ones, beside all
	each   int64 // bytes
	keys   int
	counts int // buckets of statistics
	sweeps []time.Time
	store.Audit
	store.BulkActions
	dropped []time.Time // of DropBulks: plans, ended ones
	entries int         // of the audit log that are too old
	err     error       // error of the next DeleteDeliveries
}

func (c *fakeStore) DeleteDeliveries(f store.Deletion) (store.Deleted, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.err; err != nil {
		c.err = nil
		return store.Deleted{}, err
	}
	c.asked = append(c.asked, f)
	if f.Refused && f.Limit < 200 || f.Refused && c.shut > 0 {
		n := min(f.Limit, c.shut)
		c.shut -= n
		return store.Deleted{Deliveries: n}, nil
	}
	if f.Refused || f.Workflow != "" {
		return store.Deleted{}, nil
	}
	lies := c.all
	if f.Except != nil {
		lies = min(c.old, c.all)
	}
	n := min(f.Limit, lies)
	c.all -= n
	c.old = max(0, c.old-n)
	return store.Deleted{Deliveries: n, Executions: n, More: lies > n}, nil
}

func (c *fakeStore) DeleteExpiredKeys(_ time.Time, limit int) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(limit, c.keys)
	c.keys -= n
	return n, nil
}

func (c *fakeStore) DeleteStatistics(_ time.Time, limit int) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(limit, c.counts)
	c.counts -= n
	return n, nil
}

func (c *fakeStore) DeleteAudit(_ time.Time, limit int) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(limit, c.entries)
	c.entries -= n
	return n, nil
}

func (c *fakeStore) DropBulks(planned, ended time.Time) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped = append(c.dropped, planned, ended)
	return 1, nil
}

func (c *fakeStore) SweepBlobs(before time.Time) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sweeps = append(c.sweeps, before)
	return 2, nil
}

func (c *fakeStore) Usage() (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.all+c.shut) * c.each, nil
}

func (c *fakeStore) RefusedUsage() (deliveries, bytes int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(c.shut), int64(c.shut) * c.each, nil
}

// runFor runs a janitor on a fakeStore for a period of the bubble's time.
func runFor(t *testing.T, c *fakeStore, opt janitor.Options, d time.Duration) *janitor.Janitor {
	t.Helper()
	if opt.NoteHead == nil {
		opt.NoteHead = func() {}
	}
	opt.Store, opt.Audit, opt.Bulks, opt.Clock, opt.Log = c, c, c, clock.System(), slog.New(slog.DiscardHandler)
	if opt.Rules == nil {
		opt.Rules = func() map[string]time.Duration { return map[string]time.Duration{"kept-short": time.Hour} }
	}
	j := janitor.New(opt)
	if err := j.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-time.After(d)
	synctest.Wait()
	if err := j.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return j
}

func TestWhatIsAskedFollowsTheRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := clock.System().Now()
		c := &fakeStore{}
		runFor(t, c, janitor.Options{Retain: 48 * time.Hour, RetainRefused: 24 * time.Hour}, time.Second)
		want := []store.Deletion{
			{Workflow: "kept-short", Before: now.Add(-time.Hour), Limit: 200},
			{Except: []string{"kept-short"}, Before: now.Add(-48 * time.Hour), Limit: 200},
			{Refused: true, Before: now.Add(-24 * time.Hour), Limit: 200},
		}
		if diff := cmp.Diff(want, c.asked); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOldOnesGoPieceByPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeStore{old: 450, all: 1000}
		j := runFor(t, c, janitor.Options{Retain: time.Hour}, time.Second)
		if c.all != 550 || j.Stats().Deliveries != 450 {
			t.Errorf("%d are left, %+v", c.all, j.Stats())
		}
	})
}

func TestTheOldestGoUntilTheRestIsSmallEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeStore{all: 1000, each: 10}
		runFor(t, c, janitor.Options{RetainBytes: 5500}, 2*time.Second)
		if used, _ := c.Usage(); used > 5500 || used < 5500-2*200*10 {
			t.Errorf("%d bytes are left", used)
		}
	})
}

func TestRefusedCallsHaveAShareOfTheirOwnAndGoFirst(t *testing.T) {
	for _, x := range []struct{ all, shut, bytes, wantAll, leastShut, mostShut int }{
		{100, 5000, 100_000, 100, 980, 1000}, // a tenth of 100,000 bytes
		{100, 900, 100_000, 100, 900, 900},   // within the share
		{900, 500, 10_000, 900, 0, 100},      // over both bounds: the refused ones are enough
		{1500, 50, 10_000, 1000, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := &fakeStore{all: x.all, shut: x.shut, each: 10}
			runFor(t, c, janitor.Options{RetainBytes: int64(x.bytes)}, 5*time.Second)
			if c.all > x.wantAll || c.all < x.wantAll-200 || x.wantAll == x.all && c.all != x.all || c.shut < x.leastShut || c.shut > x.mostShut {
				t.Errorf("%+v: %d and %d refused ones are left", x, c.all, c.shut)
			}
		})
	}
}

func TestTheAuditLogIsTrimmedAndItsHeadNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, heads := &fakeStore{entries: 450}, 0
		runFor(t, c, janitor.Options{RetainAudit: time.Hour, NoteHead: func() { heads++ }}, 49*time.Hour)
		if c.entries != 0 || heads != 3 {
			t.Errorf("%d old entries are left; the head was noted %d times", c.entries, heads)
		}
		c = &fakeStore{entries: 450}
		if runFor(t, c, janitor.Options{RetainAudit: -1}, time.Hour); c.entries != 450 {
			t.Errorf("%d entries are left", c.entries)
		}
	})
}

func TestOldBulkActionsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, now := &fakeStore{}, clock.System().Now()
		runFor(t, c, janitor.Options{KeepPlans: time.Hour, KeepBulks: 720 * time.Hour}, 90*time.Second)
		minute := now.Add(time.Minute)
		want := []time.Time{now.Add(-time.Hour), now.Add(-720 * time.Hour), minute.Add(-time.Hour), minute.Add(-720 * time.Hour)}
		if !slices.EqualFunc(c.dropped, want, time.Time.Equal) {
			t.Errorf("dropped before %v, want %v", c.dropped, want)
		}
	})
}

func TestWithoutBoundsAllIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeStore{old: 500, all: 1000, each: 1 << 40}
		runFor(t, c, janitor.Options{
			Rules: func() map[string]time.Duration { return nil }}, time.Hour)
		if c.all != 1000 || len(c.asked) != 0 {
			t.Errorf("%d are left, asked %v", c.all, c.asked)
		}
	})
}

func TestAFailureIsTriedAgainAndKeepsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &fakeStore{old: 10, all: 10, keys: 500, counts: 500, err: errors.New("the disk is gone")}
		j := runFor(t, c, janitor.Options{Retain: time.Hour}, 90*time.Second)
		if c.all != 0 || c.keys != 0 || c.counts != 0 || j.Stats().Keys != 500 {
			t.Errorf("%d deliveries, %d keys and %d buckets are left", c.all, c.keys, c.counts)
		}
	})
}

func TestBlobsAreSweptAtTheStartAndOnceAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := clock.System().Now()
		c := &fakeStore{}
		runFor(t, c, janitor.Options{}, 2*time.Hour+time.Minute)
		if len(c.sweeps) != 3 || !c.sweeps[0].Equal(now.Add(-time.Hour)) {
			t.Errorf("swept before %v", c.sweeps)
		}
	})
}
