// Package throttle limits how often something may happen for each of many keys. A Limiter lets calls through at a
// rate; a Lockout locks out whoever fails too often.
//
// Both keep their state in memory, for a bounded number of keys. When there are more, the key that was used least
// recently is forgotten, in constant time, and starts afresh. So a flood of invented keys costs no more memory
// than the bound, and keys in use stay.
//
// Keys are spread over shards, each with a lock of its own, so both types are safe for concurrent use and callers
// with different keys rarely wait for each other. Nothing is stored: a restart forgets everything.
//
// The package does not read a clock: the caller passes the time.
package throttle
