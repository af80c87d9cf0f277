package cli

import (
	"fmt"
	"maps"
	"net/url"
	"slices"

	"hookline.dev/hookline/internal/api"
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
	for query := (url.Values{}); len(all.IDs) < maxReplayed; query.Set("before", all.Next) {
		var page api.WouldPass
		if err := server.get("/api/workflows/"+url.PathEscape(c.Key)+"/passing", query, &page); err != nil {
			return err
		}
		all.Checked += page.Checked
		all.IDs = append(all.IDs, page.IDs...)
		count(all.Refused, page.Refused)
		count(all.Unknown, page.Unknown)
		if all.Next = page.Next; page.Next == "" {
			break
		}
	}
	fmt.Fprintf(sys.stdout, "%d of %d refused calls would pass now\n", len(all.IDs), all.Checked)
	for _, gate := range slices.Sorted(maps.Keys(all.Refused)) {
		fmt.Fprintf(sys.stdout, "  %d would be refused again by %s\n", all.Refused[gate], clip(gate, 40))
	}
	for _, gate := range slices.Sorted(maps.Keys(all.Unknown)) {
		fmt.Fprintf(sys.stdout, "  %d cannot be checked: what %s needs is not recorded\n", all.Unknown[gate], clip(gate, 40))
	}
	if len(all.IDs) == 0 {
		return nil
	}
	if !c.Yes {
		fmt.Fprintln(sys.stdout, "use --yes to replay those that pass")
		return nil
	}
	slices.Reverse(all.IDs)
	replayed := 0
	for _, id := range all.IDs {
		var again api.Delivery
		if err := server.post("/api/deliveries/"+url.PathEscape(id)+"/replay?passing=true", &again); err != nil {
			fmt.Fprintf(sys.stderr, "%s: %v\n", clip(id, 40), err)
			continue
		}
		replayed++
	}
	fmt.Fprintf(sys.stdout, "replayed %d, skipped %d\n", replayed, len(all.IDs)-replayed)
	return nil
}

// count adds counts by name.
func count(to, from map[string]int) {
	for name, n := range from {
		to[name] += n
	}
}
