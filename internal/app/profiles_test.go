package app_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestAProfileEndsWhenItsReaderLeaves: the server would wait for it at its stop.
func TestAProfileEndsWhenItsReaderLeaves(t *testing.T) {
	dir, log := t.TempDir(), &lockedBuffer{}
	a := boot(t, dir, log)
	for _, profile := range []string{"goroutine", "profile", "trace"} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL()+"/api/debug/pprof/"+profile+"?seconds=100", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token(t, dir))
		if res, err := http.DefaultClient.Do(req); err == nil { // trace begins to answer at once
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		cancel()
	}
	stop(t, a)
}
