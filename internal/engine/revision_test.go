package engine_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// revision names a compiled workflow's revision.
func revision(name string, c *document.Compiled) *document.Compiled {
	c.Workflow.Revision = name
	return c
}

// broken fails always.
func broken() *fake {
	return &fake{run: func(context.Context, node.Input) (node.Result, error) { return node.Result{}, errors.New("down") }}
}

// failed runs one execution of a workflow whose second node fails.
func failed(t *testing.T, m *memory) (*harness, ident.ID) {
	t.Helper()
	w := open(t, m, flowOf(flow.Options{}, list(2), create("once"), broken()), engine.Options{})
	id := w.call()
	if x := <-w.ended; x.Status != flow.Failed {
		t.Fatal(x.Status)
	}
	return w, id
}

// retry puts it back into the queue and returns how it ended.
func (w *harness) retry(t *testing.T, id ident.ID) flow.Execution {
	t.Helper()
	if err := w.Retry(store.Retry{Execution: id}); err != nil {
		t.Fatal(err)
	}
	return <-w.ended
}

func TestARetryGoesOnWithTheNewestRevision(t *testing.T) {
	changed := func() []flow.Node {
		nodes := list(3)
		nodes[1].Config, nodes[1].OnError = value.String("mended"), flow.OnErrorContinue
		return nodes
	}
	other := func() []flow.Node {
		nodes := list(3)
		nodes[0].Config = value.String("other")
		return nodes
	}
	mended := func(nodes []flow.Node) *document.Compiled {
		return revision("r2", flowOf(flow.Options{}, nodes, create("twice"), gives(value.Int(7)), create("after")))
	}
	for _, c := range []struct {
		name    string
		newest  func() *document.Compiled // nil: the workflow is disabled
		want    flow.Status
		on      string
		records int
	}{
		{"what had finished is the same", func() *document.Compiled { return mended(changed()) }, flow.Succeeded, "r2", 2},
		{"what had finished is another", func() *document.Compiled { return mended(other()) }, flow.Failed, "r1", 1},
		{"the workflow is disabled", func() *document.Compiled { return nil }, flow.Failed, "r1", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, id := failed(t, newMemory())
				defer w.close(t)
				w.programs.publish(c.newest())
				x := w.retry(t, id)
				got, _ := w.memory.Load(t.Context(), id)
				if x.Status != c.want || x.Revision != c.on || got.Execution.Revision != c.on || len(w.memory.records) != c.records {
					t.Errorf("%s on %s, stored on %s, %d records", x.Status, x.Revision, got.Execution.Revision, len(w.memory.records))
				}
			})
		})
	}
}

// TestACrashBeforeTheMoveIsOnDiskDecidesAgain has the first commit of the new round fail in every way,
// and then the process die before it wrote.
func TestACrashBeforeTheMoveIsOnDiskDecidesAgain(t *testing.T) {
	for _, mode := range []string{"before", "after"} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			w, id := failed(t, m)
			defer w.close(t)
			first := m.commits + 1
			m.fail = func(n int) string {
				if n == first {
					return mode
				}
				return ""
			}
			w.programs.publish(revision("r2", flowOf(flow.Options{}, list(3), create("twice"), gives(value.Null()), create("after"))))
			if x := w.retry(t, id); x.Status != flow.Succeeded || x.Revision != "r2" || len(m.records) != 2 {
				t.Errorf("%s: %s on %s, %d records", mode, x.Status, x.Revision, len(m.records))
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w, id := failed(t, m)
		w.programs.publish(revision("r2", flowOf(flow.Options{}, list(2), create("twice"), held(nil))))
		if err := w.Retry(store.Retry{Execution: id}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // it runs on r2, and nothing of that is written
		if got, _ := m.Load(t.Context(), id); got.Execution.Revision != "r1" {
			t.Fatalf("on %s before a commit", got.Execution.Revision)
		}
		programs := &programs{}
		programs.publish(flowOf(flow.Options{}, list(2), create("x"), broken()))
		programs.publish(revision("r3", flowOf(flow.Options{}, list(2), create("x"), gives(value.Null()))))
		next := openPrograms(t, m, programs, engine.Options{}) // the next life
		if x := <-next.ended; x.Status != flow.Succeeded || x.Revision != "r3" || len(m.records) != 1 {
			t.Errorf("%s on %s, %d records", x.Status, x.Revision, len(m.records))
		}
		next.close(t)
		w.halt(t)
	})
}

func TestAMovedExecutionIsTakenUpOnItsNewRevision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		w, id := failed(t, m)
		defer w.close(t)
		w.programs.publish(revision("r2", flowOf(flow.Options{}, list(4), create("x"), gives(value.Null()), sleeps(), create("y"))))
		if err := w.Retry(store.Retry{Execution: id}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // it sleeps; a revision that comes now is not for it
		w.programs.publish(revision("r3", flowOf(flow.Options{}, list(2), create("x"), gives(value.Null()))))
		if x := <-w.ended; x.Status != flow.Succeeded || x.Revision != "r2" || len(m.records) != 2 {
			t.Errorf("%s on %s, %d records", x.Status, x.Revision, len(m.records))
		}
	})
}
