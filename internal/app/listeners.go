package app

import (
	"net"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/lifecycle"
)

// listen makes the listeners and the order in which the parts start.
func (a *App) listen() {
	admin := a.management()
	handler := admin
	if a.config.Hooks == "" {
		handler = a.both(admin)
	} else {
		a.hooks = newListener("--hooks-listen", a.config.Hooks, a.door, a.config, a.log)
	}
	a.admin = newListener("--listen", a.config.Listen, handler, a.config, a.log)
	parts := []lifecycle.Part{
		{Name: "catalog", Service: starter(a.load)},
		{Name: "engine", Service: a.engine},
		{Name: "janitor", Service: a.janitor},
		{Name: "listener", Service: a.admin},
	}
	if a.hooks != nil {
		parts = append(parts, lifecycle.Part{Name: "hooks listener", Service: a.hooks})
	}
	if a.certs != nil {
		parts = append(parts, a.secure()...)
	}
	if a.config.Watch {
		parts = append(parts, lifecycle.Part{Name: "watch", Service: &directory{app: a}})
	}
	a.fitFiles()
	a.group = lifecycle.NewGroup(parts...)
}

// fitFiles lowers the number of connections to what the system lets the process have open.
func (a *App) fitFiles() {
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
	most := connections(a.config.MaxConnections, len(all), limit)
	if most < a.config.MaxConnections {
		a.log.Warn("fewer connections than --max-connections: the system lets this process have too few files open; raise its limit (ulimit -n, LimitNOFILE)",
			"files", limit, "connections", most)
	}
	for _, l := range all {
		l.bounds.most = most
	}
}

// both serves the hooks and the management API on one address.
func (a *App) both(admin http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ingress.Serves(r) {
			a.door.ServeHTTP(w, r)
			return
		}
		admin.ServeHTTP(w, r)
	})
}

// front is the listener that senders reach.
func (a *App) front() *listener {
	if a.hooks != nil {
		return a.hooks
	}
	return a.admin
}

// URL is the base URL of the management API.
func (a *App) URL() string { return a.admin.url() }

// HooksURL is the base URL that senders use: as the settings tell it, or the listener's own, by the
// name of its certificate.
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

// address is what clients on this machine need to know.
func (a *App) address() Address {
	to := Address{API: a.URL(), Hooks: a.HooksURL()}
	if a.admin.tls != nil {
		to.Name, to.Roots = a.certName(), a.certRoots()
	}
	return to
}
