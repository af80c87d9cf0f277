package app_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
)

// follow reads the live events as each principal until check is called, which checks what they were shown.
func (w *world) follow(everybody []*principal) (check func()) {
	ctx, cancel := context.WithCancel(w.Context())
	w.Cleanup(cancel)
	var all sync.WaitGroup
	texts := make([]bytes.Buffer, len(everybody))
	for i, p := range everybody {
		if p.name == "nobody" {
			continue
		}
		req := w.request("GET", "/api/tail", nil).WithContext(ctx)
		p.as(req)
		client := *w.client
		client.Timeout = 0
		res, err := client.Do(req)
		if err != nil || res.StatusCode != 200 {
			w.Fatalf("%s follows: %v", p.name, err)
		}
		all.Go(func() {
			defer res.Body.Close()
			_, _ = io.Copy(&texts[i], res.Body) // until check is called
		})
	}
	return func() {
		w.Helper()
		_, last := w.call(mine, "the end", "go")
		w.until(last, "succeeded")
		stop(w.T, w.app)
		cancel()
		all.Wait()
		for i, p := range everybody {
			text := texts[i].String()
			w.noSecret("the events of "+p.name, text)
			if p.bound {
				w.noMarker("the events of "+p.name, text, "")
			}
			if p.name != "nobody" && !strings.Contains(text, last) {
				w.Errorf("%s did not see the last execution", p.name)
			}
		}
	}
}
