package cli

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
)

type workflowsCmd struct {
	Ls      workflowsLs      `cmd:"" help:"List workflows."`
	Show    workflowsShow    `cmd:"" help:"Show one workflow: its URLs, rules and document."`
	Enable  workflowsEnable  `cmd:"" help:"Enable a workflow."`
	Disable workflowsDisable `cmd:"" help:"Disable a workflow: new calls are refused, running executions continue."`
}

type workflowsLs struct {
	clientFlags
	jsonFlag
}

// Run lists the workflows.
func (c *workflowsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/workflows", nil, &page); err != nil {
		return err
	}
	if c.JSON {
		return printList(sys.stdout, page.Items)
	}
	if len(page.Items) == 0 {
		fmt.Fprintln(sys.stderr, "No workflows yet. Start the server with --workflows DIR.")
		return nil
	}
	t := newTable(sys.stdout, "KEY", "STATE", "MODE", "METHODS", "AUTH", "NODES", "TITLE")
	err = eachOf(page.Items, func(x api.Workflow) {
		t.row(x.Key, state(x), string(x.Mode), strings.Join(x.Methods, ","), auth(x), strconv.Itoa(x.Nodes), x.Title)
	})
	if err != nil {
		return err
	}
	return t.flush()
}

// state also tells of a filter that fails, because its calls run nothing.
func state(x api.Workflow) string {
	if x.FilterErrors == 0 {
		return onOff(x.Enabled)
	}
	return onOff(x.Enabled) + ", " + plural(int(x.FilterErrors), "filter error")
}

func onOff(enabled bool) string {
	if enabled {
		return "enabled"
	}
	return "disabled"
}

func auth(x api.Workflow) string {
	if len(x.Auth) == 0 {
		return "open"
	}
	return strings.Join(x.Auth, "+")
}

type workflowsShow struct {
	Key string `arg:"" complete:"workflows" help:"The workflow's key."`
	clientFlags
	jsonFlag
	PublicURL string `name:"public-url" placeholder:"URL" help:"Print the URLs with this base instead of the server's."`
}

// Help explains the verb.
func (workflowsShow) Help() string {
	return "Prints every URL of the workflow: both forms with its key, and its path if it has one."
}

// Run shows one workflow.
func (c *workflowsShow) Run(sys *system) error {
	return show(sys, &c.clientFlags, c.jsonFlag, "/api/workflows/"+url.PathEscape(c.Key), func(_ *client, x api.Workflow) error {
		fmt.Fprintf(sys.stdout, "%s  %s", clip(x.Key, 64), onOff(x.Enabled))
		if x.Title != "" {
			fmt.Fprintf(sys.stdout, "  %s", clip(x.Title, 100))
		}
		fmt.Fprintln(sys.stdout)
		f := fields{w: sys.stdout}
		f.add("mode", string(x.Mode))
		f.add("methods", strings.Join(x.Methods, ", "))
		f.add("auth", auth(x))
		f.add("revision", x.Revision)
		f.add("updated", sys.when(x.UpdatedAt))
		f.add("source", x.Source)
		if x.FilterErrors > 0 {
			f.add("filter", plural(int(x.FilterErrors), "error")+" since the server started; hookline deliveries ls --workflow "+x.Key+" --outcome filtered")
		}
		for _, address := range x.URLs {
			f.add("url", rebase(address, c.PublicURL))
		}
		fmt.Fprintln(sys.stdout)
		return printJSON(sys.stdout, "", x.Document.Value, maxLines)
	})
}

// rebase moves a URL's path to another base.
func rebase(address, base string) string {
	if base == "" {
		return address
	}
	if i := strings.Index(address, "/api/"); i >= 0 {
		return strings.TrimRight(base, "/") + address[i:]
	}
	return address
}

type workflowsEnable struct {
	Key string `arg:"" complete:"workflows" help:"The workflow's key."`
	clientFlags
}

// Run enables a workflow.
func (c *workflowsEnable) Run(sys *system) error { return c.clientFlags.switchTo(sys, c.Key, "enable") }

type workflowsDisable struct {
	Key string `arg:"" complete:"workflows" help:"The workflow's key."`
	clientFlags
}

// Run disables a workflow.
func (c *workflowsDisable) Run(sys *system) error {
	return c.clientFlags.switchTo(sys, c.Key, "disable")
}

func (f *clientFlags) switchTo(sys *system, key, verb string) error {
	server, err := f.open()
	if err != nil {
		return err
	}
	var x api.Workflow
	if err := server.post("/api/workflows/"+url.PathEscape(key)+"/"+verb, &x); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s is %s\n", clip(x.Key, 64), onOff(x.Enabled))
	return nil
}
