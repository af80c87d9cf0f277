package outbound

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestTheClientForLibrariesHasTheSameRules(t *testing.T) {
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			w.Header().Set("X-Method", r.Method)
			_, _ = io.Copy(w, r.Body)
		case "/redirect":
			http.Redirect(w, r, "/echo", http.StatusFound)
		case "/large":
			_, _ = io.WriteString(w, strings.Repeat("x", 2000))
		case "/slow":
			<-stop
		}
	}))
	defer server.Close()
	defer close(stop)
	open := New(Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer open.Close()
	closed := New(Options{})
	defer closed.Close()
	for _, c := range []struct {
		name   string
		client *Client
		path   string
		body   io.Reader
		status int
		text   string
		kind   Kind
	}{
		{name: "a body goes there and back", client: open, path: "/echo", body: strings.NewReader("grant_type=x"), status: 200, text: "grant_type=x"},
		{name: "no body", client: open, path: "/echo", status: 200},
		{name: "a redirect is the answer", client: open, path: "/redirect", status: 302},
		{name: "a response that is too large", client: open, path: "/large", status: 200, kind: TooLarge},
		{name: "a private address", client: closed, path: "/echo", kind: Refused},
		{name: "a body that can be read only once", client: open, path: "/echo", body: io.LimitReader(strings.NewReader("x"), 1), kind: Invalid},
		{name: "a slow response", client: open, path: "/slow", kind: Timeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			limit := time.Minute
			if c.kind == Timeout {
				limit = 50 * time.Millisecond
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+c.path, c.body)
			if err != nil {
				t.Fatal(err)
			}
			res, err := c.client.HTTP(1000, limit).Do(req)
			var text []byte
			if err == nil {
				defer res.Body.Close()
				text, err = io.ReadAll(res.Body)
				if res.StatusCode != c.status {
					t.Errorf("status %d, want %d", res.StatusCode, c.status)
				}
			}
			if c.kind == Timeout {
				if err == nil || !strings.Contains(err.Error(), "exceeded") {
					t.Errorf("%v", err)
				}
				return
			}
			if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Kind != c.kind) || err == nil && (c.kind != 0 || c.status == 200 && string(text) != c.text) {
				t.Errorf("%q, %v; want %q, kind %v", text, err, c.text, c.kind)
			}
		})
	}
	if n := open.Stats().InFlight + closed.Stats().InFlight; n != 0 {
		t.Errorf("%d requests are still under way", n)
	}
}
