package wire

import "net"

// Listener is a listener whose connections are Conns.
type Listener struct {
	net.Listener
	// Limit is the largest header block that is noted, in bytes.
	Limit int
}

// Accept returns the next connection.
func (l Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return NewConn(c, l.Limit), nil
}
