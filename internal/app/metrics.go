package app

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/telemetry/otlp"
	"hookline.dev/hookline/internal/telemetry/prom"
	"hookline.dev/hookline/internal/watch"
)

// metricsPath is where the metrics are, on the address of the API.
const metricsPath = "/metrics"

// observers passes events to the live view, to the metrics and to the log.
type observers struct {
	live    *watch.Hub
	metrics *prom.Metrics
	log     *eventLog
	tracer  *otlp.Tracer // nil: nothing is traced
}

// Delivered implements ingress.Observer.
func (o observers) Delivered(d hook.Delivery) {
	o.live.Delivered(d)
	o.metrics.Delivered(d)
	o.log.delivered(&d)
	o.tracer.Delivered(&d)
}

// Committed implements engine.Observer.
func (o observers) Committed(id ident.ID) { o.live.Committed(id) }

// Ended implements engine.Observer.
func (o observers) Ended(x flow.Execution, steps int, took time.Duration) {
	o.live.Ended(x, steps, took)
	o.metrics.Ended(x, steps, took)
	o.log.ended(&x, steps)
}

// withMetrics serves the metrics beside the API.
func (a *App) withMetrics(next http.Handler) http.Handler {
	metrics := a.metrics.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != metricsPath {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		switch {
		case !a.mayScrape(r):
			w.Header().Set("WWW-Authenticate", `Bearer realm="hookline metrics"`)
			problem(w, http.StatusUnauthorized, "unauthorized", "Authentication failed",
				"The metrics need the header Authorization: Bearer with the value of --metrics-token. Without that setting, only this machine may read them.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			problem(w, http.StatusMethodNotAllowed, "method", "Method not allowed", "Use GET.")
		default:
			metrics.ServeHTTP(w, r)
		}
	})
}

// mayScrape reports whether a request may read the metrics. Hashes are compared, so the time taken reveals nothing about
// the token.
func (a *App) mayScrape(r *http.Request) bool {
	if a.config.MetricsToken == "" {
		return isLocal(r)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(a.config.MetricsToken)), sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}

// isLocal reports whether a request comes from this machine, and not through a proxy on it.
func isLocal(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via"} {
		if r.Header[name] != nil {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}
