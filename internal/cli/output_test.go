package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// TestAListIsReadToItsEnd plays a server that sends one workflow a page.
func TestAListIsReadToItsEnd(t *testing.T) {
	pages := map[string]string{"": `{"items":[{"key":"a"}],"next":"p 2"}`, "p 2": `{"items":[{"key":"b"}],"next":"p3"}`, "p3": `{"items":[{"key":"c"}]}`}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, pages[r.URL.Query().Get("cursor")])
	}))
	defer server.Close()
	var out, errs bytes.Buffer
	code := Main([]string{"workflows", "ls", "--url", server.URL, "--token", "a-token-for-tests-only"}, nil, strings.NewReader(""), &out, &errs)
	if lines := strings.Count(out.String(), "\n"); code != exitDone || lines != 4 || !strings.Contains(out.String(), "\nc ") {
		t.Errorf("exit code %d, %s%s", code, &out, &errs)
	}
}

func TestAListThatDoesNotEndIsGivenUp(t *testing.T) {
	for name, page := range map[string]string{
		"empty pages":      `{"items":[],"next":"NEXT"}`,
		"full ones":        `{"items":[` + strings.Repeat(`{"key":"a"},`, 20_000) + `{"key":"b"}],"next":"NEXT"}`,
		"a page of itself": `{"items":[{"key":"a"}],"next":"x"}`,
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked++
				fmt.Fprint(w, strings.ReplaceAll(page, "NEXT", strconv.Itoa(asked)))
			}))
			defer server.Close()
			var out, errs bytes.Buffer
			code := Main([]string{"workflows", "ls", "--url", server.URL, "--token", "a-token-for-tests-only"}, nil, strings.NewReader(""), &out, &errs)
			if code != exitFailed || !strings.Contains(errs.String(), "does not end after") {
				t.Errorf("exit code %d, %s", code, errs.String())
			}
		})
	}
}
