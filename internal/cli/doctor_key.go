package cli

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
)

// lookedAt is how many rejected and unmatched calls the doctor examines.
const lookedAt = 200

// checkKey checks why a webhook does not fire: whether the URL is right, whether the workflow is enabled, what
// the sender sent last, and which calls were rejected and why.
func (sys *system) checkKey(server *client, key string) ([]finding, error) {
	var x api.Workflow
	if err := server.get("/api/workflows/"+url.PathEscape(key), nil, &x); err != nil {
		return nil, err
	}
	all := []finding{checkEnabled(x)}
	if x.FilterErrors > 0 {
		all = append(all, problem("filter", "hookline deliveries ls --workflow "+x.Key+" --outcome filtered shows the errors",
			"it failed on %s since the server started; they ran nothing", plural(int(x.FilterErrors), "call")))
	}
	all = append(all, checkURLs(x)...)
	channels, err := server.channels()
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		if slices.Contains(c.UsedBy, key) {
			all = append(all, checkChannel(c))
		}
	}
	last, err := server.deliveries(url.Values{"workflow": {key}, "limit": {"1"}})
	if err != nil {
		return nil, err
	}
	refused, err := server.deliveries(url.Values{"workflow": {key}, "outcome": {"rejected"}, "limit": {strconv.Itoa(lookedAt)}})
	if err != nil {
		return nil, err
	}
	strays, err := server.deliveries(url.Values{"outcome": {"unmatched"}, "limit": {strconv.Itoa(lookedAt)}})
	if err != nil {
		return nil, err
	}
	all = append(all, sys.checkLast(last, x))
	all = append(all, sys.checkRefused(refused)...)
	return append(all, sys.checkStrays(strays, x)...), nil
}

// deliveries returns one page of deliveries.
func (c *client) deliveries(query url.Values) ([]api.Delivery, error) {
	var page api.Page[api.Delivery]
	err := c.get("/api/deliveries", query, &page)
	return page.Items, err
}

func checkEnabled(x api.Workflow) finding {
	if !x.Enabled {
		return problem("enabled", "hookline workflows enable "+x.Key, "no: calls get 404")
	}
	if x.Type != "webhook" {
		return problem("enabled", "start it from another workflow, or add a webhook trigger", "its trigger is %s: calls do not start it", x.Type)
	}
	return passed("enabled", "yes, revision %s", x.Revision)
}

func checkURLs(x api.Workflow) []finding {
	var all []finding
	for _, address := range x.URLs {
		all = append(all, passed("url", "%s %s", strings.Join(x.Methods, ", "), address))
	}
	if len(x.URLs) == 0 {
		return all
	}
	if u, err := url.Parse(x.URLs[0]); err == nil && isLocal(u.Hostname()) {
		f := passed("reach", "%s is reachable on this machine only", u.Host)
		f.advice = "set --public-url to the URL that senders use, and --listen to an address that they can reach"
		all = append(all, f)
	}
	return append(all, passed("auth", "%s", auth(x)))
}

// isLocal reports whether a host is this machine's loopback address.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (sys *system) checkLast(last []api.Delivery, x api.Workflow) finding {
	if len(last) == 0 {
		return problem("last call", "compare the URL at the sender with those above, character by character; check the sender's own delivery log",
			"none recorded: no call has reached %s", x.Key)
	}
	d := last[0]
	state := fmt.Sprintf("%s  %s %s from %s: %s", sys.when(d.ReceivedAt), d.Method, d.Path, d.IP, outcome(d))
	if d.Outcome == "rejected" {
		return problem("last call", "hookline deliveries explain "+d.ID, "%s: %s", state, d.Reason)
	}
	if d.Execution != "" {
		state += ", " + d.Execution
	}
	return passed("last call", "%s", state)
}

// checkRefused groups rejected calls by reason.
func (sys *system) checkRefused(list []api.Delivery) []finding {
	type group struct {
		newest api.Delivery
		count  int
	}
	groups := make(map[string]*group)
	for _, d := range list {
		why := d.Gate + ": " + d.Reason
		if groups[why] == nil {
			groups[why] = &group{newest: d}
		}
		groups[why].count++
	}
	if len(groups) == 0 {
		return []finding{passed("refused", "none")}
	}
	ordered := make([]*group, 0, len(groups))
	for _, g := range groups {
		ordered = append(ordered, g)
	}
	slices.SortFunc(ordered, func(a, b *group) int { return cmp.Compare(b.newest.ID, a.newest.ID) })
	var all []finding
	for _, g := range ordered[:min(len(ordered), 5)] {
		f := passed("refused", "%d × %s: %s; last %s", g.count, g.newest.Gate, g.newest.Reason, sys.when(g.newest.ReceivedAt))
		f.advice = "hookline deliveries explain " + g.newest.ID
		all = append(all, f)
	}
	return all
}

// checkStrays looks for calls that just missed the workflow's address.
func (sys *system) checkStrays(list []api.Delivery, x api.Workflow) []finding {
	for _, d := range list {
		path := strings.ToLower(d.Path)
		own := x.Path != "" && strings.Contains(path, strings.ToLower(x.Path))
		if !own && !strings.Contains(path, x.Key) && !strings.HasSuffix(d.Reason, "the nearest is "+x.Key) {
			continue
		}
		return []finding{problem("missed", "correct the URL at the sender", "%s  %s %s from %s matched no workflow: %s",
			sys.when(d.ReceivedAt), d.Method, d.Path, d.IP, d.Reason)}
	}
	return []finding{passed("missed", "no call to a similar URL")}
}
