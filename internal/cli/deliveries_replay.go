package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/api"
)

type deliveriesReplay struct {
	oneDelivery
	deliveryFilter
	Same  bool `name:"same-revision" help:"Run the revision that was current when the call came, not the newest one."`
	Force bool `name:"force" help:"Also run calls that a gate refused, although their sender was not authenticated."`
	Yes   bool `name:"yes" short:"y" help:"Replay the deliveries that match. Without it they are only counted."`
	clientFlags
}

// maxReplayed is the largest number of deliveries in one replay by filter.
const maxReplayed = 100_000

// Help explains the verb.
func (deliveriesReplay) Help() string {
	return "Each replay is a new delivery with a new execution. It uses the recorded bytes, skips the gates and claims no dedupe key. " +
		"With a filter instead of an id, it prints how many deliveries match; --yes replays them, oldest first. " +
		"Replays, handshakes and unmatched calls are skipped. To resume an execution at its failed step, see hookline executions retry."
}

// Run replays one delivery, or those that match the filter.
func (c *deliveriesReplay) Run(sys *system) error {
	filtered := c.deliveryFilter != deliveryFilter{}
	if c.ID != "" || c.Last || !filtered {
		if filtered {
			return &usageError{[]error{errors.New("give the id of a delivery or a filter, not both")}}
		}
		path, err := c.path()
		if err != nil {
			return &usageError{[]error{errors.New("give the id of a delivery, --last, or a filter such as --workflow KEY --since 2h")}}
		}
		server, err := c.open()
		if err != nil {
			return err
		}
		again, err := c.replay(server, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.stdout, "%s runs as %s\n", clip(again.ID, 40), clip(again.Execution, 40))
		return nil
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	ids, err := c.find(sys, server)
	if err != nil {
		return err
	}
	if !c.Yes {
		fmt.Fprintf(sys.stdout, "%s; use --yes to replay\n", matching(len(ids)))
		return nil
	}
	return c.all(sys, server, ids)
}

func matching(n int) string {
	if n == 1 {
		return "1 delivery matches"
	}
	return strconv.Itoa(n) + " deliveries match"
}

// find lists the deliveries that match the filter, oldest first. Deliveries that arrive from now on are
// excluded, so that replays are not replayed themselves.
func (c *deliveriesReplay) find(sys *system, server *client) ([]string, error) {
	query := url.Values{"limit": {"500"}}
	c.deliveryFilter.query(sys, query)
	if query.Get("until") == "" {
		query.Set("until", sys.clock.Now().UTC().Format(time.RFC3339Nano))
	}
	var ids []string
	for {
		page, err := sys.search(server, "/api/deliveries", query, 500)
		if err != nil {
			return nil, err
		}
		err = eachOf(page.Items, func(d api.Delivery) {
			if c.takes(d) {
				ids = append(ids, d.ID)
			}
		})
		switch {
		case err != nil:
			return nil, err
		case len(ids) > maxReplayed:
			return nil, fmt.Errorf("more than %d deliveries match; narrow the filter with --since and --until", maxReplayed)
		case page.Next == "":
			slices.Reverse(ids)
			return ids, nil
		}
		query.Set("before", page.Next)
	}
}

func (c *deliveriesReplay) takes(d api.Delivery) bool {
	switch d.Outcome {
	case "accepted", "filtered":
		return d.ReplayOf == ""
	case "rejected":
		return c.Force
	default: // a repeat: the call that it repeats has run already
		return d.Outcome == "repeat" && c.Outcome == "repeat"
	}
}

// all replays the deliveries. A failure does not stop the others.
func (c *deliveriesReplay) all(sys *system, server *client, ids []string) error {
	failed := 0
	for i, id := range ids {
		if _, err := c.replay(server, "/api/deliveries/"+url.PathEscape(id)); err != nil {
			failed++
			fmt.Fprintf(sys.stderr, "%s: %v\n", clip(id, 40), err)
		}
		if done := i + 1; done%1000 == 0 && isTerminal(sys.stderr) {
			fmt.Fprintf(sys.stderr, "%d of %d\n", done, len(ids))
		}
	}
	fmt.Fprintf(sys.stdout, "%d of %d replayed\n", len(ids)-failed, len(ids))
	if failed > 0 {
		return errReported
	}
	return nil
}

func (c *deliveriesReplay) replay(server *client, path string) (api.Delivery, error) {
	query := url.Values{"revision": {"newest"}}
	if c.Same {
		query.Set("revision", "same")
	}
	if c.Force {
		query.Set("force", "true")
	}
	var raw json.RawMessage
	var again api.Delivery
	if err := server.post(path+"/replay?"+query.Encode(), &raw); err != nil {
		return again, err
	}
	return again, json.Unmarshal(raw, &again)
}
