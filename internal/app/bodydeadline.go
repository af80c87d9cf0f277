package app

import (
	"net/http"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// bodyDeadline limits how long every caller may take to send its body, whether or not a handler reads it:
// net/http reads the rest of a body before it sends the answer, and would wait for it.
type bodyDeadline struct {
	next    http.Handler
	timeout time.Duration
	clock   clock.Clock
}

// ServeHTTP sets a read deadline. net/http removes it when the body has arrived, so it does not end the wait of
// a sync caller.
func (p *bodyDeadline) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		if d, ok := w.(interface{ SetReadDeadline(time.Time) error }); ok {
			_ = d.SetReadDeadline(p.clock.Now().Add(p.timeout)) // fails if the caller has disconnected
		}
	}
	p.next.ServeHTTP(w, r)
}
