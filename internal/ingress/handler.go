package ingress

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/throttle"
)

// Options join a Handler to what it works with. Zero limits mean the defaults.
type Options struct {
	Door       store.Door
	Runner     Runner
	Waiting    Waiting
	Executions Executions
	Observer   Observer // nil: nobody looks on
	IDs        *ident.Source
	Clock      clock.Clock

	// Key seals status URLs. Without one a random key is made, and URLs end with the process.
	Key []byte
	// PublicURL is how callers see the server, without a path below it; "" makes URLs relative.
	PublicURL string

	// TrustedProxies are the networks whose word on a caller's address is taken.
	TrustedProxies []netip.Prefix
	// ProxyHeader is the one header in which those proxies write: X-Forwarded-For or Forwarded. "" is
	// the first, and the second where the first is not there.
	ProxyHeader string
	// AllowIPs are the networks that may call at all; none: all.
	AllowIPs []netip.Prefix
	// LockOut says when who sends wrong secrets is shut out. Zero fields are the defaults; a negative
	// Failures turns it off.
	LockOut throttle.Rule

	// Blobs keeps bodies over SpoolOver, and files. nil: such bodies are kept in the row, and files are
	// refused.
	Blobs store.Blobs

	MaxBody     int64         // bytes
	BodyMemory  int64         // bytes of all bodies over SpoolOver that are looked at
	BodyTimeout time.Duration // from the end of the headers to the end of the body
	SyncTimeout time.Duration // of workflows that name none
	Backlog     int64         // executions
	Body        body.Limits
}

// Handler is the front door. It is safe for concurrent use and needs no start.
type Handler struct {
	opt       Options
	table     atomic.Pointer[table]
	draining  atomic.Bool
	hungUp    chan struct{}
	hangUp    sync.Once
	unmatched bucket            // calls that no route took
	guesses   bucket            // of what they meant
	lockout   *throttle.Lockout // nil: off
	column    []gate
	memory    *semaphore.Weighted // for large bodies

	setting  sync.Mutex       // of routes
	limiters map[string]*rate // by workflow
}

// New returns a door without routes: every call is answered 404.
func New(opt Options) *Handler {
	if len(opt.Key) == 0 {
		opt.Key = []byte(rand.Text())
	}
	opt.PublicURL = strings.TrimRight(opt.PublicURL, "/")
	opt.MaxBody = orDefault(opt.MaxBody, DefaultMaxBody)
	opt.BodyMemory = orDefault(opt.BodyMemory, DefaultBodyMemory)
	opt.BodyTimeout = orDefault(opt.BodyTimeout, DefaultBodyTimeout)
	opt.SyncTimeout = orDefault(opt.SyncTimeout, DefaultSyncTimeout)
	opt.Backlog = orDefault(opt.Backlog, DefaultBacklog)
	opt.TrustedProxies, opt.AllowIPs = networks(opt.TrustedProxies), networks(opt.AllowIPs)
	opt.ProxyHeader = http.CanonicalHeaderKey(opt.ProxyHeader)
	h := &Handler{opt: opt, hungUp: make(chan struct{}), column: column(), memory: semaphore.NewWeighted(opt.BodyMemory)}
	if rule := lockRule(opt.LockOut); rule.Failures > 0 {
		h.lockout = throttle.NewLockout(rule, LockPairs, opt.Clock.Now())
	}
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
	h.setting.Lock()
	defer h.setting.Unlock()
	t, err := newTable(routes)
	if err == nil {
		h.adopt(routes)
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
		if out := g.pass(c); out != nil {
			c.refuse(g.name, out)
			break
		}
	}
	if h.opt.Observer != nil {
		h.opt.Observer.Delivered(c.delivery)
	}
}
