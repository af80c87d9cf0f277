package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// healthTimeout is how long a server may take to say that it is ready.
const healthTimeout = 10 * time.Second

type healthCmd struct {
	URL  string `name:"url" placeholder:"URL" help:"Base URL of the API. Default: the server that uses --data, else ${url}." group:"client"`
	Data string `name:"data" placeholder:"DIR" default:"${data}" help:"The server's data directory, if the server runs on this machine." group:"client"`
}

// Help explains the verb.
func (healthCmd) Help() string {
	return "Asks the server whether it can take calls and write to its database. Exits with 0 if it can, else with 1. " +
		"It needs no token, and is meant for health checks of containers, which have no curl."
}

// Run asks for the readiness.
func (c *healthCmd) Run(sys *system) error {
	f := clientFlags{URL: c.URL, Data: c.Data}
	base := f.base()
	ctx, cancel := context.WithTimeout(context.Background(), healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return &usageError{[]error{fmt.Errorf("--url: %q is not a URL; write e.g. %s", base, defaultURL)}}
	}
	res, err := f.http().Do(req)
	if err != nil {
		return fault.As("cli.health", fault.Unavailable, err, "cannot reach %s: %v", base, inner(err))
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxSmallFile)) // use as much as arrived
	if res.StatusCode != http.StatusOK {
		return fault.New("cli.health", fault.Unavailable, "%s is not ready (%d): %s", base, res.StatusCode, cleanText(strings.TrimSpace(string(text))))
	}
	_, err = fmt.Fprintln(sys.stdout, cleanText(strings.TrimSpace(string(text))))
	return err
}
