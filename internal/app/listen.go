package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// listener is one HTTP server on one address.
type listener struct {
	flag   string // the flag that names the address
	addr   string
	server *http.Server
	bound  net.Listener
	log    *slog.Logger
	done   chan struct{}
}

// newListener returns a listener that is not bound yet.
func newListener(flag, addr string, h http.Handler, c config.Server, log *slog.Logger) *listener {
	// No ReadTimeout: it would also end the wait of sync callers. The door bounds its bodies itself,
	// and the API's are a few bytes.
	return &listener{
		flag: flag, addr: addr, log: log, done: make(chan struct{}),
		server: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: c.HeaderTimeout,
			IdleTimeout:       c.IdleTimeout,
			MaxHeaderBytes:    int(c.MaxHeaders),
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
				"%s is taken by another process; name another address with %s", l.addr, l.flag)
		}
		return fault.As("app.listen", fault.Unavailable, err, "cannot listen on %s (%s): %s", l.addr, l.flag, listenCause(err))
	}
	l.bound = bound
	go func() {
		defer close(l.done)
		if err := l.server.Serve(bound); !errors.Is(err, http.ErrServerClosed) {
			l.log.Error("listener ended", "addr", l.addr, "error", err)
		}
	}()
	return nil
}

// listenCause is the system's own word for a failed bind.
func listenCause(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// Stop lets the requests under way end, until ctx does.
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

// url is the base URL of the listener, with a host that a browser on this machine can use.
func (l *listener) url() string {
	addr, ok := l.bound.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + l.addr
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}
