package sqlite

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

func open(t *testing.T, o Options) *Store {
	t.Helper()
	o.Reserve = -1
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Close()
		checkIntegrity(t, o.Dir)
	})
	return s
}

// checkIntegrity runs SQLite's integrity check on the whole file.
func checkIntegrity(t *testing.T, dir string) {
	t.Helper()
	c, err := conn.Open(filepath.Join(dir, fileName), conn.ReadWrite, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	st, err := c.Prepare("PRAGMA integrity_check")
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := st.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !row {
			return
		}
		if text := st.ColumnText(0); text != "ok" {
			t.Error(text)
		}
	}
}

func call(ids *ident.Source, size int) store.Accept {
	d := hook.Delivery{ID: ids.Next(), Workflow: "w", Outcome: hook.Accepted, Request: hook.Request{Method: "POST", Body: make([]byte, size)}}
	e := flow.Execution{ID: ids.Next(), Workflow: "w", Revision: "r", Delivery: d.ID, Mode: flow.Async, Status: flow.Queued}
	d.Execution = e.ID
	key := &store.Dedupe{Key: sha256.Sum256([]byte(d.ID.Text(ident.Delivery))), Expires: time.UnixMicro(1)}
	return store.Accept{Delivery: d, Execution: e, Dedupe: key}
}

// accepting has callers accept calls concurrently, and returns the result of each call.
func accepting(s *Store, callers, each, size int) map[ident.ID]error {
	ids := ident.NewSource(clock.System(), 1)
	results := make(map[ident.ID]error)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				a := call(ids, size)
				err := accept(s, a)
				mu.Lock()
				results[a.Execution.ID] = err
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return results
}

// checkResults compares the results that callers got with the tables, and returns how many calls were refused.
func checkResults(t *testing.T, s *Store, results map[ident.ID]error) (refused int) {
	t.Helper()
	for id, err := range results {
		_, missing := s.Load(t.Context(), id)
		if (err == nil) != (missing == nil) {
			t.Fatalf("results %v, and looking it up gives %v", err, missing)
		}
		if err != nil {
			refused++
		}
	}
	if got := s.Backlog(); got != int64(len(results)-refused) {
		t.Fatalf("backlog is %d of %d accepted", got, len(results)-refused)
	}
	return refused
}

func TestADatabaseThatIsReallyFullTellsEachCallerItsOutcome(t *testing.T) {
	s := open(t, Options{MaxPages: 120, PageSize: 4096, Checkpoint: 50})
	results := accepting(s, 8, 20, 5000)
	refused := checkResults(t, s, results)
	if refused == 0 || refused == len(results) {
		t.Fatalf("%d of %d were refused", refused, len(results))
	}
	for _, err := range results {
		if err != nil && (!fault.Is(err, fault.Unavailable) || !strings.Contains(fault.Message(err), "full")) {
			t.Fatal(err)
		}
	}
	dir := s.options.Dir
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkResults(t, open(t, Options{Dir: dir}), results)
}

func TestRealInterruptsTellsEachCallerItsOutcome(t *testing.T) {
	s := open(t, Options{})
	done := make(chan struct{})
	var storm sync.WaitGroup
	storm.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				s.writer.Interrupt()
			}
		}
	})
	results := make(map[ident.ID]error)
	for range 50 { // until an interrupt arrives while a statement runs
		maps.Copy(results, accepting(s, 8, 25, 20_000))
		if s.Counters()["rollbacks"] > 0 {
			break
		}
	}
	close(done)
	storm.Wait()
	t.Logf("%d of %d were refused, %d transactions were rolled back", checkResults(t, s, results), len(results), s.Counters()["rollbacks"])
	if s.Counters()["rollbacks"] == 0 {
		t.Fatal("nothing was interrupted")
	}
	for _, err := range results {
		if err != nil && !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
	}
	if err := s.Ping(); err != nil {
		t.Fatal(err)
	}
}

func TestTheLogStaysBoundedAndReadersSeeEverything(t *testing.T) {
	const pages = 200
	s := open(t, Options{Checkpoint: pages, PageSize: 4096, CacheKiB: 400})
	ids := ident.NewSource(clock.System(), 1)
	var all sync.WaitGroup
	for c := range 16 {
		all.Go(func() {
			for i := range 60 {
				a := call(ids, 8000)
				for j := range a.Delivery.Request.Body {
					a.Delivery.Request.Body[j] = byte(j*c + i)
				}
				if err := accept(s, a); err != nil {
					t.Error(err)
					return
				}
				l, err := s.Load(t.Context(), a.Execution.ID)
				if err != nil || !bytes.Equal(l.Delivery.Request.Body, a.Delivery.Request.Body) {
					t.Error("a call that was just accepted is not there:", err)
					return
				}
				if _, err := s.Executions(t.Context(), store.Listing{Query: query.Query{}.And(query.Is("workflow", "w")), Limit: 3}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	st := s.Counters()
	info, err := os.Stat(filepath.Join(s.options.Dir, fileName+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	// One transaction may run after the check of the length.
	if most := int64((writer.MaxLog*pages + 3*writer.MaxBatch) * (4096 + 24)); info.Size() > most || st["logRestarts"] == 0 {
		t.Fatalf("the log has %d bytes (at most %d) and started over %d times; %d bytes were written to it", info.Size(), most, st["logRestarts"], st["logBytes"])
	}
}

// accept calls Accept and returns only its error.
func accept(s *Store, a store.Accept) error {
	_, err := s.Accept(a)
	return err
}
