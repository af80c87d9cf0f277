package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

type executionsRetry struct {
	oneExecution
	From     string `name:"from" placeholder:"STEP" help:"Run this step and everything after it again: a step's path as executions show prints it, or start."`
	Revision string `name:"revision" placeholder:"WHICH" help:"same or newest. Default: the newest version of the workflow if what has run is unchanged there, else the same."`
	Input    string `name:"input" placeholder:"FILE" help:"Replace the data of the call by the JSON in this file, - for stdin. The recorded call is not changed."`
	Plan     bool   `name:"plan" help:"Only show what was already sent and written, and what would run again."`
	bulkFlags
	clientFlags
}

// Help explains the verb.
func (executionsRetry) Help() string {
	return "Without --from, steps that succeeded are not repeated. With --from, requests, messages and record changes of the steps that run again happen again: look at --plan first. " +
		"Only a failed, aborted or canceled execution can be retried." + bulkHelp
}

// Run retries an execution, or shows what a retry would do.
func (c *executionsRetry) Run(sys *system) error {
	if c.Revision != "" && c.Revision != "same" && c.Revision != "newest" {
		return &usageError{[]error{errors.New("--revision is same or newest")}}
	}
	if c.Query != "" {
		return c.many(sys)
	}
	path, err := c.path()
	if err == nil {
		err = c.alone()
	}
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	if c.From != "" {
		body.Set("from", value.String(c.From))
	}
	if c.Revision != "" {
		body.Set("revision", value.String(c.Revision))
	}
	if c.Input != "" {
		input, err := readEdited(sys, c.Input)
		if err != nil {
			return err
		}
		body.Set("input", input)
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if c.Plan {
		query := url.Values{}
		set(query, "from", c.From)
		set(query, "revision", c.Revision)
		return show(sys, &c.clientFlags, c.jsonFlag, path+"/retry?"+query.Encode(), func(_ *client, p api.RetryPlan) error { return showPlan(sys.stdout, p) })
	}
	return answered(sys, server, c.jsonFlag, http.MethodPost, path+"/retry", body.Value(), sys.executionIs)
}

// many retries the executions that match the query.
func (c *executionsRetry) many(sys *system) error {
	if c.ID != "" || c.Last || c.Input != "" || c.Plan {
		return &usageError{[]error{errors.New("with --query, an id, --last, --input and --plan have no meaning; without --yes nothing is done")}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	var options value.ObjectBuilder
	if c.From != "" {
		options.Set("from", value.String(c.From))
	}
	if c.Revision != "" {
		options.Set("revision", value.String(c.Revision))
	}
	return c.bulkFlags.run(sys, server, retryVerb(), c.Query, options)
}

// readEdited reads the JSON of a file, or of stdin for "-".
func readEdited(sys *system, name string) (value.Value, error) {
	from := sys.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return value.Value{}, fault.As("cli.readEdited", fault.Invalid, err, "cannot read %s: %v", name, reason(err))
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, maxAnswer))
	if err != nil {
		return value.Value{}, err
	}
	v, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		return value.Value{}, fault.As("cli.readEdited", fault.Invalid, err, "%s is %v", name, err)
	}
	return v, nil
}

// showPlan prints what a retry would do.
func showPlan(w io.Writer, p api.RetryPlan) error {
	if len(p.Effects) > 0 {
		fmt.Fprintln(w, "already done, and not undone:")
		t := newTable(w, "  STEP", "WHAT", "TARGET", "OUTCOME", "AGAIN")
		for _, e := range p.Effects {
			again := ""
			if e.Again {
				again = "again"
			}
			t.row("  "+e.Path, e.Kind, e.Target, e.Outcome, again)
		}
		if err := t.flush(); err != nil {
			return err
		}
		if p.EffectCount > len(p.Effects) {
			fmt.Fprintf(w, "  … and %d more\n", p.EffectCount-len(p.Effects))
		}
	}
	if !p.Possible {
		fmt.Fprintf(w, "not possible: %s\n", cleanText(p.Refused))
		return nil
	}
	fmt.Fprintf(w, "runs again, on the version %s:", clip(p.Revision, 40))
	for _, s := range p.Again {
		fmt.Fprintf(w, " %s", clip(s.Path, 80))
	}
	if p.AgainCount > len(p.Again) {
		fmt.Fprintf(w, " … and %d more", p.AgainCount-len(p.Again))
	}
	fmt.Fprintln(w)
	return nil
}
