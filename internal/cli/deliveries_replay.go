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
	Same  bool `name:"same-revision" help:"Run on the revision that the call met, instead of the workflow's newest."`
	Force bool `name:"force" help:"Run calls that a gate refused as well: nobody has proven who sent them."`
	Yes   bool `name:"yes" short:"y" help:"Replay what the filter finds; without it they are only counted."`
	clientFlags
}

// mostReplayed bounds one replay by filter.
const mostReplayed = 100_000

// Help explains the verb.
func (deliveriesReplay) Help() string {
	return "Each replay is a delivery and an execution of its own, of the bytes that were recorded; no gate is asked and no dedupe key is claimed. " +
		"With a filter instead of an id it first says how many calls it finds; --yes replays them, oldest first. " +
		"Replays, handshakes and unmatched calls are left out. To run an execution on from its failed step, see hookline executions retry."
}

// Run replays one delivery, or those that the filter finds.
func (c *deliveriesReplay) Run(w *world) error {
	filtered := c.deliveryFilter != deliveryFilter{}
	if c.ID != "" || c.Last || !filtered {
		if filtered {
			return &usageError{[]error{errors.New("name one delivery, or a filter, not both")}}
		}
		path, err := c.path()
		if err != nil {
			return &usageError{[]error{errors.New("name one delivery by its id or --last, or several by a filter such as --workflow KEY --since 2h")}}
		}
		server, err := c.open()
		if err != nil {
			return err
		}
		again, err := c.replay(server, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(w.stdout, "%s runs as %s\n", clip(again.ID, 40), clip(again.Execution, 40))
		return nil
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	ids, err := c.find(w, server)
	if err != nil {
		return err
	}
	if !c.Yes {
		fmt.Fprintf(w.stdout, "%s; --yes replays them\n", foundCalls(len(ids)))
		return nil
	}
	return c.all(w, server, ids)
}

func foundCalls(n int) string {
	if n == 1 {
		return "1 call is found"
	}
	return strconv.Itoa(n) + " calls are found"
}

// find lists what the filter finds, the oldest first. What comes from now on is none of it, so that
// replays do not find themselves.
func (c *deliveriesReplay) find(w *world, server *client) ([]string, error) {
	query := url.Values{"limit": {"500"}}
	c.deliveryFilter.query(w, query)
	if query.Get("until") == "" {
		query.Set("until", w.clock.Now().UTC().Format(time.RFC3339Nano))
	}
	var ids []string
	for {
		var page rawPage
		if err := server.get("/api/deliveries", query, &page); err != nil {
			return nil, err
		}
		err := eachOf(page.Items, func(d api.Delivery) {
			if c.takes(d) {
				ids = append(ids, d.ID)
			}
		})
		switch {
		case err != nil:
			return nil, err
		case len(ids) > mostReplayed:
			return nil, fmt.Errorf("more than %d calls are found; narrow the filter with --since and --until", mostReplayed)
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
	default: // a repeat has run already, as the call that it repeats
		return d.Outcome == "repeat" && c.Outcome == "repeat"
	}
}

// all replays the calls. One that cannot be replayed keeps no other from it.
func (c *deliveriesReplay) all(w *world, server *client, ids []string) error {
	failed := 0
	for i, id := range ids {
		if _, err := c.replay(server, "/api/deliveries/"+url.PathEscape(id)); err != nil {
			failed++
			fmt.Fprintf(w.stderr, "%s: %v\n", clip(id, 40), err)
		}
		if done := i + 1; done%1000 == 0 && isTerminal(w.stderr) {
			fmt.Fprintf(w.stderr, "%d of %d\n", done, len(ids))
		}
	}
	fmt.Fprintf(w.stdout, "%d of %d replayed\n", len(ids)-failed, len(ids))
	if failed > 0 {
		return errSaid
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
