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
	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/vault"
)

// Options are the parts that a Handler works with, and its limits. A limit of zero means its default.
type Options struct {
	Door       store.Door
	Runner     Runner
	Waiting    Waiting
	Executions Executions
	Observer   Observer // nil: none
	IDs        *ident.Source
	Clock      clock.Clock

	// Key signs status URLs. Without one, New makes a random key, and URLs are valid until the process ends.
	Key []byte
	// Credentials open the management API. They are removed from the records of calls.
	Credentials vault.Credentials
	// PublicURL is the base URL that callers use; "" makes status URLs relative.
	PublicURL string

	// TrustedProxies are the networks of the proxies whose header with the caller's address is trusted.
	TrustedProxies []netip.Prefix
	// ProxyHeader is the header that those proxies set: X-Forwarded-For or Forwarded. "" means the first, and the
	// second if the first is missing.
	ProxyHeader string
	// AllowIPs are the networks that may call; none: all.
	AllowIPs []netip.Prefix
	// LockOut says when an address that sends wrong secrets is locked out. Zero fields mean their defaults; a
	// negative Failures disables it.
	LockOut throttle.Rule

	// Blobs stores bodies over SpoolOver, and files. nil: such bodies are stored in the row, and files are
	// rejected.
	Blobs store.Blobs

	MaxBody     int64         // largest body, in bytes
	BodyMemory  int64         // bytes of all bodies that are being received or processed; small ones do not count
	BodyTimeout time.Duration // from the end of the headers to the end of the body
	SyncTimeout time.Duration // for workflows that set no timeout
	Backlog     int64         // how many executions may be queued or running
	Body        body.Limits
}

// Handler is the front door. It is safe for concurrent use and needs no start.
type Handler struct {
	opt         Options
	proxies     clientip.Proxies
	table       atomic.Pointer[table]
	draining    atomic.Bool
	hungUp      chan struct{} // closed by HangUp; wait selects on it
	hangUp      sync.Once
	unmatched   bucket            // counts recorded bodies of calls without a route
	suggestions bucket            // counts searches for what such calls may have meant
	lockout     *throttle.Lockout // nil: off
	column      []gate
	memory      *semaphore.Weighted // bytes that all bodies which have arrived and are large share
	arriving    *semaphore.Weighted // bytes of bodies that are arriving, of each those over firstPiece

	setting  sync.Mutex       // held while routes are replaced; guards limiters
	limiters map[string]*rate // by workflow key
}

// New returns a handler without routes: it answers every call with 404.
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
	opt.AllowIPs = clientip.Networks(opt.AllowIPs)
	h := &Handler{opt: opt, proxies: clientip.NewProxies(opt.TrustedProxies, opt.ProxyHeader), hungUp: make(chan struct{}), column: column()}
	h.arriving = semaphore.NewWeighted(opt.BodyMemory / arrivingShare)
	h.memory = semaphore.NewWeighted(arrivedShare(opt.BodyMemory))
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

// SetRoutes replaces all routes at once. Calls under way keep the route they matched. If two live routes have the
// same path and method, or one has the key of another as its path, the error is a fault.Conflict that names both, and
// the old routes stay.
func (h *Handler) SetRoutes(routes []*Route) error {
	h.setting.Lock()
	defer h.setting.Unlock()
	t, err := newTable(routes)
	if err == nil {
		h.keepLimiters(routes)
		h.table.Load().keepCounts(routes)
		h.table.Store(t)
	}
	return err
}

// Drain refuses new calls with 503. Calls under way continue.
func (h *Handler) Drain() { h.draining.Store(true) }

// HangUp answers waiting sync callers with 503; their executions continue. Calls that are being accepted are still
// accepted.
func (h *Handler) HangUp() { h.hangUp.Do(func() { close(h.hungUp) }) }

// ServeHTTP passes one call through the gates.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, statusPrefix) && h.serveStatus(w, r) {
		return
	}
	h.Receive(w, r)
}

// Receive passes one call through the gates and returns its record.
func (h *Handler) Receive(w http.ResponseWriter, r *http.Request) hook.Delivery {
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
	return c.delivery
}
