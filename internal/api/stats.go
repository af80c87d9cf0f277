package api

import (
	"context"
	"net/http"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

func (r routes) stats() {
	handle(r, route{method: "GET", path: "/api/stats", id: "stats", summary: "Counters of store, engine and front door, by name", needs: account.ReadStatistics},
		func(context.Context, *struct{}) (*one[map[string]int64], error) {
			return &one[map[string]int64]{r.Stats()}, nil
		})
}

// healthz reports that the process is alive and is a Hookline.
func (r routes) healthz(w http.ResponseWriter, _ *http.Request) {
	plain(w, http.StatusOK, "hookline\n")
}

// readyz reports whether the server can take calls.
func (r routes) readyz(w http.ResponseWriter, _ *http.Request) {
	if err := r.Ready(); err != nil {
		w.Header().Set("Retry-After", "5")
		plain(w, http.StatusServiceUnavailable, fault.Message(err)+"\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // the caller may have disconnected
}
