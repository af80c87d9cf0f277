package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTwoPeopleDoNotOverwriteEachOther changes a user and a channel with the ETag that was read before somebody else's change.
func TestTwoPeopleDoNotOverwriteEachOther(t *testing.T) {
	dir := t.TempDir()
	a := serve(t, dir, unattended)
	b := newBrowser(t, a.URL())
	b.key = token(t, dir)
	list := b.want(200, "GET", "/api/users", "")
	_, rest, _ := strings.Cut(list, `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	const hook = `{"type":"webhook","config":{"url":"https://chat.example/`
	const more = `","secret":"{{$env.HOOK_PASSWORD}}"}}`
	b.want(201, "PUT", "/api/channels/ops", hook+"a"+more)
	for _, c := range []struct{ method, path, first, second string }{
		{"PATCH", "/api/users/" + id, `{"name":"Ann"}`, `{"name":"Anna"}`},
		{"PUT", "/api/channels/ops", hook + "b" + more, hook + "c" + more},
	} {
		_, header, _ := b.call("GET", c.path, "")
		tag := header.Get("ETag")
		change := func(body, match string) int {
			req, err := http.NewRequestWithContext(t.Context(), c.method, b.base+c.path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+b.key)
			req.Header.Set("If-Match", match)
			status, _, _ := send(t, req)
			return status
		}
		if got := change(c.first, tag); got != 200 {
			t.Errorf("%s with the ETag that was read: %d", c.path, got)
		}
		if got := change(c.second, tag); got != http.StatusPreconditionFailed {
			t.Errorf("%s with the ETag of before: %d", c.path, got)
		}
		if got := change(c.second, "*"); got != 200 {
			t.Errorf("%s with any ETag: %d", c.path, got)
		}
	}
}
