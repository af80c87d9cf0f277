package ingress

import (
	"time"

	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/verify"
)

// guessed reports whether a gate was shown a wrong secret, and not just none.
func guessed(r verify.Reason) bool {
	return r == verify.Mismatch || r == verify.Malformed || r == verify.OtherKey
}

// lockRule fills in what the options leave open.
func lockRule(r throttle.Rule) throttle.Rule {
	if r.Failures == 0 {
		r.Failures = DefaultLockFailures
	}
	r.Within = orDefault(r.Within, DefaultLockWithin)
	r.Lock = orDefault(r.Lock, DefaultLock)
	r.MaxLock = orDefault(r.MaxLock, DefaultMaxLock)
	return r
}

// lockedOut refuses a caller that has tried too many wrong secrets on this workflow, before any secret
// is looked at. The lock is one of an address and of what the workflow asks for: nobody is shut out
// elsewhere, and whoever mends the workflow's secret lifts it. A trusted proxy is never shut out: it is
// the caller's address only where it has not said whom it speaks for.
func (c *call) lockedOut() *outcome {
	if !c.guarded() {
		return nil
	}
	left := c.h.lockout.Locked(c.from, c.route.auth.lock, c.now)
	if left == 0 {
		return nil
	}
	c.verdict(failed(gateLock, codeTooMany, c.address()+" is locked out for "+left.Round(time.Second).String()))
	out := tooMany(problemLocked, left)
	out.gate, out.title, out.reason = gateLock, "Too many failed attempts", "too many wrong secrets from "+c.address()
	return out
}

// guarded reports whether failures of this call count.
func (c *call) guarded() bool {
	return c.h.lockout != nil && c.route.auth.lock != 0 && !c.proxy && c.from.IsValid()
}

// denied counts an outcome for which a wrong secret was tried. Signatures do not count: they cannot be
// found by trying, and anyone can have a provider send calls with a wrong one from the same addresses
// as the right ones.
func (c *call) denied(out *outcome) *outcome {
	if out.guess && c.guarded() && c.h.lockout.Fail(c.from, c.route.auth.lock, c.now) {
		out.reason += "; " + c.address() + " is locked out for a while"
	}
	return out
}

// authenticated forgets what the caller has failed at before.
func (c *call) authenticated() {
	if c.guarded() {
		c.h.lockout.Pass(c.from, c.route.auth.lock)
	}
}
