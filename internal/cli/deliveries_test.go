package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/api"
)

func TestALongBodyIsFetchedWhole(t *testing.T) {
	whole := strings.Repeat("ä", 1<<20)
	sent := whole
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/deliveries/dlv_1/body" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		_, _ = io.WriteString(w, sent)
	}))
	defer server.Close()
	c := &client{base: server.URL, http: server.Client(), timeout: clientTimeout}
	cut := func() api.Delivery {
		return api.Delivery{ID: "dlv_1", Request: &api.Call{Method: "POST", URL: "http://x/y", Body: api.Bytes{Text: "ä", Size: len(whole), Cut: true}}}
	}
	d := cut()
	if err := c.wholeBody(&d); err != nil || d.Request.Body.Cut || string(d.Request.Body.Content()) != whole {
		t.Errorf("%d bytes, %v", len(d.Request.Body.Content()), err)
	}
	sent = whole[2:]
	if d = cut(); c.wholeBody(&d) == nil {
		t.Error("a body that is too short was taken")
	}
	short := api.Delivery{ID: "dlv_2", Request: &api.Call{Body: api.Bytes{Text: "a", Size: 1}}}
	if err := c.wholeBody(&short); err != nil || fmt.Sprint(short.Request.Body.Text) != "a" {
		t.Error(err)
	}
}
