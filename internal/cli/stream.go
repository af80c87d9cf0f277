package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// maxEvent is the longest line of a stream, in bytes.
const maxEvent = 8 << 20

// The pauses before a lost connection is made again.
const (
	firstPause = 200 * time.Millisecond
	lastPause  = 10 * time.Second
)

// event is one server-sent event. One without data only has an id.
type event struct {
	id, name string
	data     []byte
}

// readEvents reads an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html) as the
// server writes it, with one data line per event, and calls do with each event. It returns io.EOF at the end of the
// stream, or the error of do.
func readEvents(in io.Reader, do func(event) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 4096), maxEvent)
	var e event
	for lines.Scan() {
		line := lines.Text()
		name, text, _ := strings.Cut(line, ":")
		text = strings.TrimPrefix(text, " ")
		switch {
		case line == "":
			if e.data != nil || e.id != "" {
				if err := do(e); err != nil {
					return err
				}
			}
			e = event{}
		case name == "id":
			e.id = text
		case name == "event":
			e.name = text
		case name == "data":
			e.data = []byte(text)
		}
	}
	if err := lines.Err(); err != nil {
		return fault.As("cli.follow", fault.Unavailable, err, "the connection was lost: %v", err)
	}
	return io.EOF
}

// untilSignal returns a context that ends with the first interrupt. The caller must call stop.
func (sys *system) untilSignal() (ctx context.Context, stop context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	sys.notify(signals, os.Interrupt, syscall.SIGTERM)
	// This goroutine ends with ctx.
	go func() {
		select {
		case <-signals:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// follow calls do with each event of a stream, in order, until ctx ends, do fails, or the stream ends, which is an error.
// after is the id of the last event that was seen before; "": none. While do works, the server keeps a bounded number of
// events; then it says how many it dropped.
func (c *client) follow(ctx context.Context, path, after string, do func(event) error) error {
	header := http.Header{}
	if after != "" {
		header.Set("Last-Event-ID", after)
	}
	res, err := c.requestWith(ctx, http.MethodGet, path, header, "")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	err = readEvents(res.Body, do)
	if errors.Is(err, io.EOF) {
		return fault.New("cli.follow", fault.Unavailable, "the server closed the stream; is it shutting down?")
	}
	return err
}

// keepFollowing is follow, but makes a lost connection again and goes on behind the last event. It returns nil when ctx
// ends, and an error when the first connection fails, the server refuses, or do fails.
func (sys *system) keepFollowing(ctx context.Context, server *client, path string, do func(event) error) error {
	last, wait := "", firstPause
	var failed error // of do
	for lost := false; ; lost = true {
		connected := false
		err := server.follow(ctx, path, last, func(e event) error {
			if !connected && lost {
				fmt.Fprintln(sys.stderr, "Connected again.")
			}
			connected, wait = true, firstPause
			if e.id != "" {
				last = e.id
			}
			if e.name == "" || e.name == "open" && lost {
				return nil
			}
			failed = do(e)
			return failed
		})
		select {
		case <-ctx.Done():
			return nil
		default:
		}
		switch {
		case failed != nil:
			return failed
		case !lost && !connected, !mayPass(err):
			return err
		case connected:
			fmt.Fprintf(sys.stderr, "The connection was lost (%v). Trying again …\n", err)
		}
		if !pause(ctx, wait) {
			return nil
		}
		wait = min(2*wait, lastPause)
	}
}

// mayPass reports whether an error may be gone at the next try: the server is away, or has too many followers.
func mayPass(err error) bool {
	r, ok := errors.AsType[*refused](err)
	return !ok || r.status == http.StatusServiceUnavailable || r.status == http.StatusTooManyRequests || r.status == http.StatusBadGateway || r.status == http.StatusGatewayTimeout
}

// pause waits, and reports whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
