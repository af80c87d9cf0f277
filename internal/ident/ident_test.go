package ident_test

import (
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
)

func TestIdsGrowThoughTheClockStandsStillOrStepsBack(t *testing.T) {
	c := clock.NewManual(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	s := ident.NewSource(c, 7)
	last := ident.ID(0)
	for i := range 20_000 {
		if i == 10_000 {
			c.Advance(-time.Hour)
		}
		id := s.Next()
		if id <= last {
			t.Fatalf("id %d after %d", id, last)
		}
		if id.Text("exe_") <= last.Text("exe_") && last != 0 {
			t.Fatalf("text %s does not sort after %s", id.Text("exe_"), last.Text("exe_"))
		}
		last = id
	}
}

func TestIdsOfManyGoroutinesDiffer(t *testing.T) {
	s := ident.NewSource(clock.System(), 0)
	var mu sync.Mutex
	seen := map[ident.ID]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			mine := make([]ident.ID, 5000)
			for i := range mine {
				mine[i] = s.Next()
			}
			mu.Lock()
			defer mu.Unlock()
			for _, id := range mine {
				if seen[id] {
					t.Errorf("id %d twice", id)
				}
				seen[id] = true
			}
		})
	}
	wg.Wait()
}

func TestPrintedIdReadsBack(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 5e6, time.UTC)
	id := ident.NewSource(clock.NewManual(at), 1023).Next()
	back, err := ident.Parse(ident.Execution, id.Text(ident.Execution))
	if err != nil || back != id {
		t.Fatalf("got %d, %v; want %d", back, err, id)
	}
	if !id.Time().Equal(at) {
		t.Fatalf("time %v, want %v", id.Time(), at)
	}
	if ident.After(at) > id || ident.After(at.Add(time.Millisecond)) <= id {
		t.Fatal("After does not bound the id")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("exe_0123456789abc")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ident.Parse(ident.Execution, text)
		if err == nil && id.Text(ident.Execution) != text {
			t.Fatalf("%q read as %q", text, id.Text(ident.Execution))
		}
	})
}
