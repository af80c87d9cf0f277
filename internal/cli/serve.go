package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/watch"
)

type serveCmd struct {
	serverFlags
}

// Help explains the verb.
func (serveCmd) Help() string {
	return "Stores everything in --data and serves the API and the webhooks on --listen. ^C (SIGINT, SIGTERM) stops the server: it refuses new calls, " +
		"running executions reach a checkpoint, and no acknowledged call is lost. A second ^C stops at once. SIGHUP reloads the documents, --tls-cert and --tls-key. " +
		"Every flag is also an environment variable, e.g. HOOKLINE_MAX_BODY, and a key of the --config file, e.g. max-body: 25MiB."
}

// gcPercent is the GC target unless GOGC is set. The heap is small and every call produces a little garbage, so
// Go's default of 100 spends a twentieth of the CPU on collection. 150 costs some 20 MiB (make bench).
const gcPercent = 150

// Run serves until a signal arrives.
func (c *serveCmd) Run(sys *system) error {
	settings, err := loaded(config.Server(c.serverFlags))
	if err != nil {
		return err
	}
	if sys.env["GOGC"] == "" {
		debug.SetGCPercent(gcPercent)
	}
	if memory, _ := settings.TotalMemory(os.DirFS("/")); sys.env["GOMEMLIMIT"] == "" {
		debug.SetMemoryLimit(config.HeapOf(memory))
	}
	signals := make(chan os.Signal, 4)
	sys.notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	log := sys.logger(settings)
	server, err := app.New(settings, app.Options{Version: Version(), Log: log, Environ: sys.environ})
	if err != nil {
		return err
	}
	terminal, err := sys.lines(server)
	if err == nil {
		err = server.Start(context.Background())
	}
	if err != nil {
		return errors.Join(err, server.Stop(context.Background()))
	}
	sys.greet(settings, server.URL(), server.HooksURL(), server.SetUpURL(), log)
	for s := range signals {
		if s != syscall.SIGHUP {
			break
		}
		server.ReloadCertificates()
		if settings.Workflows == "" && settings.Secure() {
			continue
		}
		if _, err := server.Reload(); err != nil {
			log.Error("reload failed; the old revisions stay", "error", message(err))
		}
	}
	err = stop(server, settings.Grace, signals, log)
	if terminal != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err = errors.Join(err, terminal.Stop(ctx))
	}
	return err
}

// lines starts printing deliveries if stdout is a terminal.
func (sys *system) lines(server *app.App) (*watch.Terminal, error) {
	if !isTerminal(sys.stdout) {
		return nil, nil
	}
	t := watch.NewTerminal(server.Live(), raw(sys.stdout), watch.Style{Colour: sys.colours(sys.stdout), Zone: sys.zone})
	return t, t.Start(context.Background())
}

// stopper is the part of App that stop needs.
type stopper interface{ Stop(context.Context) error }

// errAtOnce reports that the server was stopped without its grace period. Nothing acknowledged is lost: the
// next start resumes what was running.
var errAtOnce = errors.New("stopped at once; the next start resumes what was running")

// stop stops the server within its grace period. A second signal ends the grace period; a third one ends the
// wait altogether.
func stop(server stopper, grace time.Duration, signals <-chan os.Signal, log *slog.Logger) error {
	log.Info("stopping; a second signal stops at once", "grace", config.FormatDuration(grace))
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	done := make(chan error, 1)
	// done has room for the result: after a third signal nobody receives it, and the process ends with Stop still
	// running.
	go func() { done <- server.Stop(ctx) }()
	hurried := false
	for {
		select {
		case err := <-done:
			if hurried {
				return errors.Join(errAtOnce, err)
			}
			return err
		case s := <-signals:
			switch {
			case s == syscall.SIGHUP:
			case hurried:
				return errAtOnce
			default:
				hurried = true
				cancel()
			}
		}
	}
}
