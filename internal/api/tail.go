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
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hookline.dev/hookline/internal/clock"
)

// The times of an event stream.
const (
	heartbeat  = 15 * time.Second // a comment line, so that proxies keep the connection and the dead are noticed
	writeLimit = 10 * time.Second // for one event, to a reader that takes nothing
)

// tail streams what happens as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
func (r routes) tail() {
	op := huma.Operation{
		OperationID: "tail", Method: http.MethodGet, Path: "/api/tail",
		Summary:   "Live events as server-sent events: delivery, execution, dropped",
		Responses: map[string]*huma.Response{"200": {Description: "events", Content: map[string]*huma.MediaType{"text/event-stream": {}}}},
	}
	huma.Register(r.api, op, func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: r.stream}, nil
	})
}

func (r routes) stream(hc huma.Context) {
	req, w := humago.Unwrap(hc)
	w.Header().Set("Content-Type", "text/event-stream")
	s := &eventStream{w: w, control: http.NewResponseController(w), clock: r.Clock}
	ctx, stop := context.WithCancel(req.Context())
	var beating sync.WaitGroup
	beating.Go(func() { s.beat(ctx, stop) })
	err := r.Live.Follow(ctx, s.send)
	stop()
	beating.Wait()
	if err == nil {
		return
	}
	if !s.started { // refused before the first byte
		p := r.problem("tail", err)
		w.Header().Set("Retry-After", "5")
		send(w, *p)
		return
	}
	r.Log.Debug("an event stream ended", "error", err)
}

// eventStream writes events of one reader. Its methods may be called from two goroutines.
type eventStream struct {
	w       io.Writer
	control *http.ResponseController
	clock   clock.Clock
	mu      sync.Mutex
	started bool
}

func (s *eventStream) send(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.write("event: %s\ndata: %s\n\n", name, text)
}

// beat writes a comment whenever heartbeat has passed.
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

func (s *eventStream) write(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	// Not every writer has deadlines; those of the server do.
	_ = s.control.SetWriteDeadline(s.clock.Now().Add(writeLimit))
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.control.Flush()
}
