package ingress

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"slices"
	"time"

	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/verify"
)

// guessed reports whether a caller sent a wrong secret, as opposed to none.
func guessed(r verify.Reason) bool {
	return r == verify.Mismatch || r == verify.Malformed || r == verify.OtherKey
}

// lockRule fills in defaults for the fields that are zero.
func lockRule(r throttle.Rule) throttle.Rule {
	if r.Failures == 0 {
		r.Failures = DefaultLockFailures
	}
	r.Within = orDefault(r.Within, DefaultLockWithin)
	r.Lock = orDefault(r.Lock, DefaultLock)
	r.MaxLock = orDefault(r.MaxLock, DefaultMaxLock)
	return r
}

// lockedOut rejects a caller that has sent too many wrong secrets to this workflow, before any secret is
// checked. A lock covers one address and one set of secrets: the address can still call other workflows, and
// changing the workflow's secret lifts the lock. A trusted proxy is never locked out: its address stands for
// the caller only if it did not report its client.
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

// denied counts a failure if the caller sent a wrong secret. Signatures do not count, for two reasons. They
// cannot be found by guessing, and anyone could have a provider send calls with wrong signatures from the
// addresses that the right ones come from.
func (c *call) denied(out *outcome) *outcome {
	if r := c.route.rate; r != nil {
		r.guard.Allow(c.ipGroup(), c.now)
	}
	if out.guess && c.guarded() && c.h.lockout.Fail(c.from, c.route.auth.lock, c.shown(), c.now) {
		out.reason += "; " + c.address() + " is locked out for a while"
	}
	return out
}

// shown returns a hash of the secrets that the call carries.
func (c *call) shown() uint64 {
	sum := fieldWriter{sha256.New()}
	for _, name := range c.route.hidden.headers {
		for _, line := range c.r.Header[http.CanonicalHeaderKey(name)] {
			sum.text(line)
		}
	}
	_, query := c.route.hidden.takeFrom(c.r.URL.RawQuery)
	for _, text := range query {
		sum.text(text)
	}
	return binary.LittleEndian.Uint64(sum.to.Sum(nil))
}

// lockedSignature reports whether a caller that is locked out may still pass by a signature of auth.any: it is not
// guessed, and nobody may keep a provider out by sending wrong passwords through the same proxy.
func (a *auth) lockedSignature() bool {
	if a.all.guessable() {
		return false
	}
	return slices.ContainsFunc(a.any, func(g gates) bool { return g.signature != nil && !g.guessable() })
}

// guessable reports whether a set of gates has a secret that a caller can guess.
func (g *gates) guessable() bool {
	return g.basic != nil || g.token != nil || g.signature != nil && g.signature.showsToken()
}

// authenticated resets the caller's failures.
func (c *call) authenticated() {
	if c.guarded() {
		c.h.lockout.Pass(c.from, c.route.auth.lock, c.now)
	}
}
