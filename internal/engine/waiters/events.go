package waiters

import (
	"sync"
	"sync/atomic"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
)

// Events carries answers and ends of executions from the process that commits them to those in which
// somebody waits.
type Events interface {
	// Publish tells every process that an execution has answered or ended. It must not block.
	Publish(x flow.Execution)
	// Subscribe has receive called with each execution of that id that any process publishes after Subscribe
	// has returned, until stop is called; once more may still be under way then. receive does not block.
	Subscribe(id ident.ID, receive func(flow.Execution)) (stop func())
}

// Local is the Events of a server that is one process. The zero value is ready.
type Local struct {
	count atomic.Int64 // of subscriptions; read without the lock, as most executions have none
	mu    sync.Mutex
	byID  map[ident.ID][]*subscription
}

type subscription struct{ receive func(flow.Execution) }

// Publish implements Events.
func (l *Local) Publish(x flow.Execution) {
	if l.count.Load() == 0 {
		return
	}
	l.mu.Lock()
	list := append([]*subscription(nil), l.byID[x.ID]...)
	l.mu.Unlock()
	for _, s := range list {
		s.receive(x)
	}
}

// Subscribe implements Events.
func (l *Local) Subscribe(id ident.ID, receive func(flow.Execution)) (stop func()) {
	s := &subscription{receive}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = make(map[ident.ID][]*subscription)
	}
	l.byID[id] = append(l.byID[id], s)
	l.count.Add(1)
	return func() { l.remove(id, s) }
}

// remove ends a subscription, if it has not ended.
func (l *Local) remove(id ident.ID, s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.byID[id]
	for i, other := range list {
		if other != s {
			continue
		}
		list[i] = list[len(list)-1]
		list[len(list)-1] = nil
		if list = list[:len(list)-1]; len(list) == 0 {
			delete(l.byID, id)
		} else {
			l.byID[id] = list
		}
		l.count.Add(-1)
		return
	}
}
