package ingress

import "time"

// The limits of the front door and their defaults (SPEC §10).
const (
	// DefaultMaxBody is the largest body, in bytes.
	DefaultMaxBody = 10 << 20
	// DefaultBodyMemory is how many bytes all bodies use together that are being received or processed.
	DefaultBodyMemory = 96 << 20
	// SpoolOver is the largest body that stays in memory while it arrives and is stored in the row, in bytes.
	SpoolOver = 1 << 20
	// DefaultDedupeWindow is how long a dedupe key is kept.
	DefaultDedupeWindow = 72 * time.Hour
	// DefaultBacklog is how many executions may be queued or running.
	DefaultBacklog = 100_000
	// DefaultBodyTimeout is how long a caller may take to send its body.
	DefaultBodyTimeout = 60 * time.Second
	// DefaultSyncTimeout is how long a caller of a sync workflow waits, unless the workflow sets its own time.
	DefaultSyncTimeout = 30 * time.Second
	// DefaultTimeoutStatus is the status for a sync caller whose time is up.
	DefaultTimeoutStatus = 504

	// RejectedBodies is how many rejected calls a minute are recorded with their bodies, for each route. Calls
	// without a route share one count.
	RejectedBodies = 100
	// RejectedBody is the largest body of a rejected call that is recorded, in bytes.
	RejectedBody = 64 << 10
	// maxRefusedPlain is the largest decompressed body of a rejected call that is searched for secrets, in bytes.
	maxRefusedPlain = 1 << 20
	// maxRefusedHead is how many bytes are recorded of the headers of a call that ran nothing, names and values
	// together; also of its query, and of the value of each path parameter.
	maxRefusedHead = 4 << 10
	// maxHost is how many bytes of the Host header are recorded of such a call.
	maxHost = 256
	// RetryAfter is the Retry-After value for failures of the server, in seconds.
	RetryAfter = "5"

	// spoolPiece is the buffer for a body that is being spooled, in bytes.
	spoolPiece = 16 << 10
	// maxDedupeKey is how many bytes of a key are recorded. The hash covers the whole key.
	maxDedupeKey = 512
	// firstPiece is the first buffer of a body, in bytes. It does not count as memory of bodies.
	firstPiece = 16 << 10
	// maxCredentials is the largest decoded user name and password, in bytes.
	maxCredentials = 1 << 10
	// maxUnmatchedPath is how many bytes are recorded of a path without a route.
	maxUnmatchedPath = 1 << 10
	// maxMethod is how many bytes of a method are recorded.
	maxMethod = 32
	// minScrubbed is the shortest query token that is searched for in header values.
	minScrubbed = 4

	// An address that sends DefaultLockFailures wrong secrets within DefaultLockWithin is locked out of a
	// workflow for DefaultLock. Each further lock-out lasts twice as long, up to DefaultMaxLock.
	DefaultLockFailures = 20
	DefaultLockWithin   = time.Minute
	DefaultLock         = time.Minute
	DefaultMaxLock      = 15 * time.Minute
	// LockPairs is the number of (address, workflow) pairs for which failures are counted.
	LockPairs = 65_536
	// RateKeys is how many keys of one workflow's rate limit can have buckets at once.
	RateKeys = 16_384

	// maxAlternatives is how many alternatives auth.any may have.
	maxAlternatives = 32
	// maxNearest is how many unmatched calls a minute are compared with the routes.
	maxNearest = 100
	// maxOrigin is the longest origin that a validation request may have, in bytes.
	maxOrigin = 512
	// maxAsked is the longest list of headers that a preflight may ask for, in bytes.
	maxAsked = 4 << 10
)
