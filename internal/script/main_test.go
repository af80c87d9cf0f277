package script

import (
	"context"
	"errors"
	"os"
	"testing"
)

// TestMain turns the test binary into a worker if the pool starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == workerArgument {
		os.Exit(Worker(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && os.Args[1] == probeArgument {
		os.Exit(probe(os.Stdout))
	}
	code := m.Run()
	cleanWorker()
	os.Exit(code)
}

// newPool returns a pool all of whose workers one workflow may have.
func newPool(t testing.TB, workers int) *Pool {
	t.Helper()
	return newSharedPool(t, workers, 1)
}

func newSharedPool(t testing.TB, workers int, share float64) *Pool {
	t.Helper()
	command, err := workerCommand()
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{Command: command, Workers: workers, Share: share})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// outcome runs a script and returns the text of its result, or the kind and text of its error.
func outcome(p *Pool, r Run) (text string, kind Kind, failed bool) {
	out, err := p.Do(context.Background(), r)
	if err == nil {
		return out.Value.Text(), 0, false
	}
	var e *Error
	if !errors.As(err, &e) {
		return err.Error(), 255, true
	}
	return e.Error(), e.Kind, true
}
