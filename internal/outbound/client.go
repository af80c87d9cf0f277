package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"
)

// The defaults of Options, and limits that are not settings.
const (
	// DefaultPerHost is the default of Options.PerHost.
	DefaultPerHost = 100
	// DefaultMemory is the default of Options.Memory.
	DefaultMemory = 256 << 20
	// MaxHeader is the largest header section of a response, in bytes.
	MaxHeader = 64 << 10
	// MaxRedirects is the largest number of redirects that a request may follow.
	MaxRedirects = 20

	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	idleTimeout      = 90 * time.Second
	maxIdle          = 512 // idle connections to all hosts
	pingAfter        = 30 * time.Second
	pingTimeout      = 15 * time.Second
)

// Options configure a Client.
type Options struct {
	// Allow opens address ranges that are closed by default: private, loopback, link-local, and all others that are
	// not public. Prefixes of IPv4-mapped IPv6 addresses count as IPv4.
	Allow []netip.Prefix
	// Ports are the only ports that may be connected to. Empty: any port.
	Ports []uint16
	// PerHost limits the open connections to one host and port. 0: DefaultPerHost.
	PerHost int
	// Memory limits the bytes of all responses over 64 KiB that are in memory. 0: DefaultMemory.
	Memory int64
	// Proxy returns the proxy for a URL, or nil for a direct connection. nil: no proxy. See ProxyFromEnviron.
	Proxy *Proxy
	// Roots are the trusted certificate authorities. nil: the system's.
	Roots *x509.CertPool
	// Resolver resolves names. nil: the system's.
	Resolver *net.Resolver
	// Instead answers every request in place of the network, for tests of workflows. Everything that is checked before
	// a name is resolved is checked as usual. nil: requests go to the network.
	Instead http.RoundTripper
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	guard     *guard
	dialer    net.Dialer
	direct    net.Dialer // without the guard, for the operator's proxy
	proxy     *Proxy
	transport *http.Transport
	wire      http.RoundTripper // transport, or Options.Instead
	budget    int64             // bytes
	memory    *semaphore.Weighted
	counters  counters
}

// New returns a client. The caller calls Close when it is no longer used.
func New(o Options) *Client {
	if o.PerHost == 0 {
		o.PerHost = DefaultPerHost
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	c := &Client{
		guard: newGuard(o.Allow, o.Ports), proxy: o.Proxy,
		budget: o.Memory, memory: semaphore.NewWeighted(o.Memory),
	}
	c.direct = net.Dialer{Timeout: dialTimeout, Resolver: o.Resolver}
	c.dialer = c.direct
	c.dialer.Control = c.guard.control
	c.transport = &http.Transport{
		DialContext:            c.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout:    handshakeTimeout,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		DisableCompression:     true, // Response undoes it, under its own limit
		MaxConnsPerHost:        o.PerHost,
		MaxIdleConnsPerHost:    o.PerHost,
		MaxIdleConns:           maxIdle,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: MaxHeader,
	}
	if c.wire = o.Instead; c.wire == nil {
		c.wire = c.transport
	}
	if o.Proxy != nil {
		c.transport.Proxy = func(r *http.Request) (*url.URL, error) { return o.Proxy.of(r.URL) }
	}
	return c
}

// Close closes idle connections. Requests under way continue.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Dial opens a connection for a protocol other than HTTP. The network is tcp, tcp4 or tcp6; the address is host:port.
// Errors are of type *Error, except that of an ended context.
func (c *Client) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, &Error{Kind: Invalid, Message: "the address must be host:port"}
	}
	if err := checkHost(host); err != nil {
		return nil, c.failed(err)
	}
	conn, err := c.open(ctx, &c.dialer, network, address)
	if err != nil {
		return nil, c.failed(classify(ctx, err))
	}
	return conn, nil
}

// TLS returns the configuration for TLS to a host, over a connection of Dial.
func (c *Client) TLS(host string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.transport.TLSClientConfig.RootCAs, ServerName: host}
}

// Failure converts and counts an error of a connection of Dial. The result is an *Error, except that of an ended
// context.
func (c *Client) Failure(ctx context.Context, err error) error { return c.failed(classify(ctx, err)) }

// dial opens a connection for the transport.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.proxy.isAt(address) {
		return c.open(ctx, &c.direct, network, address)
	}
	return c.open(ctx, &c.dialer, network, address)
}

// open opens a connection and counts it.
func (c *Client) open(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.counters.dials.Add(1)
	c.counters.open.Add(1)
	return &counted{Conn: conn, open: &c.counters.open}, nil
}
