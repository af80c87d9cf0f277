package ingress

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Options join a Handler to what it works with. Zero limits mean the defaults.
type Options struct {
	Door       store.Door
	Runner     Runner
	Executions Executions
	Observer   Observer // nil: nobody looks on
	IDs        *ident.Source
	Clock      clock.Clock

	// Key seals status URLs. Without one a random key is made, and URLs end with the process.
	Key []byte
	// PublicURL is how callers see the server, without a path below it; "" makes URLs relative.
	PublicURL string

	MaxBody     int64         // bytes
	BodyTimeout time.Duration // from the end of the headers to the end of the body
	SyncTimeout time.Duration // of workflows that name none
	Backlog     int64         // executions
	Body        body.Limits
}

// Handler is the front door. It is safe for concurrent use and needs no start.
type Handler struct {
	opt      Options
	table    atomic.Pointer[table]
	draining atomic.Bool
	hungUp   chan struct{}
	hangUp   sync.Once
	strays   bucket // calls that no route took
	column   []gate
}

// New returns a door without routes: every call is answered 404.
func New(opt Options) *Handler {
	if len(opt.Key) == 0 {
		opt.Key = []byte(rand.Text())
	}
	opt.PublicURL = strings.TrimRight(opt.PublicURL, "/")
	opt.MaxBody = orDefault(opt.MaxBody, DefaultMaxBody)
	opt.BodyTimeout = orDefault(opt.BodyTimeout, DefaultBodyTimeout)
	opt.SyncTimeout = orDefault(opt.SyncTimeout, DefaultSyncTimeout)
	opt.Backlog = orDefault(opt.Backlog, DefaultBacklog)
	h := &Handler{opt: opt, hungUp: make(chan struct{}), column: column()}
	h.table.Store(&table{})
	return h
}

func orDefault[T int64 | time.Duration](n, standard T) T {
	if n <= 0 {
		return standard
	}
	return n
}

// SetRoutes replaces the routes, all at once. Calls under way keep the ones they matched. Two live
// routes that claim the same path and method, or a path and another's key, are refused with
// fault.Conflict, naming both; the old routes then stay.
func (h *Handler) SetRoutes(routes []*Route) error {
	t, err := newTable(routes)
	if err == nil {
		h.table.Store(t)
	}
	return err
}

// Drain refuses new calls with 503. Those under way go on.
func (h *Handler) Drain() { h.draining.Store(true) }

// HangUp ends the waiting of sync callers with 503; their executions go on. Calls that are being
// accepted still are.
func (h *Handler) HangUp() { h.hangUp.Do(func() { close(h.hungUp) }) }

// ServeHTTP takes one call through the gates.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, statusPrefix) && h.serveStatus(w, r) {
		return
	}
	c := &call{h: h, w: w, r: r, now: h.opt.Clock.Now()}
	defer c.end()
	for _, g := range h.column {
		if no := g.pass(c); no != nil {
			c.refuse(g.name, no)
			break
		}
	}
	if h.opt.Observer != nil {
		h.opt.Observer.Delivered(c.delivery)
	}
}
