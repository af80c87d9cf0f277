package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/bench/process"
)

// maxRSS is the largest resident memory of a server with default settings and its script workers together, in bytes,
// whatever callers do.
const maxRSS = 512 << 20

// maxDelay is the longest that a good call may take while another workflow has more to do than the server can. It runs a
// script and waits for its result.
const maxDelay = time.Second

// attack is something that callers can do to use the server's memory.
type attack struct {
	name string
	what string
	run  func(ctx context.Context, a *attackers) error
	fair bool // it is about fair shares: a good call may take at most maxDelay
}

// memory measures the server's memory, its disk and the delay of good calls while it is attacked. Every attack gets a
// server of its own with default settings. It fails if the memory is over maxRSS, or if a good call is refused.
func (e *env) memory(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "memory  server and script workers, default settings, at most %d MiB\n", maxRSS>>20)
	files, err := writeCertificate(e.dir)
	if err != nil {
		return err
	}
	var failed error
	for _, a := range attacks() {
		err := e.attacked(ctx, w, a, files)
		failed = errors.Join(failed, err)
	}
	return failed
}

// attacked measures one attack.
func (e *env) attacked(ctx context.Context, w io.Writer, a attack, files *process.TLS) (err error) {
	data := filepath.Join(e.dir, "data-memory-"+a.name)
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	server, err := process.Start(ctx, process.Options{
		Program: e.real, Data: data, Workflows: filepath.Join(e.root, "bench", "workflows"), TLS: files,
	})
	if err != nil {
		return err
	}
	defer server.Kill()
	before, err := server.Usage()
	if err != nil {
		return err
	}
	during, stop := context.WithCancel(ctx)
	defer stop()
	var watching sync.WaitGroup
	peak, delays := watchMemory(during, &watching, server), callCalmly(during, &watching, server, files)
	by := &attackers{server: server, tls: files.Config}
	attackErr := a.run(ctx, by)
	stop()
	watching.Wait()
	after, err := server.Usage()
	if err != nil {
		return errors.Join(attackErr, err, errors.New(server.Output()))
	}
	fmt.Fprintf(w, "  %-8s peak %4d MiB (server %d, from %d), %5d MiB written; good calls: %s; %s; %s\n", a.name,
		peak.total>>20, peak.server>>20, before.RSS>>20, (after.Written-before.Written)>>20, delays, by, a.what)
	if peak.total > maxRSS {
		attackErr = errors.Join(attackErr, fmt.Errorf("memory: %s: %d MiB, more than %d", a.name, peak.total>>20, maxRSS>>20))
	}
	if slowest := delays.slowest(); a.fair && slowest > maxDelay {
		attackErr = errors.Join(attackErr, fmt.Errorf("memory: %s: a good call took %s, more than %s", a.name, slowest, maxDelay))
	}
	if delays.failed > 0 {
		attackErr = errors.Join(attackErr, fmt.Errorf("memory: %s: %d good calls failed: %w", a.name, delays.failed, delays.err))
	}
	return attackErr
}

// peakMemory is the largest resident memory that was seen, in bytes.
type peakMemory struct{ total, server int64 }

// watchMemory looks at the memory every few milliseconds until ctx ends. The result is valid when wg is done.
func watchMemory(ctx context.Context, wg *sync.WaitGroup, server *process.Server) *peakMemory {
	peak := &peakMemory{}
	wg.Go(func() {
		for ctx.Err() == nil {
			if u, err := server.Usage(); err == nil {
				peak.server, peak.total = max(peak.server, u.RSS), max(peak.total, u.RSS+u.WorkersRSS)
			}
			sleep(ctx, 20*time.Millisecond)
		}
	})
	return peak
}

// calmCalls are the delays of good calls.
type calmCalls struct {
	took   []time.Duration
	failed int
	err    error // of the first that failed
}

// slowest returns the longest delay.
func (c *calmCalls) slowest() time.Duration {
	if len(c.took) == 0 {
		return 0
	}
	return slices.Max(c.took)
}

func (c *calmCalls) String() string {
	if len(c.took) == 0 {
		return "none"
	}
	slices.Sort(c.took)
	return fmt.Sprintf("%d, half within %s, all within %s, %d refused", len(c.took),
		c.took[len(c.took)/2].Round(time.Millisecond), c.took[len(c.took)-1].Round(time.Millisecond), c.failed)
}

// callCalmly sends a small call every 50 ms until ctx ends. The result is valid when wg is done.
func callCalmly(ctx context.Context, wg *sync.WaitGroup, server *process.Server, files *process.TLS) *calmCalls {
	calls := &calmCalls{}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: files.Config}}
	wg.Go(func() {
		defer client.CloseIdleConnections()
		for n := 0; ctx.Err() == nil; n++ {
			began := now()
			err := post(context.WithoutCancel(ctx), client, server.URL()+"/api/webhooks/calm", fmt.Appendf(nil, `{"n":%d}`, n))
			calls.took = append(calls.took, now().Sub(began))
			if err != nil {
				if calls.failed++; calls.err == nil {
					calls.err = err
				}
			}
			sleep(ctx, 50*time.Millisecond)
		}
	})
	return calls
}

// post sends a JSON body. An answer other than 200 is an error.
func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, text)
	}
	return err
}

// sleep waits, or returns early when ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
