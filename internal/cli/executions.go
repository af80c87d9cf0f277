package cli

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type executionsCmd struct {
	Ls     executionsLs     `cmd:"" help:"List executions, newest first."`
	Show   executionsShow   `cmd:"" help:"Show one execution: request, steps, result."`
	Retry  executionsRetry  `cmd:"" help:"Run a failed execution again: from its failed step, from another step or from the start."`
	Cancel executionsCancel `cmd:"" help:"Cancel an execution."`
}

type executionsLs struct {
	queryArgs
	Workflow string `name:"workflow" placeholder:"KEY" help:"Only those for this workflow."`
	Status   string `name:"status" placeholder:"STATUS" help:"Only those with this status: queued, running, waiting, succeeded, failed, canceled or aborted."`
	pageFlags
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (executionsLs) Help() string {
	return queryHelp + ` For example:

	hookline executions ls status:failed workflow:orders since:1h
	hookline executions ls 'label.customer:42 took:>2s'
	hookline executions ls data.customer.id:42 '"free text"'

The flags are shorthands for terms of the query.`
}

// Run lists executions.
func (c *executionsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	query := c.pageFlags.query()
	c.queryArgs.set(query)
	set(query, "workflow", c.Workflow)
	set(query, "status", c.Status)
	page, err := sys.search(server, "/api/executions", query, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		return printList(sys.stdout, page.Items)
	}
	t := newTable(sys.stdout, "ID", "WORKFLOW", "STATUS", "ACCEPTED", "TOOK", "LABELS", "WHY")
	err = eachOf(page.Items, func(x api.Execution) {
		t.row(x.ID, x.Workflow, string(x.Status), sys.when(x.CreatedAt), elapsed(x.CreatedAt, x.FinishedAt), labels(x), why(x))
	})
	if err != nil {
		return err
	}
	err = t.flush()
	sys.searched(page)
	return err
}

// labels returns the labels of an execution as terms of a query without their field.
func labels(x api.Execution) string {
	list := make([]string, len(x.Labels))
	for i, l := range x.Labels {
		list[i] = l.Name + ":" + l.Value
	}
	return strings.Join(list, " ")
}

// why says why an execution failed, or what it is waiting for.
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

// query converts the flags to API parameters.
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

// oneExecution selects an execution.
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
		return "", &usageError{[]error{errors.New("give the id of an execution, or --last")}}
	}
}

type executionsCancel struct {
	oneExecution
	bulkFlags
	clientFlags
}

// Help explains the verb.
func (executionsCancel) Help() string {
	return "A running execution stops before its next step. A queued or waiting one is canceled at once." + bulkHelp
}

// Run cancels an execution, or those that match the query.
func (c *executionsCancel) Run(sys *system) error {
	if c.Query != "" && (c.ID != "" || c.Last) {
		return &usageError{[]error{errors.New("give the id of an execution or --query, not both")}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if c.Query != "" {
		return c.bulkFlags.run(sys, server, cancelVerb(), c.Query, value.ObjectBuilder{})
	}
	path, err := c.path()
	if err == nil {
		err = c.alone()
	}
	if err != nil {
		return err
	}
	return answered(sys, server, c.jsonFlag, http.MethodPost, path+"/cancel", value.Value{}, sys.executionIs)
}

// executionIs prints the status of an execution.
func (sys *system) executionIs(x api.Execution) error {
	fmt.Fprintf(sys.stdout, "%s is %s\n", clip(x.ID, 40), clip(string(x.Status), 20))
	return nil
}
