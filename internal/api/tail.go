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

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clock"
)

// The timing of an event stream.
const (
	heartbeat  = 15 * time.Second // interval of comment lines, which keep proxies connected and reveal dead connections
	writeLimit = 10 * time.Second // for one event, if the reader does not read
)

// tail streams events as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
func (r routes) tail() {
	op := huma.Operation{
		OperationID: "tail", Method: http.MethodGet, Path: "/api/tail", Metadata: needs(account.ReadHistory),
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
	// beat ends with ctx and must have ended before the handler returns: w is invalid afterwards.
	var beating sync.WaitGroup
	beating.Go(func() { s.beat(ctx, stop) })
	err := r.Live.Follow(ctx, only(caller(ctx), s.send))
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

// only passes on the events that a principal may see. One that is bound to workflows sees no events of others, and none
// without a workflow, such as calls that no workflow took.
func only(who account.Principal, send func(string, any) error) func(string, any) error {
	if !who.Bound() {
		return send
	}
	return func(name string, data any) error {
		text, err := json.Marshal(data)
		if err != nil {
			return err
		}
		var of struct {
			Workflow *string `json:"workflow"`
		}
		if err := json.Unmarshal(text, &of); err != nil {
			return err
		}
		about := name == "delivery" || name == "execution"
		if about && of.Workflow == nil || of.Workflow != nil && !who.Sees(*of.Workflow) {
			return nil
		}
		return send(name, json.RawMessage(text))
	}
}

// eventStream writes the events of one follower. Its methods are called from two goroutines: the one that
// serves the request, and the one that runs beat.
type eventStream struct {
	w       io.Writer
	control *http.ResponseController
	clock   clock.Clock
	mu      sync.Mutex // held during a write, so that events and comments do not mix; guards started
	started bool       // something was written
}

func (s *eventStream) send(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.write("event: %s\ndata: %s\n\n", name, text)
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

func (s *eventStream) write(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	// Only the server's own writers support deadlines.
	_ = s.control.SetWriteDeadline(s.clock.Now().Add(writeLimit))
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.control.Flush()
}
