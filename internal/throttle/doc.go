// Package throttle limits how often something may happen for each of many keys. A Limiter allows calls at a
// certain rate; a Lockout locks out callers that fail too often.
//
// Both keep their state in memory, for a bounded number of keys. When the bound is reached, the least recently
// used key is forgotten in constant time, and starts afresh if it returns. A flood of invented keys therefore
// uses no more memory than the bound, and keys in use stay.
//
// Keys are spread over shards, each with its own lock. Both types are safe for concurrent use, and callers with
// different keys rarely wait for each other. Nothing is stored: a restart forgets everything.
//
// The package does not read a clock: the caller passes the time.
package throttle
