package ingress

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func pages(c flow.CORS) func(*flow.Trigger) { return func(t *flow.Trigger) { t.CORS = &c } }

func TestPagesOfOtherOriginsMayCallWhereTheyAreNamed(t *testing.T) {
	const page, other, ask = "Origin: https://www.example.com", "Origin: https://evil.example.com", "Access-Control-Request-Method: POST"
	h := func() *harness {
		return build(t, nil,
			workflow("named", basic, answering("200", `{"Vary":"Accept","Access-Control-Allow-Origin":"*"}`, `"ok"`), pages(flow.CORS{
				Origins: []string{"https://www.example.com", "https://b.example.com"}, Headers: []string{"X-A", "Content-Type"}, Expose: []string{"Hookline-Delivery"},
				Credentials: true, MaxAge: time.Hour,
			})),
			workflow("all", pages(flow.CORS{Origins: []string{"*"}})),
			workflow("none"),
			workflow("put", path("/x", "PUT"), pages(flow.CORS{Origins: []string{"*"}})),
			workflow("post", path("/x", "POST")),
		)
	}
	right := credentials("octo", password)
	for _, c := range []struct {
		name, method, key string
		headers           []string
		status            int
		want              string // headers of the answer, separated by spaces
		gate              string
	}{
		{"a call from the page", "POST", "named", []string{page, right}, 200, "Access-Control-Allow-Credentials:true Access-Control-Allow-Origin:https://www.example.com Access-Control-Expose-Headers:Hookline-Delivery Vary:Accept|Origin", "accept"},
		{"a problem for the page", "POST", "named", []string{page}, 401, "Access-Control-Allow-Credentials:true Access-Control-Allow-Origin:https://www.example.com Access-Control-Expose-Headers:Hookline-Delivery Vary:Origin", "basic"},
		{"a call from another page", "POST", "named", []string{other, right}, 200, "Access-Control-Allow-Origin:* Vary:Accept|Origin", "accept"}, // the workflow's own header
		{"no page", "POST", "named", nil, 401, "Vary:Origin", "basic"},
		{"a preflight", "OPTIONS", "named", []string{page, ask, "Access-Control-Request-Headers: x-b"}, 204,
			"Access-Control-Allow-Credentials:true Access-Control-Allow-Headers:X-A, Content-Type Access-Control-Allow-Methods:POST Access-Control-Allow-Origin:https://www.example.com " +
				"Access-Control-Expose-Headers:Hookline-Delivery Access-Control-Max-Age:3600 Allow:POST, OPTIONS Vary:Access-Control-Request-Method, Access-Control-Request-Headers|Origin", "cors"},
		{"a preflight of another page", "OPTIONS", "named", []string{other, ask}, 204, "Allow:POST, OPTIONS Vary:Access-Control-Request-Method, Access-Control-Request-Headers|Origin", "cors"},
		{"a preflight for another method", "OPTIONS", "named", []string{page, "Access-Control-Request-Method: DELETE"}, 204,
			"Access-Control-Allow-Credentials:true Access-Control-Allow-Origin:https://www.example.com Access-Control-Expose-Headers:Hookline-Delivery Allow:POST, OPTIONS Vary:Access-Control-Request-Method, Access-Control-Request-Headers|Origin", "cors"},
		{"everybody", "POST", "all", []string{other}, 200, "Access-Control-Allow-Origin:*", "accept"},
		{"everybody's preflight", "OPTIONS", "all", []string{other, ask, "Access-Control-Request-Headers: x-b,x-c"}, 204,
			"Access-Control-Allow-Headers:x-b,x-c Access-Control-Allow-Methods:POST Access-Control-Allow-Origin:* Allow:POST, OPTIONS Vary:Access-Control-Request-Method, Access-Control-Request-Headers", "cors"},
		{"no CORS", "OPTIONS", "none", []string{page, ask}, 204, "Allow:POST, OPTIONS", "method"},
		{"the workflow of the method", "OPTIONS", "x", []string{page, "Access-Control-Request-Method: PUT"}, 204,
			"Access-Control-Allow-Methods:PUT Access-Control-Allow-Origin:* Allow:PUT, POST, OPTIONS Vary:Access-Control-Request-Method, Access-Control-Request-Headers", "cors"},
		{"its neighbour has none", "OPTIONS", "x", []string{page, ask}, 204, "Allow:PUT, POST, OPTIONS", "method"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := h()
			got := h.serve(request(c.method, "/api/webhooks/"+c.key, "", c.headers...))
			d, _ := h.lastDelivery()
			var have []string
			for _, name := range []string{allowCredentials, allowHeaders, allowMethods, allowOrigin, exposeHeaders, maxAge, "Allow", "Vary"} {
				if lines := got.header[name]; lines != nil {
					have = append(have, name+":"+strings.Join(lines, "|"))
				}
			}
			if text := strings.Join(have, " "); got.status != c.status || text != c.want || d.Gate != c.gate {
				t.Errorf("%d by %s with %s\nwant %s", got.status, d.Gate, text, c.want)
			}
			if d.Gate == "cors" && (d.Outcome != hook.Handshake || len(h.engine.calls) > 0) {
				t.Errorf("recorded as %s", d.Outcome)
			}
		})
	}
}

func TestSendersOfCloudEventsAskBeforeTheySend(t *testing.T) {
	kinds := func(list ...string) func(*flow.Trigger) { return func(t *flow.Trigger) { t.ContentTypes = list } }
	h := func() *harness {
		return build(t, nil, workflow("any", basic), workflow("json", kinds("application/json")), workflow("events", kinds("application/cloudevents+json")),
			workflow("put", path("/p", "PUT")), workflow("limited", limit(20, 20, "")))
	}
	for _, c := range []struct {
		key, origin, allowed, rate string
		status                     int
	}{
		{"any", "eventemitter.example.com", "eventemitter.example.com", "*", 200},
		{"events", "a.example.com", "a.example.com", "*", 200},
		{"limited", "a.example.com", "a.example.com", "120", 200},
		{"json", "a.example.com", "", "", 204},
		{"p", "a.example.com", "", "", 204},
		{"any", strings.Repeat("a", maxOrigin+1), "", "", 204},
	} {
		h := h()
		got := h.serve(request("OPTIONS", "/api/webhooks/"+c.key, "", "WebHook-Request-Origin: "+c.origin, "WebHook-Request-Rate: 120"))
		d, _ := h.lastDelivery()
		if got.status != c.status || got.header.Get("Webhook-Allowed-Origin") != c.allowed || got.header.Get("Webhook-Allowed-Rate") != c.rate || got.header.Get("Allow") == "" {
			t.Errorf("%s: %d %v", c.key, got.status, got.header)
		}
		if d.Outcome != hook.Handshake || d.Gate != "cloudevents" {
			t.Errorf("%s: recorded as %s by %s", c.key, d.Outcome, d.Gate)
		}
	}
}

func TestTheOperatorIsToldWhatAStrayMeant(t *testing.T) {
	off := workflow("off", path("/off/{n}"))
	off.Enabled = false
	h := build(t, nil, workflow("open"), workflow("shop", path("/shop/{n}")), off)
	for target, want := range map[string]string{
		"/api/webhooks/opne":               "the nearest is open",
		"/api/webhooks/off":                "the workflow off has this address, but it is disabled",
		"/api/webhooks/off/7":              "the workflow off has this address, but it is disabled",
		"/api/webhook:trigger/shop/7":      "the path of the workflow shop is served below /api/webhooks/",
		"/api/webhooks/open/extra/parts":   "the workflow open has /api/webhooks/open, without /extra/parts",
		"/api/webhooks/shop/7/refunds":     "the workflow shop has /api/webhooks/shop/7, without /refunds",
		"/webhooks/open":                   "the workflow open is at /api/webhooks/open",
		"/api/webhook/nothing-of-the-sort": "no enabled workflow has this address",
	} {
		h.door.noted, h.observer.seen = nil, nil
		h.serve(request("GET", target, ""))
		if d, _ := h.lastDelivery(); !strings.HasSuffix(d.Reason, want) || d.Outcome != hook.Unmatched {
			t.Errorf("%s: %s", target, d.Reason)
		}
	}
	h.door.noted = nil
	for range 3 * maxNearest {
		h.serve(request("GET", "/api/webhooks/opne", ""))
	}
	told := 0
	for _, d := range h.door.noted {
		if strings.Contains(d.Reason, "nearest") {
			told++
		}
	}
	if told > maxNearest {
		t.Errorf("%d unmatched calls were compared with the routes", told)
	}
}
