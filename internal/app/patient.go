package app

import (
	"net/http"
	"time"

	"hookline.dev/hookline/internal/clock"
)

// patient gives every caller only so much time for a body, whether a handler reads it or not: net/http
// reads what is left of one before it sends the answer, and waits for it.
type patient struct {
	next    http.Handler
	timeout time.Duration
	clock   clock.Clock
}

// ServeHTTP sets the time. net/http takes it back when the body has come, so that it does not end the
// wait of a sync caller.
func (p *patient) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		if d, ok := w.(interface{ SetReadDeadline(time.Time) error }); ok {
			_ = d.SetReadDeadline(p.clock.Now().Add(p.timeout)) // it fails when the caller has left
		}
	}
	p.next.ServeHTTP(w, r)
}
