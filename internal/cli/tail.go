package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/watch"
)

type tailCmd struct {
	Workflow []string `name:"workflow" placeholder:"KEY" complete:"workflows" help:"Only calls to this workflow. May be repeated."`
	Outcome  []string `name:"outcome" placeholder:"OUTCOME" help:"Only calls with this outcome: accepted, repeat, filtered, handshake, rejected or unmatched. May be repeated."`
	Body     bool     `name:"body" xor:"form" help:"Print the body of each call as well."`
	clientFlags
	JSON bool `name:"json" xor:"form" help:"Print one JSON object per line: each delivery, and each execution when it ends or waits."`
}

// Help explains the verb.
func (tailCmd) Help() string {
	return "Prints one line per delivery: time, method, key, response status, the gate that refused it or the final status with the " +
		"number of steps, milliseconds, id. An accepted delivery is printed when its execution ends or waits. If the connection is lost, it is made again, " +
		"and what happened in between is printed, or it is said that something is missing. Stop with ^C."
}

// path returns the path of the stream.
func (c *tailCmd) path() string {
	query := url.Values{"workflow": c.Workflow, "outcome": c.Outcome}
	if slices.Contains(c.Outcome, string(hook.Accepted)) { // a line needs both
		query["kind"] = []string{string(watch.OfDelivery), string(watch.OfExecution)}
	}
	return "/api/tail?" + query.Encode()
}

// Run follows the server until a signal arrives or the server refuses.
func (c *tailCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	ctx, stop := sys.untilSignal()
	defer stop()
	events := make(chan event)
	ended := make(chan error, 1)
	// The reader ends when the stream does or ctx ends. ended has room for its error, so it never blocks on a Run
	// that has already returned.
	go func() {
		ended <- sys.keepFollowing(ctx, server, c.path(), func(e event) error {
			select {
			case events <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	if c.JSON {
		return sys.printEvents(events, ended)
	}
	var body func(watch.Event) error
	if c.Body {
		body = func(e watch.Event) error { return sys.printBody(ctx, server, e) }
	}
	return sys.printLines(events, ended, body)
}

func (sys *system) printEvents(events <-chan event, ended <-chan error) error {
	for {
		select {
		case e := <-events:
			if e.name == string(watch.OfDelivery) || e.name == string(watch.OfExecution) {
				if err := writeJSON(sys.stdout, append(e.data, '\n')); err != nil {
					return err
				}
			} else if err := sys.told(e); err != nil {
				return err
			}
		case err := <-ended:
			return err
		}
	}
}

// printLines prints a line for each delivery, and calls body, unless it is nil, with the event of each.
func (sys *system) printLines(events <-chan event, ended <-chan error, body func(watch.Event) error) error {
	lines := watch.NewLines(raw(sys.stdout), watch.Style{Colour: sys.colours(sys.stdout), Zone: sys.zone})
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		var err error
		select {
		case e := <-events:
			var x watch.Event
			if e.name != string(watch.OfDelivery) && e.name != string(watch.OfExecution) {
				err = sys.told(e)
			} else if err = json.Unmarshal(e.data, &x); err == nil {
				err = lines.Add(x)
				if x.Kind == watch.OfDelivery && body != nil && err == nil {
					err = body(x)
				}
			}
		case <-tick.C:
			err = lines.Flush()
		case err = <-ended:
			return errors.Join(err, lines.Close())
		}
		if err != nil {
			return err
		}
	}
}

// told handles events about the stream itself.
func (sys *system) told(e event) error {
	switch e.name {
	case "open":
		fmt.Fprintln(sys.stderr, "Watching. Press ^C to stop.")
	case "dropped":
		var d watch.Dropped
		if err := json.Unmarshal(e.data, &d); err != nil {
			return err
		}
		fmt.Fprintf(sys.stderr, "%d events were missed because they came too fast.\n", d.Count)
	case "gap":
		var g watch.Gap
		if err := json.Unmarshal(e.data, &g); err != nil {
			return err
		}
		why := "too much has happened since"
		if g.Reason == "restart" {
			why = "the server was restarted"
		}
		fmt.Fprintf(sys.stderr, "Some events are missing here: %s. hookline deliveries ls lists all calls.\n", why)
	}
	return nil
}

// printBody prints the body of a call.
func (sys *system) printBody(ctx context.Context, server *client, e watch.Event) error {
	id, err := e.Delivery.MarshalText()
	if err != nil {
		return err
	}
	var d api.Delivery
	for try := 0; ; try++ { // a refused call is recorded a little later
		err := server.get("/api/deliveries/"+string(id), nil, &d)
		if err == nil {
			break
		}
		if !isNotFound(err) {
			return err
		}
		if try == 5 || !pause(ctx, 100*time.Millisecond) {
			return nil
		}
	}
	if d.Request == nil || d.Request.Body.Size == 0 {
		return nil
	}
	p := newPrinter(sys, false)
	fmt.Fprintf(&p.buf, "  %s  %s  %d bytes\n", id, clip(d.Request.ContentType, 60), d.Request.Body.Size)
	p.body(d.Request.Body)
	p.buf.WriteByte('\n')
	_, err = p.buf.WriteTo(sys.stdout)
	return err
}
