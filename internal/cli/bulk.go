package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type bulkCmd struct {
	Ls    bulkLs    `cmd:"" help:"List bulk actions, newest first."`
	Show  bulkShow  `cmd:"" help:"Show one bulk action, its progress and its problems."`
	Start bulkStart `cmd:"" help:"Start a planned bulk action."`
	Stop  bulkStop  `cmd:"" help:"Stop a bulk action, or discard a plan."`
}

type bulkLs struct {
	State string `name:"state" placeholder:"STATE" help:"Only those in this state: planned, running, stopped or done."`
	pageFlags
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (bulkLs) Help() string {
	return "Bulk actions are made by executions retry --query, executions cancel --query and deliveries replay --query. " +
		"A plan that nobody starts is deleted after an hour, an action that has ended after 30 days."
}

// Run lists bulk actions.
func (c *bulkLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	set(query, "before", c.Before)
	set(query, "state", c.State)
	var page rawPage
	if err := server.get("/api/bulk", query, &page); err != nil {
		return err
	}
	if c.JSON {
		return printList(sys.stdout, page.Items)
	}
	t := newTable(sys.stdout, "ID", "KIND", "STATE", "PLANNED", "BY", "HANDLED", "QUERY")
	err = eachOf(page.Items, func(b api.Bulk) {
		t.row(b.ID, b.Kind, b.State, sys.when(b.CreatedAt), b.By, fmt.Sprintf("%d/%d", b.Handled, b.Count), b.Query)
	})
	if err != nil {
		return err
	}
	sys.more(page.Next)
	return t.flush()
}

// oneBulk selects a bulk action.
type oneBulk struct {
	ID string `arg:"" help:"The action's id, blk_…"`
}

func (o oneBulk) path() string { return "/api/bulk/" + url.PathEscape(o.ID) }

type bulkShow struct {
	oneBulk
	clientFlags
	jsonFlag
}

// Run shows one action.
func (c *bulkShow) Run(sys *system) error {
	return show(sys, &c.clientFlags, c.jsonFlag, c.path(), func(_ *client, b api.Bulk) error { return sys.showBulk(b) })
}

// showBulk prints an action.
func (sys *system) showBulk(b api.Bulk) error {
	p := newPrinter(sys, false)
	fmt.Fprintf(&p.buf, "%s  %s  %s\n", clip(b.ID, 40), clip(b.Kind, 20), clip(b.State, 20))
	f := fields{w: &p.buf}
	f.add("query", b.Query)
	f.add("workflows", strings.Join(b.Workflows, ", "))
	f.add("options", b.Options.Text())
	f.add("by", b.By)
	f.add("planned", p.when(b.CreatedAt))
	f.add("expires", p.when(b.Expires))
	f.add("started", p.when(b.StartedAt))
	f.add("ended", p.when(b.EndedAt))
	f.add("progress", bulkOutcome(bulkVerbOf(b.Kind), b))
	if len(b.Problems) > 0 {
		fmt.Fprintln(&p.buf, "\nSkipped or failed")
		showProblems(&p.buf, b)
	}
	_, err := p.buf.WriteTo(sys.stdout)
	return err
}

type bulkStart struct {
	oneBulk
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (bulkStart) Help() string {
	return "The action runs in the background, also after a restart of the server. Each target is acted on once; one that has changed since the plan is skipped."
}

// Run starts an action.
func (c *bulkStart) Run(sys *system) error {
	return c.clientFlags.actOnBulk(sys, c.oneBulk, c.jsonFlag, "start")
}

type bulkStop struct {
	oneBulk
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (bulkStop) Help() string {
	return "What was done stays done. A stopped action cannot be resumed: plan it again."
}

// Run stops an action.
func (c *bulkStop) Run(sys *system) error {
	return c.clientFlags.actOnBulk(sys, c.oneBulk, c.jsonFlag, "stop")
}

func (f *clientFlags) actOnBulk(sys *system, one oneBulk, asJSON jsonFlag, verb string) error {
	server, err := f.open()
	if err != nil {
		return err
	}
	return answered(sys, server, asJSON, http.MethodPost, one.path()+"/"+verb, value.Value{}, func(b api.Bulk) error {
		fmt.Fprintf(sys.stdout, "%s is %s: %s\n", clip(b.ID, 40), clip(b.State, 20), bulkOutcome(bulkVerbOf(b.Kind), b))
		return nil
	})
}
