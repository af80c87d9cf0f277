package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// scenario is one thing to measure.
type scenario struct {
	name     string
	what     string
	program  string // path
	workflow string
	conns    int
	duration time.Duration
	warmup   time.Duration
	target   float64 // lowest ratio to the ceiling; 0: no target
	burst    bool    // the target applies to accepted calls, not to finished ones
	rate     float64 // lowest number of executions per second; 0: no target
	call     callKind
	env      []string // environment of the server
}

// outcome is the result of one round of a scenario.
type outcome struct {
	ceiling  float64 // answers per second of the ceiling, just before and after
	stolen   float64 // share of the CPU time that the host took away, during the load or a ceiling
	scenario scenario
	load     load.Result
	drain    time.Duration    // from the last answer until no execution was left
	stats    map[string]int64 // growth of the server's counters during load and drain
	usage    process.Usage    // CPU and Written: growth; memory: at the end
}

// accepted returns the number of 2xx answers per second.
func (o *outcome) accepted() float64 { return o.load.Rate() }

// finished returns the number of executions ended per second, including the drain.
func (o *outcome) finished() float64 {
	return float64(o.load.OK()) / (o.load.Took + o.drain).Seconds()
}

// targetRatio returns the figure of the target as a ratio to the ceiling.
func (o *outcome) targetRatio() float64 {
	if o.scenario.burst {
		return o.accepted() / o.ceiling
	}
	return o.finished() / o.ceiling
}

// cpu returns the server's CPU time per accepted call, in microseconds.
func (o *outcome) cpu() float64 { return float64(o.usage.CPU.Microseconds()) / float64(o.load.OK()) }

// each returns a counter's growth per accepted call.
func (o *outcome) each(name string) float64 { return float64(o.stats[name]) / float64(o.load.OK()) }

// env is what all scenarios share.
type env struct {
	root string // the module's folder
	dir  string // a temporary folder for programs and data
	real string
	slow string
	peer *peer  // of requests
	body []byte // the body of a GitHub push event
}

// drainTimeout is how long executions may take to end after the load.
const drainTimeout = 5 * time.Minute

// measure runs a scenario on a new data directory, and checks that the numbers of accepted, executed and stored
// calls are equal.
func (e *env) measure(ctx context.Context, s scenario) (out outcome, err error) {
	data := filepath.Join(e.dir, "data-"+s.name)
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	server, err := process.Start(ctx, process.Options{Program: s.program, Data: data, Workflows: filepath.Join(e.root, "bench", "workflows"), Env: s.env})
	if err != nil {
		return outcome{}, err
	}
	defer server.Kill()
	var warm load.Result
	if s.warmup > 0 {
		if warm = load.Run(ctx, e.plan(server, s, s.warmup)); warm.FirstErr != nil {
			return outcome{}, warm.FirstErr
		}
	}
	if out, err = e.drive(ctx, server, s); err != nil {
		return out, err
	}
	if err = e.complete(ctx, server, warm.OK()+out.load.OK()); err != nil {
		return out, err
	}
	return out, server.Stop(time.Minute)
}

// plan returns the load of a scenario.
func (e *env) plan(server *process.Server, s scenario, d time.Duration) load.Plan {
	return load.Plan{Addr: server.Addr, Conns: s.conns, For: d, Source: e.source(server.Addr, s)}
}

// drive measures the load and the drain on a server that is already warm.
func (e *env) drive(ctx context.Context, server *process.Server, s scenario) (outcome, error) {
	out := outcome{scenario: s}
	if err := waitIdle(ctx, server); err != nil {
		return out, err
	}
	before, err := server.Stats(ctx)
	if err != nil {
		return out, err
	}
	used, err := server.Usage()
	if err != nil {
		return out, err
	}
	began := readProcessors()
	out.load = load.Run(ctx, e.plan(server, s, s.duration))
	out.stolen = readProcessors().stolenSince(began)
	if out.load.FirstErr != nil {
		return out, fmt.Errorf("%w\n%s", out.load.FirstErr, server.Output())
	}
	if out.load.OK() == 0 {
		return out, fmt.Errorf("nothing was accepted: %v", out.load.Answers)
	}
	ended := now()
	if err := waitIdle(ctx, server); err != nil {
		return out, err
	}
	out.drain = now().Sub(ended)
	if out.usage, err = server.Usage(); err != nil {
		return out, err
	}
	out.usage.CPU -= used.CPU
	out.usage.Written -= used.Written
	if out.stats, err = server.Stats(ctx); err != nil {
		return out, err
	}
	maps.Copy(out.stats, difference(out.stats, before))
	return out, nil
}

// waitIdle waits until no execution is queued or running.
func waitIdle(ctx context.Context, server *process.Server) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	for {
		stats, err := server.Stats(ctx)
		if err != nil {
			return err
		}
		backlog, ok := stats["store.backlog"]
		if !ok {
			return errors.New("the server has no counter store.backlog")
		}
		if backlog == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d executions are still under way", backlog)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// difference returns the growth of each counter.
func difference(after, before map[string]int64) map[string]int64 {
	grown := make(map[string]int64, len(after))
	for name, n := range after {
		grown[name] = n - before[name]
	}
	return grown
}
