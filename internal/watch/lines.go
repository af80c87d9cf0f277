package watch

import (
	"container/list"
	"fmt"
	"io"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// maxOpen is how many unfinished executions Lines remembers. If there are more, it prints the oldest as it is.
const maxOpen = 4096

// Lines prints one line per delivery: a rejected one at once, and an accepted one when its execution has ended
// or begins to wait. It must be used by one goroutine only.
type Lines struct {
	w     io.Writer
	style Style
	open  map[ExecutionID]*list.Element // elements contain *pending
	order *list.List                    // oldest first
	buf   []byte
}

// pending is a line that waits for its second event.
type pending struct {
	id      ExecutionID
	line    line
	printed bool // the execution waits: its line is printed, and another follows when it ends
	early   int  // number of Flush calls since only the execution's event had arrived
}

// NewLines returns Lines that print to w.
func NewLines(w io.Writer, style Style) *Lines {
	return &Lines{w: w, style: style, open: make(map[ExecutionID]*list.Element), order: list.New()}
}

// Add handles an event, and prints the line that it completes. The two events of a delivery may arrive in
// either order. The error is the writer's.
func (l *Lines) Add(e Event) error {
	if e.Kind == OfDelivery && e.Outcome != hook.Accepted {
		return l.print(line{delivery: e})
	}
	h, err := l.half(e.Execution)
	if err != nil {
		return err
	}
	if e.Kind == OfDelivery {
		h.line.delivery = e
	} else {
		h.line.execution = e
	}
	if h.line.delivery.Kind == "" || h.line.execution.Kind == "" {
		return nil
	}
	return l.complete(h)
}

// Flush prints executions whose delivery was not seen because it happened before the printer started. Call it
// about once a second.
func (l *Lines) Flush() error {
	for el := l.order.Front(); el != nil; {
		h := el.Value.(*pending)
		el = el.Next()
		if h.line.delivery.Kind != "" {
			continue
		}
		if h.early++; h.early > 1 {
			if err := l.complete(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close prints the unfinished executions as running.
func (l *Lines) Close() error {
	for l.order.Len() > 0 {
		if err := l.evict(); err != nil {
			return err
		}
	}
	return nil
}

// Dropped prints how many events were missed.
func (l *Lines) Dropped(n int64) error {
	_, err := fmt.Fprintf(l.w, "… %d events not shown because they came too fast\n", n)
	return err
}

// complete prints a line, and removes it unless its execution only waits.
func (l *Lines) complete(h *pending) error {
	if h.line.execution.Status == flow.Waiting && h.line.delivery.Kind != "" {
		err := l.print(h.line)
		h.printed, h.line.execution = true, Event{}
		return err
	}
	l.order.Remove(l.open[h.id])
	delete(l.open, h.id)
	return l.print(h.line)
}

func (l *Lines) half(id ExecutionID) (*pending, error) {
	if el := l.open[id]; el != nil {
		return el.Value.(*pending), nil
	}
	var err error
	if l.order.Len() >= maxOpen {
		err = l.evict()
	}
	h := &pending{id: id}
	l.open[id] = l.order.PushBack(h)
	return h, err
}

func (l *Lines) evict() error {
	h := l.order.Remove(l.order.Front()).(*pending)
	delete(l.open, h.id)
	if h.printed {
		return nil
	}
	return l.print(h.line)
}

func (l *Lines) print(x line) error {
	l.buf = x.append(l.buf[:0], l.style)
	_, err := l.w.Write(l.buf)
	return err
}
