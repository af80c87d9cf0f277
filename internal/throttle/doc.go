// Package throttle bounds how often something may happen for each of many keys: a Limiter lets calls
// through at a rate, a Lockout shuts out who fails too often.
//
// Both keep what they know in memory, for a bounded number of keys. When there are more, the key that
// has not been seen for longest is forgotten, in constant time: it then starts afresh. So a flood of
// made-up keys costs no more than the bound, and the keys that are in use stay.
//
// Nothing here reads a clock: every question says what time it is.
package throttle
