package app

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/lifecycle"
	"hookline.dev/hookline/internal/webui"
)

// listen creates the listeners, and the group of parts in start order.
func (a *App) listen() {
	admin := withPages(a.withMetrics(a.management()))
	handler := admin
	if a.config.Hooks == "" {
		handler = a.hooksAndAPI(admin)
	} else {
		a.hooks = newListener("--hooks-listen", a.config.Hooks, a.door, a.config, a.log)
	}
	a.admin = newListener("--listen", a.config.Listen, handler, a.config, a.log)
	parts := []lifecycle.Part{
		{Name: "catalog", Service: startFunc(a.load)},
		{Name: "accounts", Service: startFunc(a.setUpAccounts)},
		{Name: "engine", Service: a.engine},
		{Name: "bulk actions", Service: a.bulk},
		{Name: "janitor", Service: a.janitor},
		{Name: "listener", Service: a.admin},
	}
	if a.tracer != nil { // first, so that it ends last
		parts = slices.Insert(parts, 0, lifecycle.Part{Name: "traces", Service: a.tracer})
	}
	if a.hooks != nil {
		parts = append(parts, lifecycle.Part{Name: "hooks listener", Service: a.hooks})
	}
	if a.certs != nil {
		parts = append(parts, a.enableTLS()...)
	}
	if a.config.Watch {
		parts = append(parts, lifecycle.Part{Name: "watch", Service: &directory{app: a}})
	}
	a.fitOpenFiles()
	a.group = lifecycle.NewGroup(parts...)
}

// fitOpenFiles lowers the limit of connections to fit the process's limit of open files.
func (a *App) fitOpenFiles() {
	defer a.reserveAdmin()
	limit, known := openFiles()
	if !known {
		return
	}
	var all []*listener
	for _, l := range []*listener{a.admin, a.hooks, a.plain} {
		if l != nil {
			all = append(all, l)
		}
	}
	total := maxConnections(a.config.MaxConnections, len(all), limit)
	if total < a.config.MaxConnections {
		a.log.Warn("the limit of open files allows fewer connections than --max-connections; raise it (ulimit -n, LimitNOFILE)",
			"files", limit, "connections", total)
	}
	for _, l := range all {
		l.limits.total = total
	}
}

// reserveAdmin sets places of the API's listener aside if it serves hooks as well.
func (a *App) reserveAdmin() {
	if a.hooks != nil {
		return
	}
	l := &a.admin.limits
	l.reserve = min(adminPlaces, l.total/4)
	l.total -= l.reserve
}

// hooksAndAPI serves the hooks and the management API on one address.
func (a *App) hooksAndAPI(admin http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ingress.Serves(r) {
			if c := connOf(r.Context()); c != nil && !c.listener.takesHooks(c) {
				a.refuseFull(w)
				return
			}
			a.door.ServeHTTP(w, r)
			return
		}
		admin.ServeHTTP(w, r)
	})
}

// withPages serves the web UI beside the API.
func withPages(next http.Handler) http.Handler {
	site := webui.New()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if site.Serves(r) {
			site.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseFull answers a hook on a place that is reserved for the API.
func (a *App) refuseFull(w http.ResponseWriter) {
	a.log.Debug("a hook was answered with 503: every connection has a request under way")
	w.Header().Set("Retry-After", ingress.RetryAfter)
	problem(w, http.StatusServiceUnavailable, "unavailable", "Service unavailable", "Every connection is in use. Nothing was done. Try again later.")
}

// front returns the listener that senders reach.
func (a *App) front() *listener {
	if a.hooks != nil {
		return a.hooks
	}
	return a.admin
}

// URL returns the base URL of the management API.
func (a *App) URL() string { return a.admin.url() }

// HooksURL returns the base URL that senders use: the one in the settings, or the listener's own with the name
// in its certificate.
func (a *App) HooksURL() string {
	if public := a.config.Public(); public != "" {
		return public
	}
	front := a.front()
	if name := a.certName(); front.tls != nil && name != "" && !strings.HasPrefix(name, "*.") {
		return "https://" + net.JoinHostPort(name, front.port())
	}
	return front.url()
}

// address returns what clients on this machine need to know.
func (a *App) address() Address {
	to := Address{API: a.URL(), Hooks: a.HooksURL()}
	if a.admin.tls != nil {
		to.Name, to.Roots = a.certName(), a.certRoots()
	}
	return to
}
