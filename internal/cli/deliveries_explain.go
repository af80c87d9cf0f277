package cli

import (
	"fmt"

	"hookline.dev/hookline/internal/api"
)

type deliveriesExplain struct {
	oneDelivery
	Full bool `name:"full" help:"Print long values to their end."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (deliveriesExplain) Help() string {
	return "Prints what each gate said then and says today, which address took the call, how its sender's address was found, its dedupe key, " +
		"and what the workflow sees as $context. When a signature failed, it tries what usually goes wrong: another of the known secrets, " +
		"a body that was serialised again on the way, a clock that is off, another encoding or header."
}

// Run explains one delivery.
func (c *deliveriesExplain) Run(w *world) error {
	path, err := c.path()
	if err != nil {
		return err
	}
	return show(w, &c.clientFlags, c.jsonFlag, path+"/explain", func(_ *client, e api.Explanation) error {
		p := newPrinter(w, c.Full)
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
		_, err := p.buf.WriteTo(w.stdout)
		return err
	})
}
