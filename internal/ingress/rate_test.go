package ingress

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// limit sets a rate per ten seconds.
func limit(rate, burst int, key string) func(*flow.Trigger) {
	return func(t *flow.Trigger) {
		t.RateLimit = &flow.RateLimit{Rate: rate, Per: 10 * time.Second, Burst: burst, Key: key}
	}
}

func TestCallsOverTheRateAreToldWhenToComeBack(t *testing.T) {
	h := build(t, nil, workflow("a", limit(1, 2, "")))
	call := func() got { return h.serve(request("POST", "/api/webhooks/a", "")) }
	for _, c := range []struct {
		wait              time.Duration
		status            int
		left, retry, body string
	}{
		{0, 200, `"default";r=1;t=10`, "", "ok"},
		{0, 200, `"default";r=0;t=20`, "", "ok"},
		{0, 429, `"default";r=0;t=20`, "10", problemType + "rate"},
		{9500 * time.Millisecond, 429, `"default";r=0;t=11`, "1", "Try again in 1 s."},
		{500 * time.Millisecond, 200, `"default";r=0;t=20`, "", "ok"},
	} {
		h.clock.Advance(c.wait)
		g := call()
		if g.status != c.status || !strings.Contains(g.text, c.body) {
			t.Errorf("%d %s, want %d", g.status, g.text, c.status)
		}
		if h := g.header; h.Get("Ratelimit") != c.left || h.Get("Ratelimit-Policy") != `"default";q=2;w=20` || h.Get("Retry-After") != c.retry {
			t.Errorf("%d: the headers are %v", c.status, h)
		}
	}
	if d := h.door.noted[0]; d.Outcome != hook.Rejected || d.Gate != "rateLimit" || said(d.Verdicts) != "rateLimit-too-many" {
		t.Errorf("recorded %s by %s with %v", d.Outcome, d.Gate, d.Verdicts)
	}
}

func TestTheRateIsThatOfTheKey(t *testing.T) {
	for _, c := range []struct {
		name, key   string
		same, other []string // target, address, header
	}{
		{"the address", "{{ $context.ip }}", []string{"/1", "192.0.2.1", "a"}, []string{"/0", "192.0.2.2", "b"}},
		{"a parameter", "p-{{$context.params.n}}", []string{"/0", "192.0.2.2", "a"}, []string{"/1", "192.0.2.1", "b"}},
		{"a header", "{{$context.headers.X-Tenant}}", []string{"/1", "192.0.2.2", "b"}, []string{"/0", "192.0.2.1", "a"}},
		{"the query", "{{$context.query.t}}", []string{"/1?t=x", "192.0.2.2", "a"}, []string{"/0?t=y", "192.0.2.1", "b"}},
		{"the path", "{{$context.path}}", []string{"/0", "192.0.2.2", "a"}, []string{"/1", "192.0.2.1", "b"}},
		{"an expression", `{{ $context.ip + "-" + $context.params.n }}`, []string{"/0", "192.0.2.1", "a"}, []string{"/1", "192.0.2.1", "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := build(t, nil, workflow("a", path("/a/{n}"), limit(1, 1, c.key)))
			call := func(target, ip, tenant string) int {
				r := request("POST", "/api/webhooks/a"+target, "", "X-Tenant: "+tenant)
				r.RemoteAddr = ip + ":1"
				return h.serve(r).status
			}
			first := "/0"
			if c.name == "the query" {
				first += "?t=x"
			}
			tenant := c.same[2]
			if n := call(first, "192.0.2.1", tenant); n != 200 {
				t.Fatalf("the first call: %d", n)
			}
			if n := call(c.same[0], c.same[1], c.same[2]); n != 429 {
				t.Errorf("the same key: %d", n)
			}
			if n := call(c.other[0], c.other[1], c.other[2]); n != 200 {
				t.Errorf("another key: %d", n)
			}
		})
	}
}

func TestPublishingAgainRefillsNoBucket(t *testing.T) {
	h := build(t, nil, workflow("a", limit(1, 1, "")))
	publish := func(change ...func(*flow.Trigger)) {
		r, err := Compile(workflow("a", change...), resources())
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetRoutes([]*Route{r}); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range []struct {
		change []func(*flow.Trigger)
		want   int
	}{
		{[]func(*flow.Trigger){limit(1, 1, "")}, 200},
		{[]func(*flow.Trigger){limit(1, 1, ""), syncMode, func(t *flow.Trigger) { t.Mode = flow.Async }}, 429},
		{[]func(*flow.Trigger){limit(1, 2, "")}, 200},
		{nil, 200},
	} {
		publish(c.change...)
		if g := h.serve(request("POST", "/api/webhooks/a", "")); g.status != c.want {
			t.Errorf("publication %d: %d, want %d", i, g.status, c.want)
		}
	}
}

func TestWhoGuessesSecretsIsShutOutOfTheWorkflow(t *testing.T) {
	guesses := 0
	wrong := func() string { guesses++; return credentials("octo", fmt.Sprint("x", guesses)) }
	right := credentials("octo", password)
	h := build(t, func(o *Options) { o.TrustedProxies = prefixes("10.0.0.0/8") }, workflow("a", basic), workflow("b", basic), workflow("open"))
	call := func(key, ip string, headers ...string) int {
		r := request("POST", "/api/webhooks/"+key, "", headers...)
		r.RemoteAddr = ip + ":1"
		return h.serve(r).status
	}
	for range 2 {
		for range DefaultLockFailures - 1 {
			if n := call("a", "192.0.2.1", wrong()); n != 401 {
				t.Fatalf("success did not clear the count: %d", n)
			}
		}
		call("a", "192.0.2.1") // not a guess
		if n := call("a", "192.0.2.1", right); n != 200 {
			t.Fatalf("shut out too early: %d", n)
		}
	}
	h.clock.Advance(2 * time.Hour)
	for range DefaultLockFailures {
		if n := call("a", "192.0.2.1", wrong()); n != 401 {
			t.Fatalf("shut out too early: %d", n)
		}
		call("a", "10.0.0.1", wrong())
	}
	for _, c := range []struct {
		key, ip string
		status  int
	}{{"a", "192.0.2.1", 429}, {"b", "192.0.2.1", 200}, {"a", "192.0.2.2", 200}, {"open", "192.0.2.1", 200}, {"a", "10.0.0.1", 200}} {
		if n := call(c.key, c.ip, right); n != c.status {
			t.Errorf("%s from %s: %d, want %d", c.key, c.ip, n, c.status)
		}
	}
	r := request("POST", "/api/webhooks/a", "", right)
	r.RemoteAddr = "192.0.2.1:1"
	g := h.serve(r)
	if g.status != 429 || g.header.Get("Retry-After") != "60" || !strings.Contains(g.text, problemType+"locked") {
		t.Errorf("%d %v %s", g.status, g.header, g.text)
	}
	if d := h.door.noted[len(h.door.noted)-1]; d.Gate != "lockout" || !strings.Contains(fmt.Sprint(d.Verdicts), "192.0.2.1 is locked out for 1m0s") {
		t.Errorf("by %s: %s %v", d.Gate, d.Reason, d.Verdicts)
	}
	h.clock.Advance(DefaultLock)
	if n := call("a", "192.0.2.1", right); n != 200 {
		t.Errorf("the lock does not end: %d", n)
	}
}

func TestALockEndsWhenTheSecretIsMended(t *testing.T) {
	vars := map[string]string{"PASSWORD": "mistyped"}
	h := build(t, nil)
	publish := func() {
		r, err := Compile(workflow("a", basic), Resources{Env: func(name string) (string, bool) { v, ok := vars[name]; return v, ok }})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetRoutes([]*Route{r}); err != nil {
			t.Fatal(err)
		}
	}
	call := func() int {
		return h.serve(request("POST", "/api/webhooks/a", "", credentials("octo", password))).status
	}
	publish()
	for i := range 3 * DefaultLockFailures { // a sender that repeats a stale secret guesses nothing
		if n := call(); n != 401 {
			t.Fatalf("call %d: %d", i, n)
		}
	}
	for i := range DefaultLockFailures {
		h.serve(request("POST", "/api/webhooks/a", "", credentials("octo", fmt.Sprint(i))))
	}
	if n := call(); n != 429 {
		t.Fatalf("not shut out: %d", n)
	}
	vars["PASSWORD"] = password
	publish()
	if n := call(); n != 200 {
		t.Errorf("still shut out: %d", n)
	}
}

// TestALockLeavesSignaturesOpen guesses the password of one alternative. The provider, whose calls come by the same
// address, must still pass by its signature.
func TestALockLeavesSignaturesOpen(t *testing.T) {
	h := build(t, nil, workflow("a", func(tr *flow.Trigger) {
		tr.Auth.Any = []flow.Gates{{Basic: &flow.BasicAuth{Username: "octo", Password: "{{$env.PASSWORD}}"}}, {Signature: signature("{{$env.NEW}}")}}
	}))
	call := func(headers ...string) int {
		return h.serve(request("POST", "/api/webhooks/a", "", headers...)).status
	}
	for i := range DefaultLockFailures {
		call(credentials("octo", fmt.Sprint(i)))
	}
	if n := call(credentials("octo", "again")); n == 200 {
		t.Error("a wrong password passes")
	}
	if n := call(credentials("octo", password)); n == 200 {
		t.Error("the password is not locked")
	}
	if n := call(sign(newSecret, hooksURL, "")); n != 200 {
		t.Errorf("a right signature: %d", n)
	}
}

// TestOnlyCallsThatAuthenticateUseUpTheRate floods a workflow with calls that prove nothing.
func TestOnlyCallsThatAuthenticateUseUpTheRate(t *testing.T) {
	for name, c := range map[string]struct {
		auth        func(*flow.Trigger)
		right, none string
	}{
		"a password":  {basic, credentials("octo", password), "X: y"},
		"a signature": {signedBy("{{$env.NEW}}"), sign(newSecret, hooksURL, ""), sign("other", hooksURL, "")},
	} {
		h := build(t, nil, workflow("a", c.auth, limit(1, 2, "")))
		call := func(ip, header string) int {
			r := request("POST", "/api/webhooks/a", "", header)
			r.RemoteAddr = "[" + ip + "]:1"
			return h.serve(r).status
		}
		for i, want := range []int{401, 401, 429, 429} { // the same /64
			if n := call(fmt.Sprintf("2001:db8::%d", i+1), c.none); n != want {
				t.Errorf("%s: call %d of a flood: %d, want %d", name, i, n, want)
			}
		}
		for i, want := range []int{200, 200, 429} {
			if n := call("2001:db8:1::1", c.right); n != want {
				t.Errorf("%s: call %d: %d, want %d", name, i, n, want)
			}
		}
	}
}

func TestRatesCountABlockOfIPv6AsOneAddress(t *testing.T) {
	for _, key := range []string{"{{$context.ip}}", "k-{{$context.ip}}"} {
		h := build(t, nil, workflow("a", limit(1, 1, key)))
		for ip, want := range map[string][2]int{"2001:db8::": {200, 429}, "2001:db8:0:1::": {200, 429}} {
			for i, want := range want {
				r := request("POST", "/api/webhooks/a", "")
				r.RemoteAddr = fmt.Sprintf("[%s%d]:1", ip, i+1)
				if n := h.serve(r).status; n != want {
					t.Errorf("%s: %s: %d, want %d", key, r.RemoteAddr, n, want)
				}
			}
		}
	}
}

func TestTheServersAddressesComeBeforeEveryAnswer(t *testing.T) {
	h := build(t, func(o *Options) { o.AllowIPs = prefixes("198.51.100.0/24") }, workflow("a"))
	for _, method := range []string{"POST", "GET", "OPTIONS", "HEAD", "BREW"} {
		if g := h.serve(request(method, "/api/webhooks/a", "")); g.status != 403 || g.header.Get("Allow") != "" {
			t.Errorf("%s: %d %v", method, g.status, g.header)
		}
	}
}

func TestBadSignaturesShutNobodyOut(t *testing.T) {
	h := build(t, nil, workflow("a", signedBy("{{$env.NEW}}")))
	call := func(secret string) int {
		return h.serve(request("POST", "/api/webhooks/a", "", sign(secret, hooksURL, ""))).status
	}
	for range 3 * DefaultLockFailures {
		if n := call("somebody else's"); n != 401 {
			t.Fatalf("a bad one: %d", n)
		}
	}
	if n := call(newSecret); n != 200 {
		t.Errorf("a good one: %d", n)
	}
}

func TestTheLockOutCanBeOff(t *testing.T) {
	h := build(t, func(o *Options) { o.LockOut.Failures = -1 }, workflow("a", basic))
	for range 3 * DefaultLockFailures {
		if g := h.serve(request("POST", "/api/webhooks/a", "", credentials("octo", "x"))); g.status != 401 {
			t.Fatalf("status %d", g.status)
		}
	}
}
