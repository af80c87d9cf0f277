package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"hookline.dev/hookline/internal/api"
)

type executionsCmd struct {
	Ls     executionsLs     `cmd:"" help:"List executions, newest first."`
	Show   executionsShow   `cmd:"" help:"Show one execution: request, steps, end."`
	Retry  executionsRetry  `cmd:"" help:"Run an ended execution on from its failed step."`
	Cancel executionsCancel `cmd:"" help:"Ask that an execution be canceled."`
}

type executionsLs struct {
	Workflow string `name:"workflow" placeholder:"KEY" help:"Only those of this workflow."`
	Status   string `name:"status" placeholder:"STATUS" help:"Only those that are queued, running, waiting, succeeded, failed, canceled or aborted."`
	pageFlags
	clientFlags
	jsonFlag
}

// Run lists executions.
func (c *executionsLs) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := c.pageFlags.query()
	set(query, "workflow", c.Workflow)
	set(query, "status", c.Status)
	var page rawPage
	if err := server.get("/api/executions", query, &page); err != nil {
		return err
	}
	if c.JSON {
		return printList(w.stdout, page.Items)
	}
	t := newTable(w.stdout, "ID", "WORKFLOW", "STATUS", "ACCEPTED", "TOOK", "WHY")
	err = eachOf(page.Items, func(x api.Execution) {
		t.row(x.ID, x.Workflow, string(x.Status), w.when(x.CreatedAt), took(x.CreatedAt, x.FinishedAt), why(x))
	})
	if err != nil {
		return err
	}
	err = t.flush()
	w.more(page.Next)
	return err
}

// why says why an execution ended badly, or what it waits for.
func why(x api.Execution) string {
	switch {
	case x.Error != nil && x.Error.Node != "":
		return x.Error.Node + ": " + x.Error.Message
	case x.Error != nil:
		return x.Error.Message
	default:
		return x.Reason
	}
}

// query is the flags as the API takes them.
func (p pageFlags) query() url.Values {
	query := url.Values{"limit": {strconv.Itoa(p.Limit)}}
	set(query, "before", p.Before)
	return query
}

func set(query url.Values, name, text string) {
	if text != "" {
		query.Set(name, text)
	}
}

// oneExecution names an execution.
type oneExecution struct {
	ID   string `arg:"" optional:"" help:"The execution's id, exe_…"`
	Last bool   `name:"last" help:"The newest execution."`
}

func (o oneExecution) path() (string, error) {
	switch {
	case o.Last && o.ID == "":
		return "/api/executions/last", nil
	case o.ID != "" && !o.Last:
		return "/api/executions/" + url.PathEscape(o.ID), nil
	default:
		return "", &usageError{[]error{errors.New("name one execution: its id, or --last")}}
	}
}

type executionsRetry struct {
	oneExecution
	clientFlags
}

// Help explains the verb.
func (executionsRetry) Help() string {
	return "Steps that succeeded are not repeated. Only an execution that failed, was aborted or was canceled can be retried."
}

// Run retries an execution.
func (c *executionsRetry) Run(w *world) error { return c.clientFlags.act(w, c.oneExecution, "retry") }

type executionsCancel struct {
	oneExecution
	clientFlags
}

// Help explains the verb.
func (executionsCancel) Help() string {
	return "An execution that runs is canceled before its next step; one that is queued or waits, at once."
}

// Run cancels an execution.
func (c *executionsCancel) Run(w *world) error { return c.clientFlags.act(w, c.oneExecution, "cancel") }

func (f *clientFlags) act(w *world, one oneExecution, verb string) error {
	path, err := one.path()
	if err != nil {
		return err
	}
	server, err := f.open()
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := server.post(path+"/"+verb, &raw); err != nil {
		return err
	}
	var x api.Execution
	if err := json.Unmarshal(raw, &x); err != nil {
		return err
	}
	fmt.Fprintf(w.stdout, "%s is %s\n", clip(x.ID, 40), clip(string(x.Status), 20))
	return nil
}
