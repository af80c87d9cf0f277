package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// maxStreams is the number of concurrent requests on one HTTP/2 connection.
const maxStreams = 128

// listener is one HTTP server on one address.
type listener struct {
	flag   string // the flag that names the address
	addr   string
	server *http.Server
	tls    *tls.Config // nil: plain HTTP
	limits connLimits
	bound  net.Listener // nil until Start
	log    *slog.Logger
	done   chan struct{} // closed when the serving goroutine has ended
}

// newListener returns a listener that is not bound yet.
func newListener(flag, addr string, h http.Handler, c config.Server, log *slog.Logger) *listener {
	// No ReadTimeout: it would also end the waiting of sync callers. bodyDeadline limits the time of bodies.
	return &listener{
		flag: flag, addr: addr, log: log, done: make(chan struct{}),
		limits: connLimits{
			total: c.MaxConnections, perAddress: c.MaxPerAddress, exempt: config.Networks(c.TrustedProxies),
			write: c.WriteTimeout, minRate: c.MinBodyRate, minIdle: minIdle, clock: clock.System(), log: log,
		},
		server: &http.Server{
			Handler:           &bodyDeadline{next: trackBodies(closeAmbiguous(ignoreHalfClose(h))), timeout: c.BodyTimeout, clock: clock.System()},
			ReadHeaderTimeout: c.HeaderTimeout,
			IdleTimeout:       c.IdleTimeout,
			MaxHeaderBytes:    int(c.MaxHeaders),
			ConnState:         trackState,
			ConnContext:       withConn,
			HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
	}
}

// Start binds the address and serves.
func (l *listener) Start(ctx context.Context) error {
	var lc net.ListenConfig
	bound, err := lc.Listen(ctx, "tcp", l.addr)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fault.As("app.listen", fault.Unavailable, err,
				"%s is used by another process; name another address with %s", l.addr, l.flag)
		}
		return fault.As("app.listen", fault.Unavailable, err, "cannot listen on %s (%s): %s", l.addr, l.flag, listenCause(err))
	}
	l.bound = bound
	on := newLimitedListener(bound, l.limits)
	serve := l.server.Serve
	if l.tls != nil {
		l.server.TLSConfig = l.tls.Clone()
		serve = func(on net.Listener) error { return l.server.ServeTLS(on, "", "") } // l.tls contains the certificate
	}
	// The goroutine ends when Stop shuts the server down; Stop waits for done.
	go func() {
		defer close(l.done)
		if err := serve(on); !errors.Is(err, http.ErrServerClosed) {
			l.log.Error("listener ended", "addr", l.addr, "error", err)
		}
	}()
	return nil
}

// listenCause returns the operating system's error of a failed bind.
func listenCause(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// Stop accepts no more connections and waits for the requests under way. When ctx ends, it closes their
// connections.
func (l *listener) Stop(ctx context.Context) error {
	if l.bound == nil {
		return nil
	}
	err := l.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, l.server.Close())
	}
	<-l.done
	return err
}

// url returns the base URL of the listener, with a host that a browser on this machine can use.
func (l *listener) url() string {
	scheme := "http://"
	if l.tls != nil {
		scheme = "https://"
	}
	addr, ok := l.bound.Addr().(*net.TCPAddr)
	if !ok {
		return scheme + l.addr
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}

// port returns the port that the listener is bound to.
func (l *listener) port() string {
	_, port, _ := net.SplitHostPort(l.bound.Addr().String()) // a bound address always has a port
	return port
}
