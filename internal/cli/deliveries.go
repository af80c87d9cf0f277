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

type deliveriesCmd struct {
	Ls   deliveriesLs   `cmd:"" help:"List calls, newest first."`
	Show deliveriesShow `cmd:"" help:"Show one call whole."`
}

type deliveriesLs struct {
	Workflow string `name:"workflow" placeholder:"KEY" help:"Only those of this workflow."`
	Outcome  string `name:"outcome" placeholder:"OUTCOME" help:"Only those that were accepted, rejected or unmatched."`
	pageFlags
	clientFlags
	jsonFlag
}

// Run lists deliveries.
func (c *deliveriesLs) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := c.pageFlags.query()
	set(query, "workflow", c.Workflow)
	set(query, "outcome", c.Outcome)
	var page rawPage
	if err := server.get("/api/deliveries", query, &page); err != nil {
		return err
	}
	if c.JSON {
		return printList(w.stdout, page.Items)
	}
	t := newTable(w.stdout, "ID", "CAME", "METHOD", "WORKFLOW", "ANSWER", "OUTCOME", "FROM", "EXECUTION / WHY")
	err = eachOf(page.Items, func(d api.Delivery) {
		to, then := d.Workflow, d.Execution
		if to == "" {
			to = d.Path
		}
		if then == "" {
			then = d.Reason
		}
		t.row(d.ID, w.when(d.ReceivedAt), d.Method, clip(to, 40), status(d.Status), outcome(d), d.IP, then)
	})
	if err != nil {
		return err
	}
	err = t.flush()
	w.more(page.Next)
	return err
}

func status(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// outcome is what became of a call, with the gate that said no.
func outcome(d api.Delivery) string {
	if d.Outcome == "rejected" && d.Gate != "" {
		return "rejected: " + d.Gate
	}
	return string(d.Outcome)
}

type deliveriesShow struct {
	ID   string `arg:"" optional:"" help:"The delivery's id, dlv_…"`
	Last bool   `name:"last" help:"The newest delivery."`
	Full bool   `name:"full" help:"Print a long body to its end."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (deliveriesShow) Help() string {
	return "Values that the basic and token gates check were taken out before the call was stored."
}

// Run shows one delivery.
func (c *deliveriesShow) Run(w *world) error {
	if c.Last == (c.ID != "") {
		return &usageError{[]error{errors.New("name one delivery: its id, or --last")}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	id := c.ID
	if c.Last {
		id = "last"
	}
	var raw json.RawMessage
	if err := server.get("/api/deliveries/"+url.PathEscape(id), nil, &raw); err != nil {
		return err
	}
	if c.JSON {
		return printOne(w.stdout, raw)
	}
	var d api.Delivery
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	p := printer{world: w, lines: maxLines}
	if c.Full {
		p.lines = 0
	}
	fmt.Fprintf(&p.buf, "%s  %s  %s\n", d.ID, clip(d.Workflow, 64), outcome(d))
	f := fields{w: &p.buf}
	f.add("came", w.when(d.ReceivedAt))
	f.add("answered", status(d.Status))
	f.add("took", span(time.Duration(d.TookMicros)*time.Microsecond))
	f.add("execution", d.Execution)
	f.add("why", d.Reason)
	p.request(d.Request)
	_, err = p.buf.WriteTo(w.stdout)
	return err
}
