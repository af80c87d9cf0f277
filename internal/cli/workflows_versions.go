package cli

import (
	"fmt"
	"io"
	"net/url"
	"strconv"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type workflowsVersions struct {
	Key    string `arg:"" complete:"workflows" help:"The workflow's key, also of a deleted one."`
	Limit  int    `name:"limit" default:"20" placeholder:"N" help:"Maximum number of results, 1 to 500."`
	Before string `name:"before" placeholder:"N" help:"Only versions with a smaller number."`
	clientFlags
	jsonFlag
}

// Run lists the versions.
func (c *workflowsVersions) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	set(query, "before", c.Before)
	var page rawPage
	if err := server.get(workflowPath(c.Key)+"/versions", query, &page); err != nil {
		return err
	}
	sys.more(page.Next)
	return printItems(sys, c.jsonFlag, page.Items, "", []string{"VERSION", "PUBLISHED", "BY", "FROM", "EXECUTIONS", "NOTE"}, func(x api.Version) []string {
		number := strconv.FormatInt(x.Number, 10)
		if x.Current {
			number += " *"
		}
		return []string{number, sys.when(x.PublishedAt), x.PublishedBy, x.Origin, strconv.FormatInt(x.Executions, 10), x.Note}
	})
}

type workflowsDiff struct {
	Key  string `arg:"" complete:"workflows" help:"The workflow's key."`
	From string `arg:"" optional:"" default:"published" help:"The number of a version, published or draft."`
	To   string `arg:"" optional:"" default:"draft" help:"The number of a version, published or draft."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (workflowsDiff) Help() string {
	return "Prints how two versions differ, as YAML in the format of diff -u. Without versions: what is published, against the draft. " +
		"With one: that version, against the draft. Secrets are masked, so a changed one does not show."
}

// Run prints the difference.
func (c *workflowsDiff) Run(sys *system) error {
	path := workflowPath(c.Key) + "/diff?" + url.Values{"from": {c.From}, "to": {c.To}}.Encode()
	return show(sys, &c.clientFlags, c.jsonFlag, path, func(_ *client, d api.Difference) error {
		if d.Text == "" {
			fmt.Fprintln(sys.stderr, "No difference.")
			return nil
		}
		_, err := io.WriteString(sys.stdout, d.Text)
		return err
	})
}

type workflowsRollback struct {
	Key     string `arg:"" complete:"workflows" help:"The workflow's key."`
	Version int64  `arg:"" help:"The number of the version to publish again."`
	Note    string `name:"note" short:"m" placeholder:"TEXT" help:"Why. Default: which version it goes back to."`
	clientFlags
}

// Help explains the verb.
func (workflowsRollback) Help() string {
	return "Publishes the document of an earlier version again, as a new version. The draft stays."
}

// Run publishes an earlier version.
func (c *workflowsRollback) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var x api.Workflow
	if err := server.get(workflowPath(c.Key), nil, &x); err != nil {
		return err
	}
	var body value.ObjectBuilder
	body.Set("version", value.Int(c.Version)).Set("current", value.Int(x.Version))
	if c.Note != "" {
		body.Set("note", value.String(c.Note))
	}
	if err := server.send("POST", workflowPath(c.Key)+"/rollback", nil, body.Value(), &x); err != nil {
		return err
	}
	printVersion(sys, x)
	return nil
}
