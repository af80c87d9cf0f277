package watch

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/ident"
)

// The times of Watch.
const (
	watchPause = 100 * time.Millisecond // between two looks at an execution that is busy
	watchAnew  = 5 * time.Second        // when to look although nothing was reported, e.g. because another process runs it
)

// watchers are those who watch executions.
type watchers struct {
	count atomic.Int64 // nobody watches: a commit costs one read
	mu    sync.Mutex   // guards of
	of    map[ident.ID][]chan struct{}
}

func (w *watchers) wake(id ident.ID) {
	if w.count.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, signal := range w.of[id] {
		wake(signal)
	}
}

// Watch calls look at once, and again after something about an execution was committed, but not more often than every
// 100 ms. It ends when look returns false or an error, ctx ends or the hub closes. It returns fault.Unavailable, before it
// calls look, if too many watch or the hub is closed.
func (h *Hub) Watch(ctx context.Context, id ident.ID, look func() (more bool, err error)) error {
	signal, err := h.watch(id)
	if err != nil {
		return err
	}
	defer h.executions.remove(id, signal)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		more, err := look()
		if err != nil || !more {
			return err
		}
		timer.Reset(watchPause)
		for waited := false; ; waited = true {
			ready := (<-chan struct{})(nil)
			if waited {
				ready = signal
			}
			select {
			case <-ctx.Done():
				return nil
			case <-h.closed:
				return nil
			case <-ready:
			case <-timer.C:
				if !waited {
					timer.Reset(watchAnew)
					continue
				}
			}
			break
		}
	}
}

func (h *Hub) watch(id ident.ID) (signal chan struct{}, err error) {
	w := &h.executions
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := h.open("watch.Watch", int(w.count.Load())); err != nil {
		return nil, err
	}
	if w.of == nil {
		w.of = make(map[ident.ID][]chan struct{})
	}
	signal = make(chan struct{}, 1)
	w.of[id] = append(w.of[id], signal)
	w.count.Add(1)
	return signal, nil
}

func (w *watchers) remove(id ident.ID, signal chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count.Add(-1)
	rest := w.of[id][:0]
	for _, other := range w.of[id] {
		if other != signal {
			rest = append(rest, other)
		}
	}
	if w.of[id] = rest; len(rest) == 0 {
		delete(w.of, id)
	}
}
