package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/watch"
)

type tailCmd struct {
	clientFlags
	JSON bool `name:"json" help:"Print one JSON object per line: each delivery, and each execution when it ends or waits."`
}

// Help explains the verb.
func (tailCmd) Help() string {
	return "Prints one line per delivery: time, method, key, response status, the gate that refused it or the final status with the " +
		"number of steps, milliseconds, id. An accepted delivery is printed when its execution ends or waits. Stop with ^C."
}

// maxEvent is the longest line of the stream, in bytes.
const maxEvent = 1 << 20

// Run follows the server until a signal arrives or the stream ends.
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
		ended <- server.follow(ctx, "/api/tail", func(e event) error {
			select {
			case events <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	if c.JSON {
		err = sys.printEvents(events, ended)
	} else {
		err = sys.printLines(events, ended)
	}
	if ctx.Err() != nil { // a signal ended it
		return nil
	}
	return err
}

// event is one server-sent event.
type event struct {
	name string
	data []byte
}

// readEvents reads an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html) as the
// server writes it, with one data line per event, and calls do with each event. It returns io.EOF at the end of the
// stream, or the error of do.
func readEvents(in io.Reader, do func(event) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 4096), maxEvent)
	var e event
	for lines.Scan() {
		line := lines.Text()
		name, text, _ := strings.Cut(line, ":")
		text = strings.TrimPrefix(text, " ")
		switch {
		case line == "":
			if e.data != nil {
				if err := do(e); err != nil {
					return err
				}
			}
			e = event{}
		case name == "event":
			e.name = text
		case name == "data":
			e.data = []byte(text)
		}
	}
	if err := lines.Err(); err != nil {
		return fault.As("cli.tail", fault.Unavailable, err, "the connection was lost: %v", err)
	}
	return io.EOF
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

func (sys *system) printLines(events <-chan event, ended <-chan error) error {
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
	}
	return nil
}
