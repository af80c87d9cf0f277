package cli

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/errorcode"
)

type deliveriesCmd struct {
	Ls      deliveriesLs      `cmd:"" help:"List deliveries, newest first."`
	Show    deliveriesShow    `cmd:"" help:"Show one delivery in full."`
	Replay  deliveriesReplay  `cmd:"" help:"Run the workflow again on recorded deliveries."`
	Explain deliveriesExplain `cmd:"" help:"Explain why a call was accepted or refused."`
	Passing deliveriesPassing `cmd:"" help:"Count and replay refused calls that would pass now."`
}

// deliveryFilter selects deliveries.
type deliveryFilter struct {
	Workflow  string   `name:"workflow" placeholder:"KEY" help:"Only those for this workflow."`
	Outcome   string   `name:"outcome" placeholder:"OUTCOME" help:"Only those with this outcome: accepted, repeat, filtered, handshake, rejected or unmatched."`
	Gate      string   `name:"gate" placeholder:"GATE" help:"Only those that this gate refused, e.g. signature."`
	DedupeKey string   `name:"dedupe-key" placeholder:"KEY" help:"Only those with this dedupe key: the first call and its repeats."`
	Since     *instant `name:"since" placeholder:"TIME" help:"Only those received at or after this time: 2026-11-22T10:00:00Z, or an age such as 2h."`
	Until     *instant `name:"until" placeholder:"TIME" help:"Only those received before this time."`
}

// query adds the filter to the parameters of an API request.
func (f *deliveryFilter) query(sys *system, query url.Values) {
	set(query, "workflow", f.Workflow)
	set(query, "outcome", f.Outcome)
	set(query, "gate", f.Gate)
	set(query, "dedupeKey", f.DedupeKey)
	set(query, "since", f.Since.text(sys))
	set(query, "until", f.Until.text(sys))
}

type deliveriesLs struct {
	queryArgs
	deliveryFilter
	pageFlags
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (deliveriesLs) Help() string {
	return queryHelp + ` For example:

	hookline deliveries ls outcome:rejected gate:signature since:1h
	hookline deliveries ls 'status:5xx -ip:10.0.0.0/8'
	hookline deliveries ls data.customer.id:42 '"free text"'

The flags are shorthands for terms of the query.`
}

// Run lists deliveries.
func (c *deliveriesLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := c.pageFlags.query()
	c.queryArgs.set(query)
	c.deliveryFilter.query(sys, query)
	page, err := sys.search(server, "/api/deliveries", query, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		return printList(sys.stdout, page.Items)
	}
	t := newTable(sys.stdout, "ID", "CAME", "METHOD", "WORKFLOW", "ANSWER", "OUTCOME", "FROM", "EXECUTION / WHY")
	err = eachOf(page.Items, func(d api.Delivery) {
		to, then := d.Workflow, d.Execution
		if to == "" {
			to = d.Path
		}
		if then == "" {
			then = d.Reason
		}
		t.row(d.ID, sys.when(d.ReceivedAt), d.Method, clip(to, 40), status(d.Status), outcome(d), d.IP, then)
	})
	if err != nil {
		return err
	}
	err = t.flush()
	sys.searched(page)
	return err
}

func status(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// outcome describes the outcome of a call, with the gate that rejected it.
func outcome(d api.Delivery) string {
	if d.Outcome == "rejected" && d.Gate != "" {
		return "rejected: " + d.Gate
	}
	return string(d.Outcome)
}

type deliveriesShow struct {
	oneDelivery
	Full bool `name:"full" help:"Print a long body in full."`
	Curl bool `name:"curl" help:"Print a curl command that sends the same call."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (deliveriesShow) Help() string {
	return "Credentials that the basic and token gates check are removed before a call is stored. " +
		"With --json, a body has at most its first MiB; --full has all of it."
}

// Run shows one delivery.
func (c *deliveriesShow) Run(sys *system) error {
	path, err := c.path()
	if err != nil {
		return err
	}
	if c.Curl {
		return show(sys, &c.clientFlags, c.jsonFlag, path+"/curl", func(_ *client, x api.Curl) error {
			if x.BodyFile != "" {
				fmt.Fprintf(sys.stderr, "The body is too long for a command line: save it to %s (GET %s/body), or use hookline deliveries replay.\n", x.BodyFile, path)
			}
			_, err := fmt.Fprintln(sys.stdout, x.Command)
			return err
		})
	}
	return show(sys, &c.clientFlags, c.jsonFlag, path, func(server *client, d api.Delivery) error {
		if c.Full {
			if err := server.wholeBody(&d); err != nil {
				return err
			}
		}
		p := newPrinter(sys, c.Full)
		p.delivery(d)
		p.request(d.Request)
		if d.Answer != nil {
			fmt.Fprintf(&p.buf, "\nAnswer  %d\n", d.Answer.Status)
			p.pairs(d.Answer.Headers)
			p.body(d.Answer.Body)
		}
		_, err := p.buf.WriteTo(sys.stdout)
		return err
	})
}

// wholeBody completes the body of a delivery, of which the answer of the API has only the beginning if it is long.
func (c *client) wholeBody(d *api.Delivery) error {
	if d.Request == nil || !d.Request.Body.Cut {
		return nil
	}
	text, err := c.text("/api/deliveries/" + url.PathEscape(d.ID) + "/body")
	if err != nil {
		return err
	}
	body := &d.Request.Body
	if len(text) != body.Size {
		return fmt.Errorf("the body of %s has %d bytes, and %d arrived", clip(d.ID, 40), body.Size, len(text))
	}
	*body = api.ShowBytes([]byte(text), len(text))
	return nil
}

// delivery prints everything about a delivery except the request and the answer.
func (p *printer) delivery(d api.Delivery) {
	fmt.Fprintf(&p.buf, "%s  %s  %s\n", d.ID, clip(d.Workflow, 64), outcome(d))
	f := fields{w: &p.buf}
	f.add("came", p.when(d.ReceivedAt))
	f.add("answered", status(d.Status))
	f.add("took", formatDuration(time.Duration(d.TookMicros)*time.Microsecond))
	f.add("execution", d.Execution)
	f.add("revision", d.Revision)
	f.add("key", d.DedupeKey)
	f.add("replay of", d.ReplayOf)
	if len(d.Chain) > 1 {
		f.add("via", strings.Join(d.Chain, " ← "))
	}
	f.add("why", d.Reason)
	p.verdicts("Gates", d.Verdicts)
}

// verdicts prints one verdict per line.
func (p *printer) verdicts(heading string, list []api.Verdict) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(&p.buf, "\n%s\n", heading)
	for _, v := range list {
		said := "passed"
		switch {
		case !v.Passed && v.Observed:
			said = "would refuse (observed only)"
		case !v.Passed:
			said = "refused"
		}
		line := fmt.Sprintf("  %-*s%s", nameWidth, clip(v.Gate, 32), said)
		if v.Reason != "" {
			line += "  " + v.Reason
		}
		if v.Detail != "" {
			line += ": " + v.Detail
		}
		fmt.Fprintln(&p.buf, clip(line, 500))
		if e, ok := errorcode.Find(errorcode.Gate, v.Reason); ok && !v.Passed && !v.Observed {
			fmt.Fprintf(&p.buf, "  %-*s%s\n", nameWidth, "", e.Next)
		}
	}
}

// oneDelivery selects a delivery.
type oneDelivery struct {
	ID   string `arg:"" optional:"" help:"The delivery's id, dlv_…"`
	Last bool   `name:"last" help:"The newest delivery."`
}

func (o oneDelivery) path() (string, error) {
	switch {
	case o.Last && o.ID == "":
		return "/api/deliveries/last", nil
	case o.ID != "" && !o.Last:
		return "/api/deliveries/" + url.PathEscape(o.ID), nil
	default:
		return "", &usageError{[]error{errors.New("give the id of a delivery, or --last")}}
	}
}
