package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// TestTheLogStartsOverWhileASnapshotIsMade writes much more than the log may have while a snapshot of a large database
// is made. A snapshot by a reader fails this test: its transaction keeps the log from starting over.
func TestTheLogStartsOverWhileASnapshotIsMade(t *testing.T) {
	const checkpoint = 40 // pages
	s, err := Open(Options{Dir: t.TempDir(), Checkpoint: checkpoint, Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	text := strings.Repeat("x", 3000)
	write := func(name string) {
		if err := s.writer.Run(func(tx *writer.Tx) error {
			return tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
REPLACE INTO settings (name, value) SELECT ?1 || i, ?2 FROM n`, name, text)
		}); err != nil {
			t.Error(err)
		}
	}
	for i := range 400 {
		write("before." + string(rune('a'+i)))
	}
	before := s.Counters()
	done := make(chan error, 1)
	path := filepath.Join(t.TempDir(), fileName)
	go func() { done <- s.Snapshot(context.Background(), path) }()
	// Others write as well, so that on a busy machine, too, a transaction waits after each step of the copy.
	var others sync.WaitGroup
	ended := make(chan struct{})
	for n := range 3 {
		others.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-ended:
					return
				default:
					write("other." + string(rune('a'+400*n+i%400)))
				}
			}
		})
	}
	written, longest := 0, int64(0)
	for running := true; running; written++ {
		write("meanwhile." + string(rune('a'+written%400)))
		info, err := os.Stat(filepath.Join(s.options.Dir, fileName+"-wal"))
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, info.Size())
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
	}
	close(ended)
	others.Wait()
	after := s.Counters()
	restarts := after["logRestarts"] - before["logRestarts"]
	t.Logf("%d transactions during the snapshot; the log started over %d times and had at most %d bytes", written, restarts, longest)
	if written < 20 || restarts < 3 {
		t.Errorf("%d transactions during the snapshot, the log started over %d times", written, restarts)
	}
	if limit := int64(writer.MaxLog*checkpoint+100) * DefaultPageSize; longest > limit {
		t.Errorf("the log had %d bytes, want at most %d", longest, limit)
	}
	if _, err := inspect(path, true, func(string) error { return nil }); err != nil {
		t.Error(err)
	}
}
