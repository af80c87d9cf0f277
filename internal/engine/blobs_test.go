package engine_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// TestABlobIsPinnedUntilItsStepIsCommitted has nodes that store blobs: in a list, and in a fork where one branch loses. A
// commit may fail.
func TestABlobIsPinnedUntilItsStepIsCommitted(t *testing.T) {
	for name, test := range map[string]struct {
		flow func(...*fake) *document.Compiled
		fail string // what happens to the second commit
		kept []string
	}{
		"in a list":           {func(f ...*fake) *document.Compiled { return flowOf(flow.Options{}, list(2), f...) }, "", []string{"one", "two"}},
		"a commit fails":      {func(f ...*fake) *document.Compiled { return flowOf(flow.Options{}, list(2), f...) }, "before", []string{"one", "two"}},
		"its outcome is lost": {func(f ...*fake) *document.Compiled { return flowOf(flow.Options{}, list(2), f...) }, "after", []string{"one", "two"}},
		"the losing branch": {func(f ...*fake) *document.Compiled {
			return flowOf(flow.Options{}, inFork(list(2)...), append([]*fake{forking("any")}, f...)...)
		}, "", []string{"one"}},
		"both branches succeed": {func(f ...*fake) *document.Compiled {
			return flowOf(flow.Options{}, inFork(list(2)...), append([]*fake{forking("all")}, f...)...)
		}, "", []string{"one", "two"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				var mu sync.Mutex
				committed, unpinned := make(map[string]bool), []string{}
				m.saw = func(c store.Commit) {
					mu.Lock()
					defer mu.Unlock()
					for _, sum := range c.Blobs {
						committed[sum] = true
					}
				}
				if test.fail != "" {
					m.fail = func(n int) string {
						if n == 2 {
							return test.fail
						}
						return ""
					}
				}
				keeps := func(sum string, takes time.Duration) *fake {
					return &fake{info: node.Info{Effect: node.Outbound}, run: func(context.Context, node.Input) (node.Result, error) {
						<-time.After(takes) // also when it is canceled: the file is complete then
						return node.Result{Value: value.Null(), Blobs: []node.Blob{{SHA256: sum, Unpin: func() {
							mu.Lock()
							defer mu.Unlock()
							unpinned = append(unpinned, sum)
							if slices.Contains(test.kept, sum) != committed[sum] {
								t.Errorf("%s is unpinned; committed: %v", sum, committed[sum])
							}
						}}}}, nil
					}}
				}
				w := open(t, m, test.flow(keeps("one", time.Second), keeps("two", time.Minute)), engine.Options{})
				w.call()
				if x := <-w.ended; x.Status != flow.Succeeded {
					t.Errorf("%s %+v", x.Status, x.Error)
				}
				w.close(t)
				slices.Sort(unpinned)
				if !slices.Equal(unpinned, []string{"one", "two"}) {
					t.Errorf("unpinned: %q, want each once", unpinned)
				}
			})
		})
	}
}
