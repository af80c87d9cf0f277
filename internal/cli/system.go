package cli

import (
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"hookline.dev/hookline/internal/clock"
)

// system is everything outside the process that a command may use.
type system struct {
	environ  []string
	env      map[string]string
	stdin    io.Reader
	stdout   io.Writer // cleaned
	stderr   io.Writer // cleaned
	clock    clock.Clock
	zone     *time.Location // for times printed for people
	settings *settings
	notify   func(chan<- os.Signal, ...os.Signal)
}

func newSystem(env []string, stdin io.Reader, stdout, stderr io.Writer) *system {
	sys := &system{
		environ: env, env: make(map[string]string, len(env)), stdin: stdin, stdout: cleaned{stdout}, stderr: cleaned{stderr},
		clock: clock.System(), zone: time.Local, notify: signal.Notify,
	}
	for _, pair := range env {
		name, text, _ := strings.Cut(pair, "=")
		sys.env[name] = text
	}
	if name, ok := sys.env["TZ"]; ok {
		if zone, err := time.LoadLocation(strings.TrimPrefix(name, ":")); err == nil {
			sys.zone = zone
		}
	}
	sys.settings = newSettings(sys.env)
	return sys
}

// colours reports whether a stream supports colours (https://no-color.org).
func (sys *system) colours(stream io.Writer) bool {
	return isTerminal(stream) && sys.env["NO_COLOR"] == "" && sys.env["TERM"] != "dumb"
}

func isTerminal(stream any) bool {
	if c, ok := stream.(cleaned); ok {
		stream = c.out
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
