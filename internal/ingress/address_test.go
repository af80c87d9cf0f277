package ingress

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/flow"
)

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

func TestTheChainOfProxiesIsBelievedAsFarAsItIsTrusted(t *testing.T) {
	const (
		client, forged, edge, inner = "203.0.113.7", "198.51.100.1", "10.0.0.2", "10.0.0.1"
	)
	for _, c := range []struct {
		name    string
		socket  string // default: inner, which is trusted
		which   string // Options.ProxyHeader
		headers []string
		ip      string
		chain   string // "" for none
	}{
		{name: "no proxy at all", socket: client, ip: client},
		{name: "a forged header from no proxy", socket: client, headers: []string{"X-Forwarded-For: " + forged, "Forwarded: for=" + forged}, ip: client},
		{name: "a proxy that says nothing", ip: inner, chain: inner},
		{name: "one proxy", headers: []string{"X-Forwarded-For: " + client}, ip: client, chain: inner + " " + client},
		{name: "what the caller forged stands before", headers: []string{"X-Forwarded-For: " + forged + ", " + client}, ip: client, chain: inner + " " + client},
		{name: "a forged trusted address", headers: []string{"X-Forwarded-For: " + edge + "," + client}, ip: client, chain: inner + " " + client},
		{name: "two proxies", headers: []string{"X-Forwarded-For: " + forged + ", " + client + ", " + edge}, ip: client, chain: inner + " " + edge + " " + client},
		{name: "several lines", headers: []string{"X-Forwarded-For: " + forged, "X-Forwarded-For: " + client, "X-Forwarded-For: " + edge}, ip: client, chain: inner + " " + edge + " " + client},
		{name: "only proxies", headers: []string{"X-Forwarded-For: " + edge}, ip: edge, chain: inner + " " + edge},
		{name: "a port", headers: []string{"X-Forwarded-For: " + client + ":4711"}, ip: client, chain: inner + " " + client},
		{name: "brackets", headers: []string{"X-Forwarded-For: [2001:DB8::1]:4711"}, ip: "2001:db8::1", chain: inner + " 2001:db8::1"},
		{name: "a zone", headers: []string{"X-Forwarded-For: fe80::1%eth0"}, ip: "fe80::1", chain: inner + " fe80::1"},
		{name: "v4 in v6", headers: []string{"X-Forwarded-For: " + client + ", ::ffff:" + edge}, ip: client, chain: inner + " " + edge + " " + client},
		{name: "the nearest is no address", headers: []string{"X-Forwarded-For: " + client + ", unknown"}, ip: inner, chain: inner + ` "unknown"`},
		{name: "a farther one is no address", headers: []string{"X-Forwarded-For: " + client + ", a.b, " + edge}, ip: edge, chain: inner + " " + edge + ` "a.b"`},
		{name: "an empty one", headers: []string{"X-Forwarded-For: " + client + ","}, ip: inner, chain: inner + ` ""`},
		{name: "an octal one", headers: []string{"X-Forwarded-For: 010.0.0.1"}, ip: inner, chain: inner + ` "010.0.0.1"`},
		{name: "a port that is none", headers: []string{"X-Forwarded-For: " + client + ":99999"}, ip: inner, chain: inner + ` "203.0.113.7:99999"`},
		{name: "garbage is cut", headers: []string{"X-Forwarded-For: " + strings.Repeat("x", 1000)}, ip: inner, chain: inner + ` "` + strings.Repeat("x", clientip.MaxHop) + `"`},
		{name: "a chain without end", headers: []string{"X-Forwarded-For: " + client + strings.Repeat(","+edge, 1000)}, ip: edge, chain: inner + strings.Repeat(" "+edge, clientip.MaxChain-1)},

		{name: "Forwarded", headers: []string{`Forwarded: for=` + forged + `, for=` + client + `;proto=https;by=` + inner}, ip: client, chain: inner + " " + client},
		{name: "Forwarded in quotes", headers: []string{`Forwarded: For="[2001:db8::1]:_x" ; by="a,b;for=1.1.1.1"`}, ip: "2001:db8::1", chain: inner + " 2001:db8::1"},
		{name: "Forwarded with escapes", headers: []string{`Forwarded: for="203.0.113\.7"`}, ip: client, chain: inner + " " + client},
		{name: "Forwarded in several lines", headers: []string{`Forwarded: for=` + client, `Forwarded: for=` + edge}, ip: client, chain: inner + " " + edge + " " + client},
		{name: "Forwarded hidden", headers: []string{`Forwarded: for=` + forged + `, for=_hidden`}, ip: inner, chain: inner + ` "_hidden"`},
		{name: "Forwarded without for", headers: []string{`Forwarded: for=` + forged + `, proto=https`}, ip: inner, chain: inner + ` ""`},
		{name: "Forwarded with two", headers: []string{`Forwarded: for=` + client + `;for=` + forged}, ip: inner, chain: inner + ` ""`},
		{name: "a quote that a caller left open", headers: []string{`Forwarded: for="` + forged + `, for=` + client}, ip: inner, chain: inner + ` ""`},
		{name: "an open quote in a line before", headers: []string{`Forwarded: for="`, `Forwarded: for=` + client}, ip: client, chain: inner + " " + client},
		{name: "empty elements", headers: []string{`Forwarded: for=` + client + `, ,`}, ip: client, chain: inner + " " + client},

		{name: "both headers", headers: []string{"Forwarded: for=" + forged, "X-Forwarded-For: " + client}, ip: inner, chain: inner + ` "X-Forwarded-For and Forwarded"`},
		{name: "both, and X-Forwarded-For is the proxies'", which: "x-forwarded-for", headers: []string{"Forwarded: for=" + forged, "X-Forwarded-For: " + client}, ip: client, chain: inner + " " + client},
		{name: "both, and Forwarded is the proxies'", which: "forwarded", headers: []string{"Forwarded: for=" + client, "X-Forwarded-For: " + forged}, ip: client, chain: inner + " " + client},
		{name: "only the one that nobody wrote", which: "x-forwarded-for", headers: []string{"Forwarded: for=" + forged}, ip: inner, chain: inner},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, func(o *Options) {
				o.TrustedProxies, o.ProxyHeader = prefixes("10.0.0.0/8", "::ffff:192.168.0.0/112"), c.which
			}, workflow("open"))
			r := request("POST", "/api/webhooks/open", "", c.headers...)
			if c.socket == "" {
				c.socket = inner
			}
			r.RemoteAddr = c.socket + ":1234"
			h.serve(r)
			d, _ := h.lastDelivery()
			if d.Request.IP != c.ip || cmp.Diff(strings.Join(d.Chain, " "), c.chain) != "" {
				t.Errorf("got %s by %q, want %s by %q", d.Request.IP, d.Chain, c.ip, c.chain)
			}
		})
	}
}

func TestAddressesAreAllowedByNetwork(t *testing.T) {
	h := func(server ...string) *harness {
		return build(t, func(o *Options) { o.AllowIPs, o.TrustedProxies = prefixes(server...), prefixes("10.0.0.0/8") },
			workflow("open"),
			workflow("narrow", func(w *flow.Trigger) { w.Auth.AllowIPs = prefixes("192.0.2.0/24", "2001:db8::/32") }),
			workflow("locked", basic, func(w *flow.Trigger) { w.Auth.AllowIPs = prefixes("0.0.0.0/0") }))
	}
	for _, c := range []struct {
		name, key, from, via string
		server               []string
		status               int
		gate, reason         string
	}{
		{name: "no list", key: "open", from: "203.0.113.7", status: 200},
		{name: "within", key: "narrow", from: "192.0.2.9", status: 200},
		{name: "within, of the other version", key: "narrow", from: "2001:db8::9", status: 200},
		{name: "v4 in v6", key: "narrow", from: "::ffff:192.0.2.9", status: 200},
		{name: "without", key: "narrow", from: "203.0.113.7", status: 403, gate: "allowIPs", reason: "the workflow accepts no calls from 203.0.113.7"},
		{name: "behind a proxy", key: "narrow", from: "10.0.0.1", via: "192.0.2.9", status: 200},
		{name: "the proxy itself", key: "narrow", from: "10.0.0.1", status: 403, gate: "allowIPs", reason: "from 10.0.0.1"},
		{name: "all of a version", key: "locked", from: "2001:db8::1", status: 403, gate: "allowIPs"},
		{name: "the address goes before the password", key: "locked", from: "192.0.2.1", status: 401, gate: "basic"},
		{name: "the server's list", key: "open", from: "192.0.2.9", server: []string{"192.0.2.0/24"}, status: 200},
		{name: "both lists", key: "narrow", from: "192.0.2.9", server: []string{"198.51.100.0/24"}, status: 403, gate: "allowIPs", reason: "the server accepts no calls from 192.0.2.9"},
		{name: "a caller of an unknown key learns nothing", key: "unknown", from: "192.0.2.9", server: []string{"198.51.100.0/24"}, status: 403, gate: "allowIPs", reason: "the server"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := h(c.server...)
			r := request("POST", "/api/webhooks/"+c.key, "")
			if c.via != "" {
				r.Header.Set("X-Forwarded-For", c.via)
			}
			r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(c.from), 1).String()
			got := h.serve(r)
			d, _ := h.lastDelivery()
			if got.status != c.status || c.gate != "" && d.Gate != c.gate || !strings.Contains(d.Reason, c.reason) {
				t.Errorf("status %d by %s: %s", got.status, d.Gate, d.Reason)
			}
			if c.status == 403 && !strings.Contains(got.text, problemType+"allow-ips") {
				t.Errorf("the problem is %s", got.text)
			}
		})
	}
}
