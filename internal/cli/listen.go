package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/api"
)

type listenCmd struct {
	Key     string        `arg:"" complete:"workflows" help:"The workflow's key."`
	Timeout time.Duration `name:"timeout" default:"10m" placeholder:"DURATION" help:"How long to wait, at most 1h."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (listenCmd) Help() string {
	return "Waits for the next call to the workflow and makes it the sample that the draft is tried on. The call is handled as always; it may also be " +
		"one that is refused, or one to the URL of a workflow that is not published yet. Handshakes of providers and preflights of browsers are passed over. Stop with ^C."
}

// Run waits for a call.
func (c *listenCmd) Run(sys *system) error {
	seconds := int((c.Timeout + time.Second - 1) / time.Second)
	if seconds < 1 || seconds > 3600 {
		return &usageError{[]error{fmt.Errorf("--timeout: must be from 1s to 1h, not %s", c.Timeout)}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	ctx, stop := sys.untilSignal()
	defer stop()
	path := "/api/workflows/" + url.PathEscape(c.Key) + "/listen?seconds=" + strconv.Itoa(seconds)
	err = server.follow(ctx, path, "", func(e event) error { return c.told(sys, e) })
	if errors.Is(err, errEnded) || ctx.Err() != nil {
		return nil
	}
	return err
}

// told handles an event. It returns errEnded after the last one.
func (c *listenCmd) told(sys *system, e event) error {
	switch e.name {
	case "listening":
		var at api.Listening
		if err := json.Unmarshal(e.data, &at); err != nil {
			return err
		}
		fmt.Fprintf(sys.stderr, "Waiting until %s for the next call to %s. Press ^C to stop.\n", at.Until.In(sys.zone).Format(time.TimeOnly), clip(at.Workflow, 64))
		for _, u := range at.URLs {
			fmt.Fprintf(sys.stderr, "  %s\n", clip(u, 1000))
		}
		return nil
	case "sample":
		return errors.Join(c.heard(sys, e.data), errEnded)
	case "timeout":
		return fmt.Errorf("no call came within %s; see hookline deliveries ls for calls to other URLs", formatDuration(c.Timeout))
	case "problem":
		var p api.Problem
		if err := json.Unmarshal(e.data, &p); err != nil {
			return err
		}
		return errors.New(cleanText(p.Detail))
	default:
		return nil
	}
}

// heard prints the call.
func (c *listenCmd) heard(sys *system, data []byte) error {
	if c.JSON {
		return printOne(sys.stdout, data)
	}
	var x api.Heard
	if err := json.Unmarshal(data, &x); err != nil {
		return err
	}
	p := newPrinter(sys, false)
	fmt.Fprintf(&p.buf, "%s  %s  %s\n", x.Delivery, x.Outcome, strconv.Itoa(x.Status))
	f := fields{w: &p.buf}
	if x.Outcome != "accepted" {
		f.add("gate", x.Gate)
		f.add("why", x.Reason)
	}
	f.add("not whole", x.Partial)
	p.request(&x.Request)
	fmt.Fprintf(&p.buf, "\nThis call is the sample of %s now.\n", clip(x.Workflow, 64))
	_, err := p.buf.WriteTo(sys.stdout)
	return err
}
