package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// Options configure the suite.
type Options struct {
	Kills int    // runs that end by SIGKILL
	Acks  int    // acknowledged calls that are required for a meaningful result
	Seed  uint64 // of the random number generator that draws kills
	Conns int    // number of connections
	Only  string // onlyRequest: send no other calls; "": all kinds
	Log   io.Writer

	Real, Killer string // paths of the programs
	Data         string // data directory; must be empty
	Workflows    string // folder that contains calls.yaml
}

// suite is the state of a running suite.
type suite struct {
	Options
	kinds  []kind
	peer   *peer             // of requests
	next   int64             // number of the next run's first call
	mu     sync.Mutex        // guards acks and report while load runs: each connection answers on its own goroutine
	acks   map[string]string // execution by call
	report Report
}

// runTimeout limits one run. A server that has not been killed by then has failed.
const runTimeout = 2 * time.Minute

// Run kills the server as often as requested, then verifies the data.
func Run(ctx context.Context, o Options) (Report, error) {
	s := &suite{Options: o, kinds: kinds(), acks: make(map[string]string), report: Report{Seed: o.Seed, Only: o.Only, Kills: make(map[killPoint]int)}}
	var err error
	if s.peer, err = startPeer(); err != nil {
		return s.report, err
	}
	defer func() { _ = s.peer.server.Close() }()
	if err := s.seed(ctx); err != nil {
		return s.report, err
	}
	rnd := rand.New(rand.NewPCG(o.Seed, 0))
	for i := range o.Kills {
		d := drawKill(rnd, i)
		s.report.Kills[d.at]++
		if err := s.runOnce(ctx, d); err != nil {
			return s.report, fmt.Errorf("run %d (%+v): %w", i+1, d, err)
		}
		if (i+1)%100 == 0 {
			fmt.Fprintf(o.Log, "%5d kills, %d calls acknowledged\n", i+1, len(s.acks))
		}
	}
	s.report.Acknowledged = len(s.acks)
	return s.report, s.verify(ctx)
}

// runOnce starts a server, drives load until it is killed, and returns.
func (s *suite) runOnce(ctx context.Context, d kill) error {
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	o := process.Options{Program: s.Killer, Data: s.Data, Workflows: s.Workflows, Env: []string{d.env()}}
	if d.at == outside || d.at == duringRequest {
		o.Program = s.Real
	}
	server, err := process.Start(ctx, s.peer.options(o))
	if errors.Is(err, process.ErrKilled) {
		s.report.Starts++ // it was killed while starting, which is allowed
		return nil
	}
	if err != nil {
		return err
	}
	defer server.Kill()
	var backup <-chan backedUp
	switch d.at {
	case outside:
		if backupNow(s.report.Kills[outside]) {
			backup = s.backUp(ctx, server, d.after)
		} else {
			time.AfterFunc(d.after, server.Kill)
		}
	case duringRequest:
		s.peer.arm(d.count, server)
		defer s.peer.disarm()
	case beforeStatement, beforeCommit, beforeAnswer, beforeWrite, beforeSync: // it kills itself
	}
	res := load.Run(ctx, s.plan(server))
	s.next += res.Latency.Count() + res.Lost
	s.report.Answers.add(res.Answers)
	select {
	case <-server.Exited():
		if !server.Killed() {
			return fmt.Errorf("the server ended by itself:\n%s", server.Output())
		}
		if backup != nil {
			return s.verifyBackup(whole, <-backup)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the server was not killed in time: %w\n%s", ctx.Err(), server.Output())
	}
}

// plan returns the load of one run. It ends when the server does.
func (s *suite) plan(server *process.Server) load.Plan {
	base := s.next
	return load.Plan{
		Addr: server.Addr, Conns: s.Conns,
		Source: func(conn int) func(int64) []byte {
			sources := make(map[*kind]func(int64) []byte)
			for i := range s.kinds {
				k := &s.kinds[i]
				sources[k] = load.Numbered(k.request(server.Addr), 0)(conn)
			}
			return func(n int64) []byte {
				k := s.kindOf(base + n)
				return sources[k](k.number(base + n))
			}
		},
		Answer: func(n int64, r *load.Response) { s.answered(base+n, r) },
		Lost:   func(int64, error) bool { return false },
	}
}

// answered notes an acknowledgement: a 200 with the execution's id. All calls with one key must get the same
// id.
func (s *suite) answered(n int64, r *load.Response) {
	if r.Status != 200 {
		return
	}
	k := s.kindOf(n)
	call, execution := k.call(n), string(r.Header("Hookline-Execution"))
	want := "ok"
	if k.sync {
		want = "stored " + call
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, again := s.acks[call]
	if again {
		s.report.Repeats++
	}
	if execution == "" || string(r.Body) != want || again && execution != before {
		s.report.Wrong++
	}
	s.acks[call] = execution
}

// workflowsIn returns the folder of the documents, given the module's folder.
func workflowsIn(root string) string { return filepath.Join(root, "crash", "workflows") }
