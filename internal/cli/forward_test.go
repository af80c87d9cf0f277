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

// TestForwardSendsAcceptedCallsOn plays a server with three calls, of which one is an accepted call of the workflow.
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
			fmt.Fprint(w, "event: open\ndata: {}\n\n",
				`event: delivery`+"\n"+`data: {"kind":"delivery","delivery":"dlv_0000000000001","workflow":"other","outcome":"accepted"}`+"\n\n",
				`event: delivery`+"\n"+`data: {"kind":"delivery","delivery":"dlv_0000000000002","workflow":"orders","outcome":"rejected"}`+"\n\n",
				`event: delivery`+"\n"+`data: {"kind":"delivery","delivery":"dlv_0000000000003","workflow":"orders","outcome":"accepted"}`+"\n\n")
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
	if code != exitFailed || !strings.Contains(errs.String(), "the server closed the stream") {
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
