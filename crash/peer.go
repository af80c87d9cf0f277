package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"hookline.dev/hookline/bench/process"
)

// requestsPerCall is how many requests a call of calls-request sends, each under a key of its own.
const requestsPerCall = 2

// peer is the other side of all requests. It outlives the servers, and counts what it gets: the requests of one
// Idempotency-Key must be the same, byte for byte, however often the server was killed between them.
type peer struct {
	url    string
	server *http.Server

	mu   sync.Mutex // guards the fields below: every connection has its own goroutine
	sent map[string]*sent
	left int // requests until the kill; 0: no kill
	kill func(answer func())
}

// sent is what arrived under one key.
type sent struct {
	call    string
	sum     [sha256.Size]byte // of the first request
	times   int
	differs bool
}

// startPeer starts a peer on a free port of 127.0.0.1.
func startPeer() (*peer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &peer{url: "http://" + l.Addr().String(), sent: make(map[string]*sent)}
	p.server = &http.Server{Handler: p}
	go func() { _ = p.server.Serve(l) }() // ends with Close
	return p, nil
}

// options returns the options of a server that sends to the peer.
func (p *peer) options(o process.Options) process.Options {
	o.Env = append(o.Env, "HOOKLINE_ENV_PEER="+p.url)
	o.Args = append(o.Args, "--allow-outbound", "127.0.0.0/8")
	return o
}

// arm makes the peer kill a server with the n-th request from now: before it answers, or right after.
func (p *peer) arm(n int, server *process.Server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = n
	p.kill = func(answer func()) {
		if n%2 == 0 {
			answer()
		}
		server.Kill()
	}
}

// disarm ends arm.
func (p *peer) disarm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.kill = 0, nil
}

// ServeHTTP counts a request and answers with how often it came.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the server was killed while it sent
	}
	times, kill := p.count(r.Header.Get("Idempotency-Key"), r.URL.Query().Get("call"), bytesOf(r, body))
	answer := func() {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"times":%d}`, times)
		_ = http.NewResponseController(w).Flush()
	}
	if kill != nil {
		kill(answer)
		return
	}
	answer()
}

// count notes a request. kill is not nil when the server is to be killed now.
func (p *peer) count(key, call string, bytes []byte) (times int, kill func(func())) {
	sum := sha256.Sum256(bytes)
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.sent[key]
	if s == nil {
		s = &sent{call: call, sum: sum}
		p.sent[key] = s
	}
	s.times++
	s.differs = s.differs || s.sum != sum || s.call != call || key == ""
	if p.left > 0 {
		if p.left--; p.left == 0 {
			kill = p.kill
		}
	}
	return s.times, kill
}

// bytesOf returns everything of a request that the workflow decides, in one order.
func bytesOf(r *http.Request, body []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\n", r.Method, r.URL, r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(&b, "%s: %q\n", name, r.Header[name])
	}
	return append([]byte(b.String()), body...)
}

// compareRequests compares the requests with the calls that were executed. It returns a line for each difference.
func (r *Report) compareRequests(all map[string]*sent, executed map[string]int) (wrong []string) {
	keys := make(map[string]int)
	for key, s := range all {
		keys[s.call]++
		r.Repeated += s.times - 1
		switch {
		case s.differs:
			wrong = append(wrong, fmt.Sprintf("the %d requests under %s differ", s.times, key))
		case executed[s.call] == 0:
			wrong = append(wrong, fmt.Sprintf("%s was sent for call %s, which was not executed", key, s.call))
		}
	}
	for call := range executed {
		if !strings.HasPrefix(call, requestPrefix) {
			continue
		}
		r.Requested++
		if keys[call] != requestsPerCall {
			wrong = append(wrong, fmt.Sprintf("call %s sent requests under %d keys", call, keys[call]))
		}
	}
	r.Different = len(wrong)
	return wrong
}
