package waiters

import (
	"log/slog"
	"sync"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// readPause is the wait after a failed look into the table.
const readPause = 250 * time.Millisecond

// Options are what Waiters works with. All fields are required.
type Options struct {
	Events Events
	// Load reads an execution from the table.
	Load func(ident.ID) (flow.Execution, error)
	// Limit is how many may wait at once for executions that this process does not begin for them.
	Limit int
	Log   *slog.Logger
}

// Waiters are those who wait in this process. It is safe for concurrent use.
type Waiters struct {
	opt Options

	mu      sync.Mutex
	byID    map[ident.ID][]*waiter
	count   int
	limited int // of them count in the limit
	closed  bool
	reading sync.WaitGroup // goroutines that read the table again
}

// New returns Waiters with nobody in it.
func New(opt Options) *Waiters {
	return &Waiters{opt: opt, byID: make(map[ident.ID][]*waiter)}
}

// Tell tells everybody who waits for an execution, in every process, that it has answered or ended.
func (w *Waiters) Tell(x flow.Execution) { w.opt.Events.Publish(x) }

// Expect waits for an execution that this process is about to run and that nobody knows yet. See Await for
// what it returns.
func (w *Waiters) Expect(id ident.ID) (result <-chan flow.Execution, leave func()) {
	a := newWaiter(id)
	w.add(a, false)
	return a.result, func() { a.end(true) }
}

// Await waits for an execution that was begun by another call. The channel yields one value, when the answer
// of a Response node is committed or the execution has ended, also when that was before, and is closed. It is
// closed without one by Close, when there is no such execution, and at once when Options.Limit wait already.
// leave ends the wait and may be called at any time, more than once.
func (w *Waiters) Await(id ident.ID) (result <-chan flow.Execution, leave func()) {
	return w.await(id, false)
}

// AwaitNew is Await for an execution that somebody else is about to write: it may not be in the table yet.
func (w *Waiters) AwaitNew(id ident.ID) (result <-chan flow.Execution, leave func()) {
	return w.await(id, true)
}

func (w *Waiters) await(id ident.ID, isNew bool) (result <-chan flow.Execution, leave func()) {
	a := newWaiter(id)
	a.unknown, a.isNew = true, isNew
	if w.add(a, true) {
		w.read(a)
	}
	return a.result, func() { a.end(true) }
}

// add lists and subscribes a waiter. When that is not possible its wait is over.
func (w *Waiters) add(a *waiter, limited bool) bool {
	w.mu.Lock()
	if w.closed || limited && w.limited >= w.opt.Limit {
		w.mu.Unlock()
		a.end(false)
		return false
	}
	stop := w.opt.Events.Subscribe(a.id, a.receive)
	a.mu.Lock()
	a.release = func() {
		stop()
		w.remove(a, limited)
	}
	a.mu.Unlock()
	w.byID[a.id] = append(w.byID[a.id], a)
	w.count++
	if limited {
		w.limited++
	}
	w.mu.Unlock()
	return true
}

// remove takes a waiter off the list.
func (w *Waiters) remove(a *waiter, limited bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.byID[a.id]
	for i, other := range list {
		if other != a {
			continue
		}
		list[i] = list[len(list)-1]
		list[len(list)-1] = nil
		if list = list[:len(list)-1]; len(list) == 0 {
			delete(w.byID, a.id)
		} else {
			w.byID[a.id] = list
		}
		w.count--
		if limited {
			w.limited--
		}
		return
	}
}

// Recheck reads how an execution stands for everybody who waits for it here. It is for when this process can
// no longer say how the execution ends, as another owns it.
func (w *Waiters) Recheck(id ident.ID) {
	w.mu.Lock()
	list := append([]*waiter(nil), w.byID[id]...)
	w.mu.Unlock()
	for _, a := range list {
		w.read(a)
	}
}

// read reads how an execution stands, and again later when the table cannot be read.
func (w *Waiters) read(a *waiter) {
	err := w.load(a)
	if err == nil {
		return
	}
	w.opt.Log.Warn("cannot read the state of an execution; trying again", "execution", a.id.Text(ident.Execution), "error", err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.reading.Go(func() { w.retry(a) })
	}
}

// load tells a waiter what the table says.
func (w *Waiters) load(a *waiter) error {
	x, err := w.opt.Load(a.id)
	switch {
	case err == nil:
		a.read(x)
	case fault.Is(err, fault.NotFound) && !a.isNew:
		a.end(false)
	case fault.Is(err, fault.NotFound):
		a.read(flow.Execution{})
	default:
		if !fault.Is(err, fault.Unavailable) {
			// It may never become readable. Then it will fail, and the event of that counts.
			a.read(flow.Execution{})
		}
		return fault.Wrap("waiters.Await", err)
	}
	return nil
}

// retry reads the table until it answers or the wait is over.
func (w *Waiters) retry(a *waiter) {
	tick := time.NewTicker(readPause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-a.over:
			return
		}
		if w.load(a) == nil {
			return
		}
	}
}

// Waiting is how many wait.
func (w *Waiters) Waiting() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return int64(w.count)
}

// Close ends every wait, and each that begins later.
func (w *Waiters) Close() {
	w.mu.Lock()
	w.closed = true
	var all []*waiter
	for _, list := range w.byID {
		all = append(all, list...)
	}
	w.mu.Unlock()
	for _, a := range all {
		a.end(false)
	}
	w.reading.Wait()
}
