package outbound

import (
	"compress/flate"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Kind classifies the failure of a request.
type Kind uint8

// The kinds.
const (
	Broken   Kind = iota // the connection broke, or the other side does not speak HTTP
	Invalid              // the request cannot be sent as it is
	Refused              // the guard refused the destination
	NoName               // the host name does not resolve
	Connect              // no connection could be made
	TLS                  // the TLS handshake failed
	Timeout              // a connection, handshake or request took too long
	Redirect             // a redirect cannot be followed
	TooLarge             // the response exceeds its limit
)

// Error is the reason why there is no response. It has no cause, because the errors of net and net/http contain the
// URL, and the message contains no part of the request.
type Error struct {
	Kind    Kind
	Message string // for people
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Final reports whether the same request would fail again.
func (e *Error) Final() bool {
	switch e.Kind {
	case Invalid, Refused, Redirect, TooLarge:
		return true
	case Broken, NoName, Connect, TLS, Timeout:
		return false
	}
	return false
}

// bodyError is the error of Body.Open.
type bodyError struct{ cause error }

func (b *bodyError) Error() string { return b.cause.Error() }

// failed counts a failure.
func (c *Client) failed(err error) error {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
	case e.Kind == Refused:
		c.counters.refused.Add(1)
		return err
	case e.Kind == TooLarge:
		c.counters.tooLarge.Add(1)
		return err
	case e.Kind == Timeout:
		c.counters.timedOut.Add(1)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		c.counters.timedOut.Add(1)
	}
	c.counters.failed.Add(1)
	return err
}

// classify turns an error of the network into one of ours. The error of an ended context stays.
func classify(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if b, ok := errors.AsType[*bodyError](err); ok {
		return b.cause
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return &Error{Kind: NoName, Message: "the host name does not resolve"}
	}
	if e := tlsError(err); e != nil {
		return e
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) {
		return &Error{Kind: Timeout, Message: "no connection was made in time"}
	}
	return connection(err)
}

// connection classifies the end of a connection.
func connection(err error) *Error {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{Kind: Connect, Message: "the connection was refused"}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return &Error{Kind: Connect, Message: "the host is unreachable"}
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return &Error{Kind: Connect, Message: "the server has too many open files"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Kind: Broken, Message: "the connection ended before the response was complete"}
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return &Error{Kind: Broken, Message: "the other side closed the connection without a complete response"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &Error{Kind: Connect, Message: "no connection could be made"}
	}
	return &Error{Kind: Broken, Message: "no valid HTTP response was received"}
}

// tlsError returns the reason why a TLS handshake failed, or nil.
func tlsError(err error) *Error {
	failed := func(why string) *Error { return &Error{Kind: TLS, Message: why} }
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return failed("the certificate is signed by an unknown authority")
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return failed("the certificate is for another host name")
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return failed("the certificate has expired or is not valid yet")
		}
		return failed("the certificate is not valid")
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return failed("the certificate cannot be verified")
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return failed("the other side does not speak TLS")
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return failed("the TLS handshake failed: " + alert.Error())
	}
	if text := err.Error(); strings.Contains(text, "tls: ") || strings.Contains(text, "HTTP response to HTTPS client") {
		return failed("the TLS handshake failed")
	}
	return nil
}

// redirected marks an error about the target of a redirect.
func redirected(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	kind := e.Kind
	if kind == Invalid {
		kind = Redirect
	}
	return &Error{Kind: kind, Message: "a redirect cannot be followed: " + e.Message}
}

// isCorrupt reports whether compressed data is damaged.
func isCorrupt(err error) bool {
	_, ok := errors.AsType[flate.CorruptInputError](err)
	return ok
}

// quoted prints a name from a document in quotes.
func quoted(text string) string { return strconv.Quote(text) }
