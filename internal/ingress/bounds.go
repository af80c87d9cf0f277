package ingress

import "time"

// The bounds and defaults of the gates that look at who calls.
const (
	// DefaultLockFailures wrong secrets from one address within DefaultLockWithin shut it out of a
	// workflow for DefaultLock, each further time for twice as long, up to DefaultMaxLock.
	DefaultLockFailures = 20
	DefaultLockWithin   = time.Minute
	DefaultLock         = time.Minute
	DefaultMaxLock      = 15 * time.Minute
	// LockPairs is how many pairs of an address and a workflow are watched at once.
	LockPairs = 65_536
	// RateKeys is how many keys of one workflow's rate limit have buckets at once.
	RateKeys = 16_384

	// maxChain is how many addresses of a chain of proxies are walked, the socket's included.
	maxChain = 32
	// maxHop is how much is recorded of what is no address in such a chain, in bytes.
	maxHop = 64
	// maxAlternatives is how many alternatives auth.any may have.
	maxAlternatives = 32
	// maxNearest is how many strays a minute are compared with the routes.
	maxNearest = 100
	// maxOrigin is the longest origin that is granted anything, in bytes.
	maxOrigin = 512
	// maxAsked is the longest list of headers that a preflight may ask for, in bytes.
	maxAsked = 4 << 10
)
