package app

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/wire"
)

// The protocols of a TLS connection (RFC 7301).
const (
	protoHTTP2 = "h2"
	protoHTTP1 = "http/1.1"
)

// plainAnswer is for who speaks HTTP to a listener of HTTPS. Nothing of the request was read.
const plainAnswer = `{"type":"urn:hookline:problem:https","title":"This address speaks HTTPS","status":400,` +
	`"detail":"Write https:// in the URL. Nothing was done."}`

// secured is a listener that makes the TLS handshakes itself, each in a goroutine, and hands on what
// is ready. net/http would make them too, but then it must be given a *tls.Conn, through which the
// header lines of HTTP/1 cannot be seen: here only HTTP/2 gets one, and HTTP/1 a connection that is
// noted.
type secured struct {
	net.Listener
	config  *tls.Config
	timeout time.Duration // of a handshake
	headers int           // bytes, for wire
	log     *slog.Logger

	ready  chan accepted
	begin  func() // to accept; once
	done   <-chan struct{}
	cancel context.CancelFunc
	shakes sync.WaitGroup
}

type accepted struct {
	conn net.Conn
	err  error
}

// newSecured returns a listener over l. config says which certificate a client gets.
func newSecured(l net.Listener, config *tls.Config, timeout time.Duration, headers int, log *slog.Logger) *secured {
	ctx, cancel := context.WithCancel(context.Background())
	s := &secured{
		Listener: l, config: config, timeout: timeout, headers: headers, log: log,
		ready: make(chan accepted), done: ctx.Done(), cancel: cancel,
	}
	s.begin = sync.OnceFunc(func() { go s.gather(ctx) })
	return s
}

// Accept returns the next connection whose handshake is done.
func (l *secured) Accept() (net.Conn, error) {
	l.begin()
	select {
	case a := <-l.ready:
		return a.conn, a.err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// gather accepts connections until the listener is closed.
func (l *secured) gather(ctx context.Context) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			if !l.hand(accepted{err: err}) || errors.Is(err, net.ErrClosed) {
				return
			}
			continue // net/http waits a while after an error that passes, as too many open files
		}
		l.shakes.Go(func() { l.handshake(ctx, c) })
	}
}

// hand gives a connection on. It returns false when nobody takes it any more.
func (l *secured) hand(a accepted) bool {
	select {
	case l.ready <- a:
		return true
	case <-l.done:
		return false
	}
}

func (l *secured) handshake(ctx context.Context, c net.Conn) {
	secure := tls.Server(c, l.config)
	err := c.SetDeadline(clock.System().Now().Add(l.timeout))
	if err == nil {
		err = secure.HandshakeContext(ctx)
	}
	if err == nil {
		err = c.SetDeadline(time.Time{})
	}
	if err != nil {
		l.log.Debug("a TLS handshake failed", "address", c.RemoteAddr(), "error", err)
		answerPlain(err)
		_ = c.Close() // it was never used
		return
	}
	var next net.Conn
	state := secure.ConnectionState()
	switch state.NegotiatedProtocol {
	case protoHTTP2:
		next = secure
	case protoHTTP1, "":
		next = &noted{Conn: wire.NewConn(secure, l.headers), state: state}
	}
	// Any other protocol is ACME's challenge, which the handshake has answered (RFC 8737).
	if next == nil || !l.hand(accepted{conn: next}) {
		_ = secure.Close()
	}
}

// answerPlain tells a client that speaks plain HTTP why it is not understood.
func answerPlain(err error) {
	var header tls.RecordHeaderError
	if !errors.As(err, &header) || header.Conn == nil {
		return
	}
	switch string(header.RecordHeader[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "PATCH", "DELET", "OPTIO":
		_, _ = io.WriteString(header.Conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: "+
			strconv.Itoa(len(plainAnswer))+"\r\n\r\n"+plainAnswer) // the caller may have left
	}
}

// Close ends the listener and the handshakes under way.
func (l *secured) Close() error {
	l.cancel()
	err := l.Listener.Close()
	l.shakes.Wait()
	return err
}

// noted is a TLS connection whose header lines are noted. net/http asks it for its state, as it would a
// *tls.Conn.
type noted struct {
	*wire.Conn
	state tls.ConnectionState
}

// ConnectionState is what becomes http.Request.TLS.
func (n *noted) ConnectionState() tls.ConnectionState { return n.state }

// tlsConfig is what a server offers: TLS 1.2 with forward secrecy and 1.3, as crypto/tls has it by
// default; the choice of suites is Go's and changes with it.
func tlsConfig(certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error), more ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: certificate,
		NextProtos:     append([]string{protoHTTP2, protoHTTP1}, more...),
	}
}
