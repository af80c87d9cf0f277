package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestForwardSendsAcceptedCallsOn plays a server that loses the connection.
func TestForwardSendsAcceptedCallsOn(t *testing.T) {
	var got []string
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %s %s %s %x", r.Method, r.URL, r.Header.Get("X-Event"), r.Header.Get("Hookline-Delivery"), r.Header.Get("Authorization"), body))
		w.WriteHeader(http.StatusTeapot)
	}))
	defer peer.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/workflows/orders":
			fmt.Fprint(w, `{"key":"orders"}`)
		case "/api/tail":
			switch last := r.Header.Get("Last-Event-ID"); last {
			case "": // the connection is lost before the call
				if want := "kind=delivery&outcome=accepted&workflow=orders"; r.URL.RawQuery != want {
					t.Errorf("asked for %s, want %s", r.URL.RawQuery, want)
				}
				fmt.Fprint(w, "id: e-1\nevent: open\ndata: {}\n\nid: e-2\n\n")
			case "e-2":
				fmt.Fprint(w, "id: e-2\nevent: open\ndata: {}\n\nid: e-3\nevent: delivery\n"+
					`data: {"kind":"delivery","delivery":"dlv_0000000000003","workflow":"orders","outcome":"accepted"}`+"\n\n")
			default:
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprintf(w, `{"status":403,"detail":"enough after %s"}`, last)
			}
		case "/api/deliveries/dlv_0000000000003":
			fmt.Fprint(w, `{"id":"dlv_0000000000003","method":"PUT","path":"/api/webhooks/orders","request":{"method":"PUT","query":"a=1&a=2",`+
				`"headers":[{"name":"X-Event","value":"paid"},{"name":"Content-Length","value":"99"}],"body":{"base64":"/wA=","size":2}}}`)
		default:
			t.Errorf("asked for %s", r.URL)
		}
	}))
	defer server.Close()
	var out, errs bytes.Buffer
	code := Main([]string{"forward", "orders", "--to", peer.URL + "/in?x=y", "--url", server.URL, "--token", "a-token-for-tests-only"}, nil, strings.NewReader(""), &out, &errs)
	if code != exitFailed || !strings.Contains(errs.String(), "Connected again.") || !strings.Contains(errs.String(), "enough after e-3") {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
	want := "PUT /in?x=y&a=1&a=2 paid dlv_0000000000003  ff00"
	if len(got) != 1 || got[0] != want {
		t.Errorf("the other address got %q, want %q", got, want)
	}
	if line := out.String(); !strings.Contains(line, "dlv_0000000000003  418 I'm a teapot") {
		t.Errorf("printed %q", line)
	}
}

func TestForwardNeedsAURL(t *testing.T) {
	var out, errs bytes.Buffer
	code := Main([]string{"forward", "orders", "--to", "localhost:3000", "--token", "x"}, nil, strings.NewReader(""), &out, &errs)
	if code != exitUsage || !strings.Contains(errs.String(), "is not a URL; write e.g. http://localhost:3000/hooks") {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
}
