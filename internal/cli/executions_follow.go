package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"hookline.dev/hookline/internal/api"
)

// errEnded ends a stream whose last event has come.
var errEnded = errors.New("the stream has ended")

// follow prints the steps of an execution until it ends or a signal arrives.
func (c *executionsShow) follow(sys *system, path string) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	ctx, stop := sys.untilSignal()
	defer stop()
	p := newPrinter(sys, false)
	begun := false
	err = server.follow(ctx, path+"/live", "", func(e event) error {
		var err error
		switch {
		case c.JSON:
			err = writeJSON(sys.stdout, fmt.Appendf(nil, "{\"event\":%q,\"data\":%s}\n", e.name, e.data))
		case e.name == "execution" || e.name == "end":
			var x api.Whole
			if err = json.Unmarshal(e.data, &x.Execution); err != nil {
				break
			}
			switch {
			case e.name == "end":
				p.end(x)
			case !begun:
				p.head(x)
				p.buf.WriteString("\nSteps\n")
				begun = true
			case !x.WakeAt.IsZero():
				fmt.Fprintf(&p.buf, "     %s until %s\n", x.Status, p.when(x.WakeAt))
			}
		case e.name == "step":
			var step api.Step
			if err = json.Unmarshal(e.data, &step); err == nil {
				p.step(step)
				p.sizes(step)
			}
		case e.name == "omitted":
			var left api.LeftOut
			if err = json.Unmarshal(e.data, &left); err == nil {
				fmt.Fprintf(&p.buf, "     … %d to %d are left out\n", left.From, left.To)
			}
		}
		if err == nil {
			_, err = p.buf.WriteTo(sys.stdout)
		}
		if err == nil && e.name == "end" {
			return errEnded
		}
		return err
	})
	if errors.Is(err, errEnded) || ctx.Err() != nil {
		return nil
	}
	return err
}

// sizes prints the sizes of values that are not in a step.
func (p *printer) sizes(s api.Step) {
	f := fields{w: &p.buf, indent: "     "}
	if s.Input.IsMissing() && s.InputSize > 0 {
		f.add("input", fmt.Sprintf("%d bytes", s.InputSize))
	}
	if s.Result.IsMissing() && s.ResultSize > 0 {
		f.add("result", fmt.Sprintf("%d bytes", s.ResultSize))
	}
}
