package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"hookline.dev/hookline/bench/process"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == ceilingCommand {
		fmt.Fprintln(os.Stderr, serveCeiling(os.Args[2]))
		os.Exit(1)
	}
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the program's flags.
type options struct {
	only     string
	short    bool
	duration time.Duration
	conns    int
	stored   int64
	rows     int64
	keep     string
	profile  string
}

func (o *options) parse() {
	flag.StringVar(&o.only, "only", "", "comma-separated names of what to run: w0, basic, dedupe, half, burst, w1, w2, slow, request, slowpeers, data, memory, console, stored; all when empty")
	flag.BoolVar(&o.short, "short", false, "a few seconds of each, and 20,000 stored executions: to see that it works")
	flag.DurationVar(&o.duration, "for", 15*time.Second, "how long each load lasts, all its rounds together")
	flag.IntVar(&o.conns, "conns", 64, "connections")
	flag.Int64Var(&o.stored, "stored", 1_000_000, "executions to store for the measurements of memory and of flatness")
	flag.Int64Var(&o.rows, "rows", 10_000_000, "rows among which one is found by its index")
	flag.StringVar(&o.keep, "dir", "", "folder for programs and data, on the disk to be measured; a temporary one when empty")
	flag.StringVar(&o.profile, "profile", "", "measure nothing; write a profile of the server's processor time to this file")
	flag.Parse()
	if o.short {
		o.duration, o.stored, o.rows = 3*time.Second, 20_000, 0
	}
}

// wants reports whether a part was requested.
func (o *options) wants(name string) bool {
	for part := range strings.SplitSeq(o.only, ",") {
		if part == name {
			return true
		}
	}
	return o.only == ""
}

func run(w io.Writer) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	o.parse()
	runtime.GOMAXPROCS(1) // limits the client to one core, since the server is what is measured
	printMachine(w, os.Args[1:])
	e, done, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if o.profile != "" {
		return e.profile(ctx, w, o)
	}
	return e.all(ctx, w, o)
}

// prepare builds the programs. The caller must call the returned function to clean up.
func prepare(ctx context.Context, o options) (*env, func() error, error) {
	root, err := process.Root()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp(o.keep, "hookline-bench-")
	if err != nil {
		return nil, nil, err
	}
	peer, err := startPeer()
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	e := &env{root: root, dir: dir, peer: peer}
	done := func() error { return errors.Join(peer.stop(), os.RemoveAll(dir)) }
	for program, pkg := range map[*string]string{&e.real: "./cmd/hookline", &e.slow: "./bench/slow"} {
		if *program, err = process.Build(ctx, root, pkg, dir); err != nil {
			return nil, nil, errors.Join(err, done())
		}
	}
	if e.body, err = os.ReadFile(filepath.Join(root, "examples", "payloads", "github_push_main.json")); err != nil {
		return nil, nil, errors.Join(err, done())
	}
	return e, done, nil
}

// all measures everything that was requested.
func (e *env) all(ctx context.Context, w io.Writer, o options) error {
	outcomes, err := e.rounds(ctx, w, o)
	if err != nil {
		return err
	}
	for i := range outcomes {
		outcomes[i].show(w)
	}
	compare(w, outcomes)
	if o.wants("slowpeers") {
		if err := e.slowRequests(ctx, w); err != nil {
			return err
		}
	}
	if o.wants("data") {
		if err := e.data(ctx, w, o); err != nil {
			return err
		}
	}
	if o.wants("memory") {
		if err := e.memory(ctx, w); err != nil {
			return err
		}
	}
	if o.wants("console") {
		if err := e.console(ctx, w, o); err != nil {
			return err
		}
	}
	if o.wants("stored") {
		return e.stored(ctx, w, o)
	}
	return nil
}

// warmup is how long a server is driven before it is measured, because the scenarios measure sustained load. A
// burst after a cold start is a separate scenario.
const warmup = 3 * time.Second

// scenarios lists the scenarios with the targets of the first release.
func (e *env) scenarios(o options) []scenario {
	const slowConns = 256
	return []scenario{
		{
			name: "w0", what: "async: signed as by GitHub, condition, record.create, every step and input stored",
			program: e.real, workflow: "w0", conns: o.conns, duration: o.duration / rounds, warmup: warmup, target: 0.40,
		},
		{
			name: "basic", what: "w0 with a password instead of a signature",
			program: e.real, workflow: "w0-basic", conns: o.conns, duration: o.duration / rounds, warmup: warmup, call: basic,
		},
		{
			name: "dedupe", what: "w0, each call with a dedupe key of its own",
			program: e.real, workflow: "w0", conns: o.conns, duration: o.duration / rounds, warmup: warmup, call: numbered,
		},
		{
			name: "half", what: "w0, every other call badly signed, from an address that is not shut out for it",
			program: e.real, workflow: "w0", conns: o.conns, duration: o.duration / rounds, warmup: warmup, call: halfForged,
			env: []string{"HOOKLINE_AUTH_FAILURES=0"},
		},
		{
			name: "burst", what: "w0, from a cold start, accepted only",
			program: e.real, workflow: "w0", conns: o.conns, duration: 2 * time.Second, target: 0.40, burst: true,
		},
		{
			name: "w1", what: "sync: w0 and the answer of a Response node",
			program: e.real, workflow: "w1", conns: o.conns, duration: o.duration / rounds, warmup: warmup, target: 0.30,
		},
		{
			name: "w2", what: "w0 with a script",
			program: e.real, workflow: "w2", conns: o.conns, duration: o.duration / rounds, warmup: warmup,
		},
		{
			name: "slow", what: "w0 with 5 ms added to every sync",
			program: e.slow, workflow: "w0", conns: slowConns, duration: o.duration / rounds, warmup: warmup, rate: 10_000,
		},
		{
			name: "request", what: "a password, a request to another server on this machine, record.create",
			program: e.real, workflow: "request", conns: o.conns, duration: o.duration / rounds, warmup: warmup, rate: 2000,
			call: basic, env: e.peer.env(),
		},
	}
}
