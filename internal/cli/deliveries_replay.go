package cli

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/value"
)

type deliveriesReplay struct {
	oneDelivery
	deliveryFilter
	Same  bool `name:"same-revision" help:"Run the revision that was current when the call came, not the newest one."`
	Force bool `name:"force" help:"Also run calls that a gate refused, although their sender was not authenticated."`
	bulkFlags
	clientFlags
}

// Help explains the verb.
func (deliveriesReplay) Help() string {
	return "Each replay is a new delivery with a new execution. It uses the recorded bytes, skips the gates and claims no dedupe key. " +
		"With --query, or with the flags that are shorthands for its terms, it acts on many, oldest first: it prints how many match and asks on a terminal; " +
		"a script says --yes. The server does the rest in the background; see hookline bulk. " +
		"Replays, handshakes and unmatched calls are left out. To resume an execution at its failed step, see hookline executions retry."
}

// Run replays one delivery, or those that match the query.
func (c *deliveriesReplay) Run(sys *system) error {
	q := strings.TrimSpace(c.Query + " " + c.terms(sys))
	if c.ID != "" || c.Last || q == "" {
		if q != "" {
			return &usageError{[]error{errors.New("give the id of a delivery or a query, not both")}}
		}
		return c.replayOne(sys)
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	var options value.ObjectBuilder
	if c.Same {
		options.Set("revision", value.String("same"))
	}
	if c.Force {
		options.Set("force", value.Bool(true))
	}
	return c.bulkFlags.run(sys, server, replayVerb(), q, options)
}

// terms returns the terms of a query that the filter stands for.
func (f *deliveryFilter) terms(sys *system) string {
	var terms []string
	add := func(field, text string) {
		if text != "" {
			terms = append(terms, query.Is(field, text).String())
		}
	}
	add("workflow", f.Workflow)
	add("outcome", f.Outcome)
	add("gate", f.Gate)
	add("key", f.DedupeKey)
	add("since", f.Since.text(sys))
	add("until", f.Until.text(sys))
	return strings.Join(terms, " ")
}

func (c *deliveriesReplay) replayOne(sys *system) error {
	path, err := c.path()
	if err != nil {
		return &usageError{[]error{errors.New("give the id of a delivery, --last, or a query such as --query 'workflow:orders since:2h'")}}
	}
	if err := c.alone(); err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	params := url.Values{"revision": {"newest"}}
	if c.Same {
		params.Set("revision", "same")
	}
	if c.Force {
		params.Set("force", "true")
	}
	return answered(sys, server, c.jsonFlag, http.MethodPost, path+"/replay?"+params.Encode(), value.Value{}, func(again api.Delivery) error {
		fmt.Fprintf(sys.stdout, "%s runs as %s\n", clip(again.ID, 40), clip(again.Execution, 40))
		return nil
	})
}
