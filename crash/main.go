package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"hookline.dev/hookline/bench/process"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := Options{Log: os.Stdout}
	flag.IntVar(&o.Kills, "kills", 1000, "how often the server is killed")
	flag.IntVar(&o.Acks, "acks", 100_000, "calls that must have been acknowledged for the result to count")
	flag.IntVar(&o.Conns, "conns", 32, "connections under load")
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the kill points; the load itself differs each time")
	flag.StringVar(&o.Only, "only", "", "the only kind of calls to send: request; empty: all kinds")
	flag.Parse()
	if o.Only != "" && o.Only != onlyRequest {
		return fmt.Errorf("-only %s: the only kind that can be sent alone is %s", o.Only, onlyRequest)
	}
	dir, err := os.MkdirTemp("", "hookline-crash-")
	if err != nil {
		return err
	}
	if err := o.build(ctx, dir); err != nil {
		return err
	}
	report, err := Run(ctx, o)
	fmt.Println(report)
	if err == nil {
		err = report.Err(o.Acks)
	}
	if err != nil {
		return fmt.Errorf("%w (the data is kept in %s)", err, o.Data)
	}
	return os.RemoveAll(dir)
}

// build compiles both programs into dir, which also holds the data.
func (o *Options) build(ctx context.Context, dir string) error {
	root, err := process.Root()
	if err != nil {
		return err
	}
	o.Workflows, o.Data = workflowsIn(root), dir+"/data"
	if o.Real, err = process.Hookline(ctx, root, dir); err != nil {
		return err
	}
	o.Killer, err = process.Build(ctx, root, "./crash/killer", dir)
	return err
}
