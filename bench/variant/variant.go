// Package variant is a server like `hookline serve` whose store its caller can modify: benchmarks make the disk
// slow, and the crash suite kills the process at a chosen moment. It takes only the flags that bench and
// crash pass.
//
// Only programs of bench and crash link it. In the binary that users run, nothing modifies the store.
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

// workerVerb is the argument with which a server starts its script processes.
const workerVerb = "script-worker"

// IsWorker reports whether the program was started to run scripts.
func IsWorker(args []string) bool { return len(args) == 1 && args[0] == workerVerb }

// Main serves until SIGINT or SIGTERM and returns the exit code. A worker runs scripts instead. change modifies
// the options of the store.
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
	flags.Func("allow-outbound", "network that workflows may send to", func(text string) error {
		c.AllowOutbound = append(c.AllowOutbound, text)
		return nil
	})
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
