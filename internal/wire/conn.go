package wire

import (
	"context"
	"net"
	"sync"
)

// keptBuffer is the largest buffer, in bytes, that a connection keeps for its next request.
const keptBuffer = 8 << 10

// Conn is a server's side of a connection that notes the header block of each request. Its methods
// may be used as those of every net.Conn, but for Read, which one goroutine may call at a time, as
// net/http does.
type Conn struct {
	net.Conn
	rest []byte // was read, but belongs to the next message

	mu     sync.Mutex
	follow follower
}

// NewConn returns a Conn over c that notes header blocks of at most limit bytes, request line
// included. Larger ones are handed on all the same; whether they are refused is the server's matter.
func NewConn(c net.Conn, limit int) *Conn {
	return &Conn{Conn: c, follow: follower{limit: limit}}
}

// Read reads at most to the end of one message.
func (c *Conn) Read(p []byte) (int, error) {
	if len(c.rest) > 0 {
		n := c.note(p[:copy(p, c.rest)])
		c.rest = c.rest[n:]
		return n, nil
	}
	n, err := c.Conn.Read(p)
	if n == 0 {
		return 0, err
	}
	whole := c.note(p[:n])
	if whole < n {
		c.rest = append([]byte(nil), p[whole:n]...)
		return whole, nil // an error comes again with the next read
	}
	return n, err
}

func (c *Conn) note(b []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.follow.feed(b)
}

// CloseWrite ends the sending side where there is such a thing, as net/http wants it to let an early
// answer reach a caller who is still sending.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// NetConn is the connection below, by the name that tls.Conn has for it.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// head returns the header block of the request that is being served, "" when it is not known.
func (c *Conn) head() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.follow.done)
}

// noting is a Conn, or has one inside.
type noting interface{ head() string }

type contextKey struct{}

// Context is what http.Server.ConnContext must be for Headers to find the connection of a request.
func Context(ctx context.Context, c net.Conn) context.Context {
	if n, ok := c.(noting); ok {
		return context.WithValue(ctx, contextKey{}, n)
	}
	return ctx
}
