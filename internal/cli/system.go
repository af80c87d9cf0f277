package cli

import (
	"io"
	"os"
	"os/signal"
	"strconv"
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
		environ: env, env: make(map[string]string, len(env)), stdin: stdin, stdout: cleaned{out: stdout}, stderr: cleaned{out: stderr},
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
	sys.stdout = cleaned{stdout, outputForm{columns: sys.columns(stdout)}}
	sys.settings = newSettings(sys.env)
	return sys
}

// colours reports whether a stream supports colours (https://no-color.org).
func (sys *system) colours(stream io.Writer) bool {
	return isTerminal(stream) && sys.env["NO_COLOR"] == "" && sys.env["TERM"] != "dumb"
}

// columns returns the width of a terminal, which the variable COLUMNS overrides; 0 if the stream is no terminal.
func (sys *system) columns(stream io.Writer) int {
	if n, err := strconv.Atoi(sys.env["COLUMNS"]); err == nil && n > 0 {
		return n
	}
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

func isTerminal(stream any) bool {
	if c, ok := stream.(cleaned); ok {
		stream = c.out
	}
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
