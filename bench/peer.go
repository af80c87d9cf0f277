package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// peer is the server that requests are sent to. It listens on every address of the loopback network, so that it can be
// many hosts.
type peer struct {
	port    int
	server  *http.Server
	waiting atomic.Int64
	release chan struct{} // closed: /slow answers
	once    sync.Once
}

// startPeer starts a peer on a free port.
func startPeer() (*peer, error) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return nil, err
	}
	p := &peer{port: l.Addr().(*net.TCPAddr).Port, release: make(chan struct{})}
	p.server = &http.Server{Handler: p}
	go func() { _ = p.server.Serve(l) }() // ends with stop
	return p, nil
}

func (p *peer) stop() error {
	p.answer()
	return p.server.Close()
}

// answer lets /slow answer.
func (p *peer) answer() { p.once.Do(func() { close(p.release) }) }

// env returns the environment of a server that sends to the peer.
func (p *peer) env() []string {
	return []string{fmt.Sprintf("HOOKLINE_ENV_PEER=http://127.0.0.1:%d", p.port), "HOOKLINE_ALLOW_OUTBOUND=127.0.0.0/8"}
}

// ServeHTTP reads the request, waits if it is slow, and answers.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	if strings.HasPrefix(r.URL.Path, "/slow") {
		p.waiting.Add(1)
		select {
		case <-p.release:
		case <-r.Context().Done():
		}
		p.waiting.Add(-1)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"branch":"refs/heads/main"}`)
}

// The number of slow peers, and the most memory that a server may use while all of them wait.
const (
	slowPeers     = 10_000
	maxSlowMemory = 1 << 30 // bytes
)

// slowRequests has one request under way to each of many peers that do not answer, then lets all answer.
func (e *env) slowRequests(ctx context.Context, w io.Writer) error {
	p, err := startPeer()
	if err != nil {
		return err
	}
	defer func() { _ = p.stop() }()
	server, err := process.Start(ctx, process.Options{
		Program: e.real, Data: filepath.Join(e.dir, "data-slow-peers"), Workflows: filepath.Join(e.root, "bench", "workflows"),
		Env: append(p.env(), fmt.Sprintf("HOOKLINE_CONCURRENCY=%d", slowPeers), fmt.Sprintf("HOOKLINE_HAND_OFF=%d", slowPeers)),
	})
	if err != nil {
		return err
	}
	defer server.Kill()
	idle, err := server.Usage()
	if err != nil {
		return err
	}
	calls := load.Run(ctx, load.Plan{Addr: server.Addr, Conns: 32, Requests: slowPeers, Source: func(int) func(int64) []byte {
		return func(n int64) []byte {
			body := fmt.Appendf(nil, `{"host":"127.1.%d.%d:%d","text":"%s"}`, n/250, n%250+1, p.port, strings.Repeat("x", 1000))
			return load.Request(http.MethodPost, "/api/webhooks/slow-peers", server.Addr, [][2]string{{"Content-Type", "application/json"}}, body)
		}
	}})
	if calls.FirstErr != nil || calls.OK() != slowPeers {
		return fmt.Errorf("slow peers: %v: %w", calls.Answers, calls.FirstErr)
	}
	if err := p.allWait(ctx, slowPeers); err != nil {
		return fmt.Errorf("%w\n%s", err, server.Output())
	}
	used, err := server.Usage()
	if err != nil {
		return err
	}
	p.answer()
	if err := waitIdle(ctx, server); err != nil {
		return err
	}
	var stored int64
	if err := process.Each(ctx, server, "/api/collections/pushes/records", func(struct{}) { stored++ }); err != nil {
		return err
	}
	if stored != slowPeers {
		return fmt.Errorf("%d of %d requests to slow peers were stored", stored, slowPeers)
	}
	fmt.Fprintf(w, "slow peers  %d requests under way at once, each to a host of its own that does not answer yet\n", slowPeers)
	fmt.Fprintf(w, "    memory     %8.1f MiB peak of the server, %.1f KiB for each request%s\n\n", mib(used.PeakRSS),
		float64(used.PeakRSS-idle.PeakRSS)/slowPeers/1024, atMost(mib(used.PeakRSS), mib(maxSlowMemory)))
	return server.Stop(time.Minute)
}

// allWait waits until n requests are waiting.
func (p *peer) allWait(ctx context.Context, n int64) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	for p.waiting.Load() < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d requests arrived", p.waiting.Load(), n)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}
