package ingress

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/hook"
)

func TestARecordHoldsTheCallWithoutItsSecrets(t *testing.T) {
	h := build(t, nil, workflow("a", basic, tokenQuery, path("/a/{x}", "PUT")))
	h.serve(request("PUT", "http://hooks.example.com/api/webhooks/a/1/?b=2&%74oken="+tokenValue+"&c=3&token=", "x",
		"Content-Type: text/plain", credentials("octo", password), "X-B: 1", "X-A: 2", "X-B: 3", "X-Forwarded-Uri: /?token="+tokenValue))
	d, _ := h.lastDelivery()
	want := hook.Request{
		Method: "PUT", Path: "/api/webhooks/a/1", Query: "b=2&c=3", Host: "hooks.example.com", IP: "192.0.2.1", ContentType: "text/plain",
		Headers: []hook.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "X-A", Value: "2"}, {Name: "X-B", Value: "1"}, {Name: "X-B", Value: "3"}},
		Params:  []hook.Param{{Name: "x", Value: "1"}}, Body: []byte("x"), ReceivedAt: h.clock.Now(),
	}
	if diff := cmp.Diff(want, d.Request); diff != "" {
		t.Error(diff)
	}
}

func TestARecordTellsThatTheLengthWasNotKnown(t *testing.T) {
	h := build(t, nil, workflow("open"))
	r := request("POST", "/api/webhooks/open", `{}`, "X-B: 1", "Content-Type: application/json")
	r.TransferEncoding = []string{"chunked"}
	h.serve(r)
	d, _ := h.lastDelivery()
	want := []hook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Transfer-Encoding", Value: "chunked"}, {Name: "X-B", Value: "1"}}
	if diff := cmp.Diff(want, d.Request.Headers); diff != "" {
		t.Error(diff)
	}
}

func TestOfAnUnmatchedCallOnlyHarmlessPartsAreKept(t *testing.T) {
	h := build(t, nil, workflow("gitlab", tokenHeader))
	h.serve(request("POST", "/api/webhooks/gitlap?token="+tokenValue+"&a=1&bare", `{"a":1}`,
		"Content-Type: application/json", "User-Agent: Hook/1", "Cookie: a=b", "X-Gitlab-Token: "+tokenValue, credentials("a", "b")))
	d, _ := h.lastDelivery()
	if d.Request.Query != "token&a" || string(d.Request.Body) != `{"a":1}` || !strings.HasSuffix(d.Reason, "the nearest is gitlab") {
		t.Errorf("query %q, body %q: %s", d.Request.Query, d.Request.Body, d.Reason)
	}
	want := []hook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "Hook/1"}}
	if diff := cmp.Diff(want, d.Request.Headers); diff != "" {
		t.Error(diff)
	}
}

// TestTheHeadOfARefusedCallIsShortened sends heads of 60 KB to a route that refuses them, to no route, and as a
// handshake. Each record has at most 4 KiB of headers, with whole names.
func TestTheHeadOfARefusedCallIsShortened(t *testing.T) {
	long := strings.Repeat("v", 20<<10)
	many := make([]string, 0, 400)
	for i := range 400 {
		many = append(many, fmt.Sprintf("X-A-Header-With-A-Long-Name-%d: %s", i, strings.Repeat("w", 100)))
	}
	for name, headers := range map[string][]string{"long values": {"X-A: " + long, "X-B: " + long, "X-C: short", "User-Agent: " + long}, "many": many} {
		for _, target := range []string{"POST /api/webhooks/locked", "POST /api/webhooks/none", "HEAD /api/webhooks/get"} {
			h := build(t, nil, workflow("locked", basic), workflow("get", path("/get", "GET")))
			method, where, _ := strings.Cut(target, " ")
			r := request(method, where+"?q="+long, "", headers...)
			r.Host = long
			h.serve(r)
			d, _ := h.lastDelivery()
			size := 0
			for _, line := range d.Request.Headers {
				size += len(line.Name) + len(line.Value)
				if len(line.Value) > len("short") && len(line.Value) < 100 && !strings.HasSuffix(line.Value, truncated) {
					t.Errorf("%s, %s: %s: %s is not marked", name, target, line.Name, line.Value)
				}
			}
			whole := size + len(d.Request.Query) + len(d.Request.Host) + len(d.Request.ContentType)
			if size > maxRefusedHead || whole > 3*maxRefusedHead || !strings.Contains(d.Reason, "truncated") {
				t.Errorf("%s, %s: %d bytes of headers, %d in all: %s", name, target, size, whole, d.Reason)
			}
			if name == "long values" && strings.HasPrefix(target, "POST /api/webhooks/locked") && len(d.Request.Headers) != len(headers) {
				t.Errorf("%s: the headers %v", target, d.Request.Headers)
			}
		}
	}
	h := build(t, nil, workflow("open"))
	h.serve(request("POST", "/api/webhooks/open?q="+long, "", "X-A: "+long))
	if d, _ := h.lastDelivery(); len(d.Request.Headers[0].Value) != len(long) || len(d.Request.Query) != len(long)+2 {
		t.Error("the head of an accepted call is shortened")
	}
}

func TestRefusedCallsAreKeptWithFewBodies(t *testing.T) {
	h := build(t, nil, workflow("locked", basic), workflow("open"))
	kept := func() (n int) {
		for _, d := range h.door.noted {
			if d.Request.Body != nil {
				n++
			} else if !strings.Contains(d.Reason, "the body of 1 bytes was not kept") {
				t.Errorf("the reason is %q", d.Reason)
			}
		}
		h.door.noted = nil
		return n
	}
	flood := func(target string) {
		for range 3 * RejectedBodies {
			h.serve(request("POST", target, "x", "Content-Type: application/json"))
		}
	}
	for _, target := range []string{"/api/webhooks/locked", "/api/webhooks/open", "/api/webhooks/nobody"} {
		flood(target)
		if n := kept(); n != RejectedBodies {
			t.Errorf("%s: %d bodies are kept, want %d", target, n, RejectedBodies)
		}
	}
	flood("/api/webhooks/nobody2")
	if n := kept(); n != 0 {
		t.Errorf("another unmatched path: %d bodies are kept, want none", n)
	}
	h.clock.Advance(time.Minute)
	flood("/api/webhooks/nobody")
	if n := kept(); n != RejectedBodies {
		t.Errorf("a minute later %d bodies are kept", n)
	}
}

func TestABodyIsReadForTheRecordOnlyWhenItIsSmallAndComesByItself(t *testing.T) {
	for _, c := range []struct {
		name    string
		length  int
		chunked bool
		expect  bool
		want    int
	}{
		{"small", 10, false, false, 10},
		{"the largest", RejectedBody, false, false, RejectedBody},
		{"too large", RejectedBody + 1, false, false, 0},
		{"of unknown length", 10, true, false, 10},
		{"of unknown length and too large", RejectedBody + 1, true, false, 0},
		{"only on demand", 10, false, true, 0},
	} {
		h := build(t, nil, workflow("locked", basic))
		r := request("POST", "/api/webhooks/locked", strings.Repeat("x", c.length))
		if c.chunked {
			r.ContentLength = -1
		}
		if c.expect {
			r.Header.Set("Expect", "100-continue")
		}
		h.serve(r)
		if d, _ := h.lastDelivery(); len(d.Request.Body) != c.want || d.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d bytes are kept, want %d", c.name, len(d.Request.Body), c.want)
		}
	}
}
