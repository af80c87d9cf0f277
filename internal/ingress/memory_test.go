package ingress

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"hookline.dev/hookline/internal/clock"
)

// TestBodiesThatAreHeldBackUseAQuarterOfTheMemory has callers send a part of their bodies. What does not fit is spooled,
// and another call with a large body need not wait.
func TestBodiesThatAreHeldBackUseAQuarterOfTheMemory(t *testing.T) {
	const calls, part, memory = 12, 500 << 10, 8 << 20
	for _, length := range []int64{-1, 2 * part} {
		synctest.Test(t, func(t *testing.T) {
			h, blobStore := buildWithBlobs(t, func(o *Options) { o.BodyMemory, o.Clock = memory, clock.System() }, workflow("a"))
			var wg sync.WaitGroup
			var pipes []*io.PipeWriter
			codes := make([]int, calls)
			for i := range calls {
				r, w := io.Pipe()
				pipes = append(pipes, w)
				wg.Go(func() {
					req := httptest.NewRequest(http.MethodPost, "/api/webhooks/a", r)
					req.ContentLength = length
					req.Header.Set("Content-Type", "text/plain")
					answer := httptest.NewRecorder()
					h.ServeHTTP(answer, req)
					codes[i] = answer.Code
				})
			}
			for _, w := range pipes {
				_, _ = io.WriteString(w, strings.Repeat("x", part))
			}
			synctest.Wait()
			if h.arriving.TryAcquire(memory/arrivingShare/2) || blobStore.made < calls/2 || blobStore.made == calls {
				t.Fatalf("%d of %d bodies are spooled, or half of the memory is left", blobStore.made, calls)
			}
			began := h.opt.Clock.Now()
			if resp := h.serve(post("/api/webhooks/a", largeBody(), false)); resp.status != http.StatusOK || h.opt.Clock.Now().Sub(began) > 0 {
				t.Errorf("a large body meanwhile: %d after %s", resp.status, h.opt.Clock.Now().Sub(began))
			}
			for _, w := range pipes {
				_, _ = io.WriteString(w, strings.Repeat("y", part))
				_ = w.Close()
			}
			wg.Wait()
			for i, code := range codes {
				if code != http.StatusOK {
					t.Errorf("call %d was answered with %d", i, code)
				}
			}
			if !h.arriving.TryAcquire(memory/arrivingShare) || !h.memory.TryAcquire(arrivedShare(memory)) {
				t.Error("the memory was not given back")
			}
		})
	}
}
