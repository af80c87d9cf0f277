package storetest

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
)

func testRestart(t *testing.T, d Driver) {
	t.Run("everything that was answered outlives a restart", func(t *testing.T) {
		w := newHarness(t, d)
		w.ok(w.define([]collection.Collection{people()}))
		w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken"}`))
		tries := w.workload(1)
		atOnce(tries)
		w.reopen()
		for _, a := range tries {
			w.ok(a.err)
			w.checkResult(a, "after a restart")
		}
	})

	t.Run("everything that was answered outlives a crash at any moment", func(t *testing.T) {
		if !d.Files || len(d.Places) == 0 {
			return
		}
		in := &injector{}
		w := openHarness(t, d, Options{Inject: in.Inject})
		w.ok(w.define([]collection.Collection{people()}))
		w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken"}`))
		for n := 1; n <= crashes; n += d.stride() {
			w.crash(in, n)
		}
	})
}

// crashes is the last point of the workload at which a crash is tried.
const crashes = 30

// crash stops the writer at a point of the workload, copies the files, and opens the copy. It must contain every
// write that was reported as successful by then, and no write in part.
func (w *harness) crash(in *injector, n int) {
	w.Helper()
	tries := w.workload(n)
	answered := make(chan *attempt, len(tries))
	for _, a := range tries {
		write := a.write
		a.write = func() error {
			err := write()
			answered <- &attempt{name: a.name, found: a.found, err: err}
			return err
		}
	}
	held, goOn := in.stop(w.driver.Places, 3*n)
	finished := make(chan struct{})
	go func() {
		atOnce(tries)
		close(finished)
	}()
	select {
	case <-held:
	case <-finished: // the workload has fewer points
	}
	var results []*attempt
	for len(answered) > 0 {
		results = append(results, <-answered)
	}
	dir := w.copyFiles()
	goOn()
	<-finished
	in.disarm()

	live := w.Store
	after, _ := w.openIn(dir, Options{Clock: w.clock})
	w.Store = after
	for _, a := range results {
		w.checkResult(a, fmt.Sprintf("after a crash at moment %d", 3*n))
	}
	for _, a := range tries {
		if _, err := a.found(); err != nil {
			w.Fatalf("after a crash at moment %d: %s: %v", 3*n, a.name, err)
		}
	}
	w.countsAreRows()
	w.backlog(int64(w.unfinished()))
	w.ok(after.Close())
	w.Store = live
}

// copyFiles copies the data files as a crash would leave them.
func (w *harness) copyFiles() string {
	w.Helper()
	to := w.TempDir()
	w.ok(filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(w.dir, path)
		if err == nil && e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		if err == nil {
			err = copyFile(filepath.Join(to, name), path)
		}
		return err
	}))
	return to
}

func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		_ = dst.Close()
		return err
	}
	return dst.Close()
}

func testClosing(t *testing.T, d Driver) {
	t.Run("calls after the end are refused", func(t *testing.T) {
		w := newHarness(t, d)
		id := w.accepted().Execution.ID
		w.ok(w.Ping())
		w.ok(w.Close())
		w.ok(w.Close())
		_, commit := w.Commit(w.running(id))
		_, load := w.Load(t.Context(), id)
		_, begin := w.Begin(w.now())
		_, renew := w.Renew(w.lease, w.now())
		_, takeOver := w.TakeOver(w.now())
		_, claim := w.Claim(w.owner, w.now(), 1, false)
		_, list := w.Executions(t.Context(), store.Listing{Limit: 1})
		for name, err := range map[string]error{
			"accept": w.accept(w.call(0)), "commit": commit, "load": load, "begin": begin, "renew": renew, "take over": takeOver, "claim": claim, "list": list,
			"ping": w.Ping(), "define": w.define([]collection.Collection{people()}),
		} {
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		w.same("kept", w.SaveDelivery(w.delivery(hook.Rejected)), false)
	})

	t.Run("what is under way is finished first", func(t *testing.T) {
		w := newHarness(t, d)
		var tries []*attempt
		for range 50 {
			a := w.call(0)
			tries = append(tries, &attempt{name: "accept", write: func() error { return w.accept(a) }, found: func() (bool, error) { return w.holds(a) }})
		}
		closed := make(chan error, 1)
		tries[25].write = func() error {
			closed <- w.Close()
			return fault.New("test", fault.Unavailable, "never written")
		}
		atOnce(tries)
		w.ok(<-closed)
		w.open(Options{Clock: w.clock})
		for _, a := range tries {
			w.checkResult(a, "after closing")
			if a.err != nil && !fault.Is(a.err, fault.Unavailable) {
				t.Fatal(a.err)
			}
		}
		w.backlog(int64(w.unfinished()))
	})
}
