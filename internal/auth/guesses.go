package auth

import (
	"hash/maphash"
	"net/netip"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/throttle"
)

// When an address is locked out of an account, or of all accounts.
const (
	guessesPerAccount = 10 // different wrong passwords for one account
	guessesPerAddress = 50 // for all accounts together
	guessesWithin     = 15 * time.Minute
	firstLock         = time.Minute
	longestLock       = 15 * time.Minute

	attemptsPerMinute = 30 // sign-ins from one address, failed or not
	attemptsAtOnce    = 20

	pairs     = 65_536 // pairs of address and account that are remembered
	addresses = 16_384
)

// anyAccount is the lock of an address for all accounts. The lock of an account is never 0.
const anyAccount = 0

// guesses counts attempts to sign in. It is safe for concurrent use.
type guesses struct {
	seed     maphash.Seed
	accounts *throttle.Lockout // pairs of address and account
	spraying *throttle.Lockout // addresses alone
	rate     *throttle.Limiter // by address
}

func newGuesses(epoch time.Time) *guesses {
	rule := throttle.Rule{Failures: guessesPerAccount, Within: guessesWithin, Lock: firstLock, MaxLock: longestLock}
	all := rule
	all.Failures = guessesPerAddress
	return &guesses{
		seed:     maphash.MakeSeed(),
		accounts: throttle.NewLockout(rule, pairs, epoch),
		spraying: throttle.NewLockout(all, addresses, epoch),
		rate:     throttle.NewLimiter(throttle.Limit{Rate: attemptsPerMinute, Per: time.Minute, Burst: attemptsAtOnce}, addresses, epoch),
	}
}

// allow takes one attempt, or returns an *account.TooManyAttempts. name is the account as it was typed.
func (g *guesses) allow(from account.Origin, name string, now time.Time) error {
	if !counts(from) {
		return nil
	}
	left := max(g.accounts.Locked(from.Addr, g.lock(name), now), g.spraying.Locked(from.Addr, anyAccount, now))
	if left == 0 {
		if d := g.rate.Allow(block(from.Addr), now); !d.OK {
			left = d.RetryAfter
		}
	}
	if left > 0 {
		return &account.TooManyAttempts{After: left}
	}
	return nil
}

// fail counts a wrong secret.
func (g *guesses) fail(from account.Origin, name, secret string, now time.Time) {
	if counts(from) {
		value := maphash.String(g.seed, secret)
		g.accounts.Fail(from.Addr, g.lock(name), value, now)
		g.spraying.Fail(from.Addr, anyAccount, maphash.String(g.seed, name+"\x00"+secret), now)
	}
}

// pass resets the failures of a pair. Those of the address stay: otherwise somebody with one account could try all
// others.
func (g *guesses) pass(from account.Origin, name string, now time.Time) {
	if counts(from) {
		g.accounts.Pass(from.Addr, g.lock(name), now)
	}
}

// counts reports whether attempts from an origin are counted.
func counts(from account.Origin) bool { return from.Addr.IsValid() && !from.Shared }

// lock returns the number of an account.
func (g *guesses) lock(name string) uint64 { return maphash.String(g.seed, name) | 1 }

// block returns the address, or of IPv6 its /64, the smallest block that a customer gets (RFC 6177).
func block(addr netip.Addr) string {
	if addr.Is6() && !addr.Is4In6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return addr.String()
}
