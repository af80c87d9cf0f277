package cli

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type workflowsDraft struct {
	Key     string `arg:"" complete:"workflows" help:"The workflow's key. With --file, it may be new."`
	File    string `name:"file" short:"f" placeholder:"FILE" help:"Store this YAML or JSON document as the draft; - reads stdin."`
	Discard bool   `name:"discard" help:"Discard the draft. What is published stays."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (workflowsDraft) Help() string {
	return "Prints the draft as YAML, or what is published if there is no draft. Secrets that are written as plain text are masked; " +
		"a mask in a file that is stored keeps the secret. With --file, prints what would keep the draft from being published; exit code 1 then."
}

// Run shows, stores or discards the draft.
func (c *workflowsDraft) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	switch {
	case c.File != "":
		return c.store(sys, server)
	case c.Discard:
		d, err := server.draft(c.Key)
		if err != nil {
			return err
		}
		if !d.Stored {
			fmt.Fprintf(sys.stdout, "%s has no draft\n", clip(c.Key, 64))
			return nil
		}
		if err := server.send("DELETE", workflowPath(c.Key)+"/draft", nil, value.Value{}, nil); err != nil {
			return err
		}
		fmt.Fprintf(sys.stdout, "the draft of %s is discarded\n", clip(c.Key, 64))
		return nil
	}
	return show(sys, &c.clientFlags, c.jsonFlag, workflowPath(c.Key)+"/draft?yaml=true", func(_ *client, d api.Draft) error {
		if d.Stored && d.Base != d.Current {
			fmt.Fprintf(sys.stderr, "The draft was begun from version %d; version %d is published now.\n", d.Base, d.Current)
		}
		_, err := io.WriteString(sys.stdout, d.YAML) // YAML has escapes for what is not printable
		return err
	})
}

// store replaces the draft, or makes the workflow.
func (c *workflowsDraft) store(sys *system, server *client) error {
	text, err := readInput(sys, c.File)
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	body.Set("yaml", value.String(string(text)))
	method, path := "PUT", workflowPath(c.Key)+"/draft"
	if _, err := server.draft(c.Key); err != nil {
		if !isNotFound(err) {
			return err
		}
		method, path = "POST", "/api/workflows"
		body.Set("key", value.String(c.Key))
	}
	return answered(sys, server, c.jsonFlag, method, path, body.Value(), func(d api.Draft) error { return c.report(sys, d) })
}

// report says whether the draft can be published.
func (c *workflowsDraft) report(sys *system, d api.Draft) error {
	for _, p := range d.Problems {
		fmt.Fprintf(sys.stderr, "%s: %s\n", clip(p.Location, 200), clip(p.Message, 500))
	}
	if len(d.Problems) > 0 {
		fmt.Fprintf(sys.stderr, "The draft is stored, but it cannot be published: %s\n", plural(len(d.Problems), "problem"))
		return errReported
	}
	fmt.Fprintf(sys.stdout, "the draft of %s is stored; publish it with hookline workflows publish %[1]s\n", clip(d.Workflow, 64))
	return nil
}

// draft reads the draft of a workflow, and sends its ETag with the next change.
func (c *client) draft(key string) (d api.Draft, err error) {
	if err = c.get(workflowPath(key)+"/draft", url.Values{"yaml": {"true"}}, &d); err == nil {
		c.ifMatch = d.ETag
	}
	return d, err
}

// workflowPath returns the path of a workflow in the API.
func workflowPath(key string) string { return "/api/workflows/" + url.PathEscape(key) }

type workflowsPublish struct {
	Key  string `arg:"" complete:"workflows" help:"The workflow's key."`
	Note string `name:"note" short:"m" placeholder:"TEXT" help:"What changed and why."`
	clientFlags
}

// Help explains the verb.
func (workflowsPublish) Help() string {
	return "Publishes the draft as the next version. If somebody has published since the draft was begun, nothing changes and it says who."
}

// Run publishes the draft.
func (c *workflowsPublish) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	if _, err := server.draft(c.Key); err != nil {
		return err
	}
	var body value.ObjectBuilder
	var x api.Workflow
	if err := server.send("POST", workflowPath(c.Key)+"/publish", nil, body.Set("note", value.String(c.Note)).Value(), &x); err != nil {
		return err
	}
	printVersion(sys, x)
	return nil
}

// printVersion says what is published now.
func printVersion(sys *system, x api.Workflow) {
	fmt.Fprintf(sys.stdout, "version %d of %s is published; the workflow is %s\n", x.Version, clip(x.Key, 64), onOff(x.Enabled))
	if x.Edited && x.Source != "" {
		fmt.Fprintf(sys.stderr, "It differs from %s now. If that changes, too, the next load asks which of them to take.\n", sourceName(x.Source))
	}
}

// sourceName names the source of a workflow for people.
func sourceName(source string) string {
	if source == "apply" {
		return "what was applied"
	}
	return clip(strings.TrimSpace(source), 200)
}
