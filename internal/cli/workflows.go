package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
)

type workflowsCmd struct {
	Draft     workflowsDraft     `cmd:"" help:"Show, store or discard the draft of a workflow."`
	Publish   workflowsPublish   `cmd:"" help:"Publish the draft as the next version."`
	Versions  workflowsVersions  `cmd:"" help:"List the versions of a workflow."`
	Diff      workflowsDiff      `cmd:"" help:"Show how two versions differ, or the draft and a version."`
	Rollback  workflowsRollback  `cmd:"" help:"Publish an earlier version again."`
	Rename    workflowsRename    `cmd:"" help:"Give a workflow another title."`
	Duplicate workflowsDuplicate `cmd:"" help:"Copy a workflow into a draft with another key."`
	Rm        workflowsRm        `cmd:"" help:"Delete a workflow. Its history stays."`

	Ls      workflowsLs      `cmd:"" help:"List workflows."`
	Show    workflowsShow    `cmd:"" help:"Show one workflow: its URLs, rules and document."`
	Enable  workflowsEnable  `cmd:"" help:"Enable a workflow."`
	Disable workflowsDisable `cmd:"" help:"Disable a workflow: new calls are refused, running executions continue."`
}

type workflowsLs struct {
	Sort string `name:"sort" enum:"key,title,updatedAt,-updatedAt,lastCall,-lastCall" default:"key" help:"key, title, updatedAt or lastCall; with a minus the other way round, as in --sort=-lastCall."`
	clientFlags
	jsonFlag
}

// Run lists the workflows.
func (c *workflowsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	items, err := server.all("/api/workflows?sort="+url.QueryEscape(c.Sort), "cursor")
	if err != nil {
		return err
	}
	const none = "No workflows yet. Start the server with --workflows DIR, or use hookline apply -f."
	columns := []string{"KEY", "STATE", "MODE", "METHODS", "AUTH", "NODES", "TITLE"}
	byCall := strings.HasSuffix(c.Sort, "lastCall")
	if byCall {
		columns = slices.Insert(columns, 1, "LAST CALL")
	}
	return printItems(sys, c.jsonFlag, items, none, columns, func(x api.Workflow) []string {
		row := []string{x.Key, state(x), string(x.Mode), strings.Join(x.Methods, ","), auth(x), strconv.Itoa(x.Nodes), x.Title}
		if byCall {
			row = slices.Insert(row, 1, sys.when(lastCall(x)))
		}
		return row
	})
}

// lastCall returns when a workflow was called last.
func lastCall(x api.Workflow) time.Time {
	if x.Traffic == nil {
		return time.Time{}
	}
	return x.Traffic.LastCall()
}

// state also tells what somebody should know: a filter that fails, because its calls run nothing, a draft, and a file
// that was not loaded.
func state(x api.Workflow) string {
	if x.Version == 0 && x.Draft != nil {
		return "draft"
	}
	text := onOff(x.Enabled)
	if x.FilterErrors > 0 {
		text += ", " + plural(int(x.FilterErrors), "filter error")
	}
	if x.Draft != nil {
		text += ", has a draft"
	}
	switch {
	case x.Conflict != "":
		text += ", its file changed too"
	case x.Edited:
		text += ", edited here"
	}
	return text
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
		if x.Version > 0 {
			f.add("version", published(sys, x))
			f.add("note", x.Note)
		}
		f.add("updated", sys.when(x.UpdatedAt))
		f.add("source", x.Source)
		switch {
		case x.Conflict != "":
			f.add("conflict", x.Conflict+" changed, too, and was not loaded; hookline reload --take file|server --workflow "+x.Key)
		case x.Edited:
			f.add("edited", "here, since "+sourceName(x.Source)+" was loaded")
		}
		if x.Draft != nil {
			f.add("draft", drafted(sys, *x.Draft))
		}
		f.add("broken", x.Broken)
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

// published says which version is published, when and by whom.
func published(sys *system, x api.Workflow) string {
	text := strconv.FormatInt(x.Version, 10)
	if !x.PublishedAt.IsZero() {
		text += ", published " + sys.when(x.PublishedAt)
	}
	if x.PublishedBy != "" {
		text += " by " + x.PublishedBy
	}
	return text
}

// drafted says who changed a draft, and whether it is behind.
func drafted(sys *system, d api.DraftInfo) string {
	text := "changed " + sys.when(d.ChangedAt)
	if d.ChangedBy != "" {
		text += " by " + d.ChangedBy
	}
	if d.Behind {
		text += fmt.Sprintf("; begun from version %d", d.Base)
	}
	return text
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
