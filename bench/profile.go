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

// profile drives a server with the load that the hot path is made for, in one process, which writes a CPU
// profile to cmd/hookline/default.pgo. The compiler uses it to decide what to inline (https://go.dev/doc/pgo).
func (e *env) profile(ctx context.Context, w io.Writer, o options) error {
	file, err := filepath.Abs(o.profile)
	if err != nil {
		return err
	}
	program, err := process.Build(ctx, e.root, "./bench/profiled", e.dir)
	if err != nil {
		return err
	}
	server, err := process.Start(ctx, process.Options{
		Program: program, Data: filepath.Join(e.dir, "data-profile"), Workflows: filepath.Join(e.root, "bench", "workflows"),
		Env: []string{"HOOKLINE_BENCH_PROFILE=" + file},
	})
	if err != nil {
		return err
	}
	defer server.Kill()
	for _, s := range e.scenarios(o) {
		switch s.name {
		case "w0", "basic", "dedupe", "w1":
		default:
			continue
		}
		if res := load.Run(ctx, e.plan(server, s, s.duration)); res.FirstErr != nil {
			return fmt.Errorf("%s: %w", s.name, res.FirstErr)
		}
		if err := waitIdle(ctx, server); err != nil {
			return err
		}
	}
	if err := server.Stop(time.Minute); err != nil {
		return err
	}
	fmt.Fprintf(w, "the profile is in %s\n", file)
	return nil
}
