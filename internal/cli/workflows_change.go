package cli

import (
	"fmt"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type workflowsRm struct {
	Key string `arg:"" complete:"workflows" help:"The workflow's key."`
	Yes bool   `name:"yes" short:"y" help:"Confirm that the workflow and its draft are deleted."`
	clientFlags
}

// Help explains the verb.
func (workflowsRm) Help() string {
	return "Deletes a workflow and its draft. Its URL answers as an unknown one. Deliveries, executions and versions stay. " +
		"To stop calls for a while, disable it instead."
}

// Run deletes a workflow.
func (c *workflowsRm) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var x api.Workflow
	if err := server.get(workflowPath(c.Key), nil, &x); err != nil {
		return err
	}
	if !c.Yes {
		fmt.Fprintf(sys.stderr, "%s is at version %d and %s. Nothing was changed. Use --yes to delete it.\n", clip(x.Key, 64), x.Version, onOff(x.Enabled))
		return errReported
	}
	if err := server.send("DELETE", workflowPath(c.Key), nil, value.Value{}, nil); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s is deleted\n", clip(c.Key, 64))
	return nil
}

type workflowsDuplicate struct {
	Key   string `arg:"" complete:"workflows" help:"The workflow's key."`
	New   string `arg:"" optional:"" help:"The key of the copy. Default: a random one."`
	Title string `name:"title" placeholder:"TEXT" help:"The title of the copy."`
	clientFlags
}

// Help explains the verb.
func (workflowsDuplicate) Help() string {
	return "Makes a workflow whose draft is a copy of the draft, or of what is published. It takes no calls until it is published."
}

// Run copies a workflow.
func (c *workflowsDuplicate) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	if c.New != "" {
		body.Set("key", value.String(c.New))
	}
	if c.Title != "" {
		body.Set("title", value.String(c.Title))
	}
	var d api.Draft
	if err := server.send("POST", workflowPath(c.Key)+"/duplicate", nil, body.Value(), &d); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s is a draft now; publish it with hookline workflows publish %[1]s\n", clip(d.Workflow, 64))
	return nil
}

type workflowsRename struct {
	Key   string `arg:"" complete:"workflows" help:"The workflow's key."`
	Title string `arg:"" help:"The new title."`
	clientFlags
}

// Help explains the verb.
func (workflowsRename) Help() string {
	return "Gives a workflow another title, as its next version, and its draft, too. The key is its URL and never changes."
}

// Run renames a workflow.
func (c *workflowsRename) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	var x api.Workflow
	if err := server.send("POST", workflowPath(c.Key)+"/rename", nil, body.Set("title", value.String(c.Title)).Value(), &x); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s is called %s\n", clip(x.Key, 64), clip(x.Title, 200))
	return nil
}
