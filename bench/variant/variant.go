// Package variant is a server like `hookline serve` whose store is changed by its caller: benchmarks
// make the disk slow, the crash suite ends the process at a chosen moment. It takes only the flags that
// package process gives.
//
// It is linked into programs of bench and crash alone; in the binary that users run nobody changes
// the store.
package variant

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/store/sqlite"
)

// stopTimeout is how long a variant may take to stop.
const stopTimeout = 30 * time.Second

// workerVerb is what a server starts its script processes with.
const workerVerb = "script-worker"

// IsWorker reports whether the program was started to run scripts: without an environment.
func IsWorker(args []string) bool { return len(args) == 1 && args[0] == workerVerb }

// Main serves until SIGINT or SIGTERM and returns the exit code. A worker runs scripts instead.
func Main(args []string, change func(*sqlite.Options)) int {
	if IsWorker(args) {
		return script.Worker(os.Stdin, os.Stdout)
	}
	if err := serve(args, change); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serve(args []string, change func(*sqlite.Options)) error {
	c := config.Default()
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.StringVar(&c.Data, "data", "", "data directory")
	flags.StringVar(&c.Listen, "listen", "", "address")
	flags.StringVar(&c.Workflows, "workflows", "", "directory of documents")
	if len(args) == 0 || args[0] != "serve" {
		return fmt.Errorf("the one command of this program is serve, not %q", args)
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	a, err := app.New(c, app.Options{
		Version: "variant",
		Log:     slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Driver:  sqlite.Driver(change),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err = a.Start(ctx)
	if err == nil {
		<-ctx.Done()
	}
	ending, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if e := a.Stop(ending); err == nil {
		err = e
	}
	return err
}
