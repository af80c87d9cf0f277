package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

// The timing of an event stream.
const (
	heartbeat  = 15 * time.Second // interval of comment lines, which keep proxies connected and reveal dead connections
	writeLimit = 10 * time.Second // for one event, if the reader does not read
)

// sendEvent sends one event. An event without a name only sets the id that a client sends when it comes back.
type sendEvent func(id, name string, data any) error

// streams registers an operation that responds with server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). An error before the first event becomes a problem
// document, and a later one ends the stream.
func streams[I any](r routes, o route, events string, do func(context.Context, *I, sendEvent) error) {
	op := o.operation()
	op.Responses = map[string]*huma.Response{"200": {Description: "events: " + events, Content: map[string]*huma.MediaType{"text/event-stream": {}}}}
	respond(r, o.needs, op, func(w http.ResponseWriter, req *http.Request, in *I) error {
		s := &eventStream{w: w, control: http.NewResponseController(w), clock: r.Clock}
		ctx, stop := context.WithCancel(req.Context())
		// beat ends with ctx and must have ended before the handler returns: w is invalid afterwards.
		var beating sync.WaitGroup
		beating.Go(func() { s.beat(ctx, stop) })
		err := do(ctx, in, s.send)
		stop()
		beating.Wait()
		if err != nil && !s.started {
			if fault.Is(err, fault.Unavailable) {
				w.Header().Set("Retry-After", "5")
			}
			return err
		}
		if err != nil {
			r.Log.Debug("an event stream ended", "op", o.id, "error", err)
		}
		return nil
	})
}

// readsHistory is the route of a stream of the history.
func readsHistory(path, id, summary string) route {
	return route{method: http.MethodGet, path: path, id: id, summary: summary, needs: account.ReadHistory}
}

// eventStream writes the events of one follower. Its methods are called from two goroutines: the one that
// serves the request, and the one that runs beat.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	clock   clock.Clock
	mu      sync.Mutex // held during a write, so that events and comments do not mix; guards started
	started bool       // something was written
}

func (s *eventStream) send(id, name string, data any) error {
	var text string
	if id != "" {
		text = "id: " + id + "\n"
	}
	if name != "" {
		body, err := json.Marshal(data)
		if err != nil {
			return err
		}
		text += fmt.Sprintf("event: %s\ndata: %s\n", name, body)
	}
	return s.write(text + "\n")
}

// beat writes a comment every heartbeat.
func (s *eventStream) beat(ctx context.Context, stop context.CancelFunc) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if s.write(": hookline\n\n") != nil {
				stop()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (s *eventStream) write(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		s.started = true
		s.w.Header().Set("Content-Type", "text/event-stream")
		s.w.Header().Set("X-Accel-Buffering", "no") // a proxy passes each event on at once
	}
	// Only the server's own writers support deadlines.
	_ = s.control.SetWriteDeadline(s.clock.Now().Add(writeLimit))
	if _, err := io.WriteString(s.w, text); err != nil {
		return err
	}
	return s.control.Flush()
}
