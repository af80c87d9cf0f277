package app

import (
	"net/http"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// bodyDeadline limits the time that every caller has for its body, whether a handler reads it or not: net/http
// reads the rest of a body before it sends the answer, and would wait for it.
type bodyDeadline struct {
	next    http.Handler
	timeout time.Duration
	clock   clock.Clock
}

// ServeHTTP sets a read deadline. net/http removes it when the body has arrived, so it does not end the waiting
// of a sync caller.
func (p *bodyDeadline) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		if d, ok := w.(interface{ SetReadDeadline(time.Time) error }); ok {
			_ = d.SetReadDeadline(p.clock.Now().Add(p.timeout)) // it fails when the caller has disconnected
		}
	}
	p.next.ServeHTTP(w, r)
}
