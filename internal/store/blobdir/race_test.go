package blobdir_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/store/blobdir"
)

// names counts the references to each blob, as the database does.
type names struct {
	mu sync.Mutex
	of map[string]int
}

func (n *names) add(sum string, d int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.of[sum] += d
}

func (n *names) named(sum string) (bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.of[sum] > 0, nil
}

// TestWhatIsNamedIsNeverRemoved has many goroutines keep, name, forget and sweep the same few contents. From Keep
// until a goroutine drops its own reference, it must find the content complete.
func TestWhatIsNamedIsNeverRemoved(t *testing.T) {
	const workers, rounds, contents = 8, 150, 5
	d := open(t, t.TempDir(), blobdir.Options{})
	book := &names{of: make(map[string]int)}
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(w)))
			for range rounds {
				content := fmt.Sprint("content ", random.IntN(contents))
				b := keep(t, d, content)
				there := func(when string) {
					if text, ok := read(t, d, b.SHA256); !ok || text != content {
						t.Errorf("%s it is gone", when)
					}
				}
				there("pinned,")
				book.add(b.SHA256, 1)
				d.Unpin(b.SHA256)
				there("named,")
				if random.IntN(4) == 0 {
					if _, err := d.Sweep(future(), book.named); err != nil {
						t.Error(err)
					}
				}
				there("after a sweep,")
				book.add(b.SHA256, -1)
				if _, err := d.Remove(b.SHA256, func() (bool, error) { return book.named(b.SHA256) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n, err := d.Sweep(future(), book.named); err != nil {
		t.Error(n, err)
	}
	usage(t, d, 0)
}
