package cli

import (
	"fmt"

	"hookline.dev/hookline/internal/api"
)

type deliveriesExplain struct {
	oneDelivery
	Full bool `name:"full" help:"Print long values in full."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (deliveriesExplain) Help() string {
	return "Shows the result of every check at the time of the call and now, which address received the call, how its sender's address was determined, " +
		"its dedupe key, and what the workflow sees as $context. If the signature is wrong, it tries the usual causes: another configured secret, " +
		"a body that was re-serialized on the way, a wrong clock, another encoding or header."
}

// Run explains one delivery.
func (c *deliveriesExplain) Run(sys *system) error {
	path, err := c.path()
	if err != nil {
		return err
	}
	return show(sys, &c.clientFlags, c.jsonFlag, path+"/explain", func(_ *client, e api.Explanation) error {
		p := newPrinter(sys, c.Full)
		p.delivery(e.Delivery)
		f := fields{w: &p.buf}
		p.buf.WriteString("\nToday\n")
		route := e.Route
		if route == "" {
			route = "no enabled workflow takes this address"
		}
		f.add("address", route)
		p.verdicts("Gates today", e.Today)
		if len(e.Hypotheses) > 0 {
			p.buf.WriteString("\nWhat fits\n")
			for _, h := range e.Hypotheses {
				fmt.Fprintf(&p.buf, "  %s\n", clip(h.Message+" ("+h.Code+")", 500))
			}
		}
		if !e.Variables.IsMissing() {
			p.buf.WriteString("\nVariables\n")
			f.json("$context", e.Variables.Value, p.lines)
		}
		_, err := p.buf.WriteTo(sys.stdout)
		return err
	})
}
