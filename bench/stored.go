package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// The number of stored executions in the first measurement, and the limits for growth and memory.
const (
	few         = 1000
	maxMemory   = 200 << 20 // bytes
	maxSlope    = 1.25      // ratio of the CPU time with many stored executions to that with few
	minKept     = 0.8       // of the rate with few, each relative to the ceiling at that moment
	fullBacklog = 100_000
)

// stored measures the cost of an execution with few and with many stored executions, and the memory of a server
// with many stored executions and a full backlog.
func (e *env) stored(ctx context.Context, w io.Writer, o options) error {
	server, err := process.Start(ctx, process.Options{
		Program: e.real, Data: filepath.Join(e.dir, "data-stored"), Workflows: filepath.Join(e.root, "bench", "workflows"),
	})
	if err != nil {
		return err
	}
	defer server.Kill()
	s := scenario{name: "stored", program: e.real, workflow: "w0", conns: o.conns, duration: o.duration}
	fill := e.plan(server, s, 0)
	fill.Requests = few
	if res := load.Run(ctx, fill); res.FirstErr != nil {
		return res.FirstErr
	}
	early, err := e.driveWithCeiling(ctx, server, s)
	if err != nil {
		return err
	}
	count := few + early.load.OK()
	if fill.Requests = o.stored - count; fill.Requests > 0 {
		if res := load.Run(ctx, fill); res.FirstErr != nil || res.OK() != fill.Requests {
			return fmt.Errorf("while filling: %v: %w", res.Answers, res.FirstErr)
		}
		count += fill.Requests
	}
	late, err := e.driveWithCeiling(ctx, server, s)
	if err != nil {
		return err
	}
	slope := late.cpu() / early.cpu()
	fmt.Fprintf(w, "stored  w0 at %d and at %d stored executions; %d connections\n", few, count, s.conns)
	for _, at := range []*outcome{&early, &late} {
		fmt.Fprintf(w, "    finished   %8.0f/s   %.2f of the ceiling just before, %.0f/s; %s\n", at.finished(), at.targetRatio(), at.ceiling, latencies(&at.load))
		fmt.Fprintf(w, "    each       %8v     CPU of the server, %.2f statements, %.0f bytes of log\n",
			(at.usage.CPU / time.Duration(at.load.OK())).Round(time.Microsecond), at.each("store.statements"), at.each("store.logBytes"))
	}
	fmt.Fprintf(w, "    slope      %8.2f     in CPU for each execution, from the few to the many%s\n", slope, atMost(slope, maxSlope))
	kept := late.targetRatio() / early.targetRatio()
	fmt.Fprintf(w, "    kept       %8.2f     of the rate, both against their ceilings%s\n", kept, verdict(kept, minKept))
	return e.backlog(ctx, w, server)
}

// driveWithCeiling measures the ceiling briefly and then drives the server. There are minutes between the first
// and the last measurement, in which the speed of the machine may change.
func (e *env) driveWithCeiling(ctx context.Context, server *process.Server, s scenario) (outcome, error) {
	res, err := measureCeiling(ctx, s.conns, s.duration/2, e.body)
	if err != nil {
		return outcome{}, err
	}
	out, err := e.drive(ctx, server, s)
	out.ceiling = res.Rate()
	return out, err
}

// backlog fills the backlog to its limit behind a workflow that runs one execution at a time.
func (e *env) backlog(ctx context.Context, w io.Writer, server *process.Server) error {
	s := scenario{workflow: "slow-lane", conns: 64}
	plan := e.plan(server, s, 0)
	plan.Requests = fullBacklog * 11 / 10
	res := load.Run(ctx, plan)
	if res.FirstErr != nil {
		return res.FirstErr
	}
	stats, err := server.Stats(ctx)
	if err != nil {
		return err
	}
	used, err := server.Usage()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "    backlog    %8d     executions queued or running; calls were answered %v\n", stats["store.backlog"], res.Answers)
	fmt.Fprintf(w, "    memory     %8.1f MiB peak of the server since it started%s\n", mib(used.PeakRSS), atMost(float64(used.PeakRSS), maxMemory))
	return nil
}

// atMost says whether a figure is within its limit.
func atMost(got, most float64) string {
	if got <= most {
		return fmt.Sprintf("   target at most %g: reached", most)
	}
	return fmt.Sprintf("   target at most %g: MISSED", most)
}
