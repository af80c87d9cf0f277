package sqlite

import (
	"runtime"
	"sync/atomic"
	"testing"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

func TestNobodyIsAnsweredBeforeTheSync(t *testing.T) {
	var holding atomic.Bool
	syncing, release := make(chan struct{}), make(chan struct{})
	s := open(t, Options{Disk: func(o disk.Operation) int32 {
		if o.Kind == disk.Sync && o.Log && holding.CompareAndSwap(true, false) {
			close(syncing)
			<-release
		}
		return 0
	}})
	ids := ident.NewSource(clock.System(), 1)
	// The first transaction creates the log; SQLite itself then syncs the directory.
	if err := accept(s, call(ids, 100)); err != nil {
		t.Fatal(err)
	}
	before := s.Counters()["transactions"]
	holding.Store(true)
	answered := make(chan error, 1)
	first := call(ids, 100)
	go func() { answered <- accept(s, first) }()
	<-syncing
	if s.Counters()["transactions"] == before {
		t.Fatal("the sync came before the commit")
	}
	later := make(chan error, 1)
	second := call(ids, 100)
	go func() { later <- accept(s, second) }()
	for range 1000 {
		runtime.Gosched()
	}
	select {
	case err := <-answered:
		t.Fatalf("answered %v before the disk had it", err)
	case err := <-later:
		t.Fatalf("the second one answered %v before the disk had it", err)
	default:
	}
	close(release)
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	if err := <-later; err != nil {
		t.Fatal(err)
	}
}
