package outbound

import (
	"net"
	"sync"
	"sync/atomic"
)

// Stats are counters since the client was made, except InFlight and Connections, which are current values.
type Stats struct {
	Requests    int64 // sent, redirects not included
	Redirects   int64 // followed
	Refused     int64 // the guard refused the destination
	Failed      int64 // no response for another reason, time-outs included
	TimedOut    int64
	TooLarge    int64 // the response exceeded its limit
	Dials       int64 // connections opened
	Connections int64 // open now
	InFlight    int64 // requests whose response is not closed
}

type counters struct {
	requests, redirects, refused, failed, timedOut, tooLarge, dials, open, inFlight atomic.Int64
}

// Stats returns the counters.
func (c *Client) Stats() Stats {
	n := &c.counters
	return Stats{
		Requests: n.requests.Load(), Redirects: n.redirects.Load(), Refused: n.refused.Load(), Failed: n.failed.Load(),
		TimedOut: n.timedOut.Load(), TooLarge: n.tooLarge.Load(), Dials: n.dials.Load(), Connections: n.open.Load(),
		InFlight: n.inFlight.Load(),
	}
}

// counted is a connection that counts itself out when it closes.
type counted struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

// Close closes the connection.
func (c *counted) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}
