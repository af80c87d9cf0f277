package ingress

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/value"
)

// rate is a compiled rateLimit.
type rate struct {
	spec    flow.RateLimit
	key     *expr.Template // nil: one bucket for all
	byIP    bool           // the key is just the address
	policy  []string       // the lines of RateLimit-Policy
	limiter *throttle.Limiter
	guard   *throttle.Limiter // counts calls of an address that prove nothing
}

// policyName names the only policy of a workflow.
const policyName = `"default"`

// compileRate compiles a rate limit. The key must not use the body, because the limit applies before the body
// is read.
func compileRate(limit *flow.RateLimit, wrong *problems) *rate {
	if limit == nil {
		return nil
	}
	r := &rate{spec: *limit}
	if r.spec.Burst <= 0 {
		r.spec.Burst = r.spec.Rate
	}
	if r.spec.Rate < 1 || r.spec.Per <= 0 {
		wrong.add("trigger.rateLimit", "needs a rate of at least 1 and a time: {rate: 100, per: 1s}")
		return nil
	}
	t, err := expr.Compile(limit.Key, expr.Options{Roots: []string{"context"}})
	if err != nil {
		wrong.add("trigger.rateLimit.key", fault.Message(err))
		return nil
	}
	for _, ref := range t.Refs() {
		switch ref.Name() {
		case "ip", "headers", "params", "query", "path":
		default:
			wrong.add("trigger.rateLimit.key", "uses "+ref.String()+
				"; the limit applies before the body is read: use $context.ip, headers, params, query or path")
		}
	}
	if _, fixed := t.Constant(); !fixed {
		r.key = t
		r.byIP = strings.Join(strings.Fields(limit.Key), "") == "{{$context.ip}}"
	}
	r.policy = []string{policyName + ";q=" + strconv.Itoa(r.spec.Burst) + ";w=" + seconds(r.fillTime())}
	return r
}

// fillTime returns how long an empty bucket takes to fill.
func (r *rate) fillTime() time.Duration {
	ns := float64(r.spec.Per) / float64(r.spec.Rate) * float64(r.spec.Burst)
	return time.Duration(min(ns, math.MaxInt64/2))
}

// perMinute returns how many calls per minute pass in the long run, at least 1.
func (r *rate) perMinute() int {
	return max(1, int(min(float64(r.spec.Rate)*float64(time.Minute)/float64(r.spec.Per), math.MaxInt32)))
}

// seconds writes a duration in whole seconds, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// checkGuard rejects a call from an address whose earlier calls to the workflow failed to authenticate at more than the
// workflow's rate. Only such calls are counted, so a caller who authenticates is never limited by it.
func (c *call) checkGuard() *outcome {
	r := c.route.rate
	if r == nil {
		return nil
	}
	if d := r.guard.Peek(c.ipGroup(), c.now); !d.OK {
		c.verdict(failed(gateRate, codeTooMany, "too many calls from "+c.address()+" failed to authenticate"))
		out := tooMany(problemRate, d.RetryAfter)
		out.gate, out.title, out.reason = gateRate, "Too many requests", "too many calls from this address failed to authenticate"
		return out
	}
	return nil
}

// ipGroup returns the caller's address as rates count it: of IPv6, the /64, the smallest block that a customer gets
// (RFC 6177).
func (c *call) ipGroup() string {
	if c.from.Is6() {
		if p, err := c.from.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return c.delivery.Request.IP
}

// checkRate takes a token from the call's bucket, once the caller has authenticated: a flood of others must not use up
// the workflow's rate. Every later answer to the call then reports how many are left
// (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): the quota is the size of the bucket, the window
// is the time in which it fills, and t is the time until it is full.
func (c *call) checkRate() *outcome {
	r := c.route.rate
	if r == nil || c.rated {
		return nil
	}
	c.rated = true
	d := r.limiter.Allow(c.rateKey(r), c.now)
	c.extra = append(slices.Clip(c.extra),
		field{"Ratelimit", []string{policyName + ";r=" + strconv.Itoa(d.Remaining) + ";t=" + seconds(d.Reset)}},
		field{"Ratelimit-Policy", r.policy})
	if d.OK {
		return nil
	}
	c.verdict(failed(gateRate, codeTooMany, "the bucket of "+strconv.Itoa(r.spec.Burst)+" calls is empty"))
	out := tooMany(problemRate, d.RetryAfter)
	out.gate, out.title, out.reason = gateRate, "Too many requests", "the rate limit of the workflow is reached"
	return out
}

func tooMany(problem string, wait time.Duration) *outcome {
	return &outcome{
		status: http.StatusTooManyRequests, problem: problem, detail: "Try again in " + seconds(wait) + " s.",
		headers: []hook.Header{{Name: "Retry-After", Value: seconds(wait)}},
	}
}

// rateKey renders the key of the call's bucket. Calls whose key cannot be rendered share one bucket.
func (c *call) rateKey(r *rate) string {
	switch {
	case r.key == nil:
		return ""
	case r.byIP:
		return c.ipGroup()
	}
	v, err := r.key.Eval(&earlyContext{call: c})
	if err != nil {
		return ""
	}
	if text, ok := v.Str(); ok {
		return text
	}
	return v.Text()
}

// earlyContext gives a template what is known of a call before its body is read.
type earlyContext struct {
	call *call
	seen *hook.Context // decoded at most once, when the template needs it
}

// Var returns a part of the call.
func (e *earlyContext) Var(root, name string) (value.Value, error) {
	req := e.call.delivery.Request
	switch {
	case root != "context":
		return value.Value{}, nil
	case name == "ip":
		return value.String(e.call.ipGroup()), nil
	case name == "path":
		return value.String(req.Path), nil
	}
	if e.seen == nil {
		req.Body = nil
		seen, _, _ := body.ContextWithin(req, e.call.h.opt.Body, nil) // decode rejects a query that cannot be read
		e.seen = &seen
	}
	return body.Variable(e.seen, name), nil
}

// keepLimiters gives each route the limiter that its workflow had, unless the limit has changed, so that publishing
// again refills no bucket.
func (h *Handler) keepLimiters(routes []*Route) {
	had := h.limiters
	h.limiters = make(map[string]*rate)
	for _, r := range routes {
		if r.rate == nil {
			continue
		}
		if old := had[r.key]; r.rate.limiter == nil && old != nil && old.spec == r.rate.spec {
			r.rate.limiter, r.rate.guard = old.limiter, old.guard
		}
		if r.rate.limiter == nil {
			limit := throttle.Limit{Rate: r.rate.spec.Rate, Per: r.rate.spec.Per, Burst: r.rate.spec.Burst}
			r.rate.limiter = throttle.NewLimiter(limit, RateKeys, h.opt.Clock.Now())
			r.rate.guard = throttle.NewLimiter(limit, RateKeys, h.opt.Clock.Now())
		}
		h.limiters[r.key] = r.rate
	}
}
