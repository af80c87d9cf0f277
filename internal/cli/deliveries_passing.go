package cli

import (
	"fmt"
	"maps"
	"net/url"
	"slices"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/value"
)

type deliveriesPassing struct {
	Key string `arg:"" help:"The workflow's key."`
	Yes bool   `name:"yes" short:"y" help:"Replay the calls that would pass. Without it they are only counted."`
	clientFlags
}

// Help explains the verb.
func (deliveriesPassing) Help() string {
	return "After a secret, an address list or a schema was corrected: checks the refused calls of a workflow against its present configuration. " +
		"A call whose headers were cut, whose body was not stored, or whose password was wrong cannot be checked and is counted apart. " +
		"--yes replays those that pass, oldest first. Each runs once: not if it was replayed before, and not if its sender has repeated it with the same dedupe key."
}

// Run counts the calls, and replays them with --yes.
func (c *deliveriesPassing) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	all := api.WouldPass{Refused: map[string]int{}, Unknown: map[string]int{}}
	for params := (url.Values{}); ; params.Set("before", all.Next) {
		var page api.WouldPass
		if err := server.get("/api/workflows/"+url.PathEscape(c.Key)+"/passing", params, &page); err != nil {
			return err
		}
		all.Checked += page.Checked
		all.Passing += page.Passing
		count(all.Refused, page.Refused)
		count(all.Unknown, page.Unknown)
		if all.Next = page.Next; page.Next == "" {
			break
		}
	}
	fmt.Fprintf(sys.stdout, "%d of %d refused calls would pass now\n", all.Passing, all.Checked)
	for _, gate := range slices.Sorted(maps.Keys(all.Refused)) {
		fmt.Fprintf(sys.stdout, "  %d would be refused again by %s\n", all.Refused[gate], clip(gate, 40))
	}
	for _, gate := range slices.Sorted(maps.Keys(all.Unknown)) {
		fmt.Fprintf(sys.stdout, "  %d cannot be checked: what %s needs is not recorded\n", all.Unknown[gate], clip(gate, 40))
	}
	if all.Passing == 0 {
		return nil
	}
	if !c.Yes {
		fmt.Fprintln(sys.stdout, "use --yes to replay those that pass")
		return nil
	}
	return c.replay(sys, server)
}

// replay replays the refused calls of the workflow. Those that do not pass are skipped.
func (c *deliveriesPassing) replay(sys *system, server *client) error {
	q := query.Query{Terms: []query.Term{query.Is("workflow", c.Key), query.Is("outcome", string(hook.Rejected))}}
	var options value.ObjectBuilder
	options.Set("passing", value.Bool(true))
	v := replayVerb()
	v.quiet = true
	return (&bulkFlags{Yes: true}).run(sys, server, v, q.String(), options)
}

// count adds counts by name.
func count(to, from map[string]int) {
	for name, n := range from {
		to[name] += n
	}
}
