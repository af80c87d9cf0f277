package otlp

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/hook"
)

// Start starts the worker.
func (t *Tracer) Start(context.Context) error {
	t.done = make(chan struct{})
	// work ends when Stop closes stopping; Stop waits for it.
	go t.work()
	return nil
}

// Stop exports what is queued, in flushTime at most, and ends the worker.
func (t *Tracer) Stop(ctx context.Context) error {
	defer t.opt.Client.Close()
	t.stop.Do(func() { close(t.stopping) })
	if t.done == nil {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	defer context.AfterFunc(within, t.cancel)()
	<-t.done
	t.cancel()
	return nil
}

// work makes spans of what is queued and sends them, until Stop.
func (t *Tracer) work() {
	defer close(t.done)
	var batch []span
	due := time.NewTimer(interval)
	due.Stop()
	for {
		select {
		case e := <-t.queue:
			if len(batch) == 0 {
				due.Reset(interval)
			}
			if batch = t.add(batch, e); len(batch) >= MaxBatch {
				batch = t.flush(batch)
			}
		case <-due.C:
			batch = t.flush(batch)
		case <-t.stopping:
			t.drain(batch)
			return
		}
	}
}

// drain sends what is left. What does not fit into the time of Stop is dropped and counted.
func (t *Tracer) drain(batch []span) {
	for {
		select {
		case e := <-t.queue:
			if batch = t.add(batch, e); len(batch) >= MaxBatch {
				batch = t.flush(batch)
			}
		default:
			t.flush(batch)
			return
		}
	}
}

// flush sends a batch, in parts of MaxBatch spans, and returns it empty.
func (t *Tracer) flush(batch []span) []span {
	for rest := batch; len(rest) > 0; {
		n := min(len(rest), MaxBatch)
		t.send(rest[:n])
		rest = rest[n:]
	}
	clear(batch)
	return batch[:0]
}

// add appends the spans of an entry.
func (t *Tracer) add(batch []span, e entry) []span {
	if e.ended.ID == 0 {
		return append(batch, e.call)
	}
	ctx, cancel := context.WithTimeout(t.ctx, loadTime)
	defer cancel()
	loaded, err := t.opt.Load(ctx, e.ended.ID)
	if err != nil {
		t.unqueued.Add(1)
		return batch
	}
	if e.trace.id == (traceID{}) {
		if e.trace = t.ofRequest(&loaded.Delivery); !e.trace.sampled {
			return batch
		}
	}
	return t.appendExecution(batch, &e.ended, loaded.Steps, e.trace)
}

// ofRequest returns the trace of a recorded call.
func (t *Tracer) ofRequest(d *hook.Delivery) trace {
	return t.seed.trace(d.ID, lines(d.Request.Headers, parentHeader), lines(d.Request.Headers, stateHeader), t.opt.Ratio)
}
