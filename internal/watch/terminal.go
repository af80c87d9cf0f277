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
		case <-t.sub.Ready():
			err = t.print()
		case <-tick.C:
			err = t.lines.Flush()
		case <-t.stop:
			t.drain()
			return
		}
		if err != nil {
			return // the terminal is gone, but the server continues
		}
	}
}

// print prints the events that have arrived.
func (t *Terminal) print() error {
	var events [batch]Event
	for {
		n, missed := t.sub.Take(events[:])
		if missed > 0 {
			if err := t.lines.Dropped(missed); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
		for _, e := range events[:n] {
			if err := t.lines.Add(e); err != nil {
				return err
			}
		}
	}
}

func (t *Terminal) drain() {
	if t.print() == nil {
		_ = t.lines.Close() // the terminal is gone
	}
}
