package watch

import (
	"context"
	"io"
	"time"
)

// Terminal prints a hub's events as lines while it is started. It implements lifecycle.Service.
type Terminal struct {
	hub   *Hub
	lines *Lines
	sub   *Subscription
	stop  chan struct{} // closed by Stop
	done  chan struct{} // closed when run has ended
}

// NewTerminal returns a Terminal that prints the hub's events to w.
func NewTerminal(hub *Hub, w io.Writer, style Style) *Terminal {
	return &Terminal{hub: hub, lines: NewLines(w, style), stop: make(chan struct{}), done: make(chan struct{})}
}

// Start subscribes to the hub and begins to print. It fails if Hub.Subscribe does.
func (t *Terminal) Start(context.Context) error {
	sub, err := t.hub.Subscribe()
	if err != nil {
		return err
	}
	t.sub = sub
	go t.run()
	return nil
}

// Stop prints the events that have arrived, and the unfinished executions as running. It returns ctx's error if the
// terminal does not accept them in time. Call it once, after Start has succeeded.
func (t *Terminal) Stop(ctx context.Context) error {
	close(t.stop)
	select {
	case <-t.done:
		return nil
	case <-ctx.Done(): // the terminal accepts no output, e.g. after ^S
		return ctx.Err()
	}
}

func (t *Terminal) run() {
	defer close(t.done)
	defer t.sub.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		var err error
		select {
		case e := <-t.sub.Events():
			err = t.lines.Add(e)
		case <-tick.C:
			if err = t.lines.Flush(); err == nil {
				err = t.tellDropped()
			}
		case <-t.stop:
			t.drain()
			return
		}
		if err != nil {
			return // the terminal is gone, but the server continues
		}
	}
}

func (t *Terminal) tellDropped() error {
	if n := t.sub.TakeDropped(); n > 0 {
		return t.lines.Dropped(n)
	}
	return nil
}

func (t *Terminal) drain() {
	for {
		select {
		case e := <-t.sub.Events():
			if t.lines.Add(e) != nil {
				return
			}
		default:
			if t.tellDropped() == nil {
				_ = t.lines.Close() // the terminal is gone
			}
			return
		}
	}
}
