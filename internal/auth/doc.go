// Package auth finds out who makes a request, and lets people sign in and out. It manages users, sessions and API keys on
// top of store.Accounts.
//
//	Authorization: Bearer TOKEN ──┬── the token file ────────────────────────────► admin
//	                              └── hlk_… ──► SHA-256 ──► key ──► owner's role ─► at most the key's role
//	Cookie ────────────────────────────────────► SHA-256 ──► session ──► user ────► the user's role
//
// Tokens and keys have 256 random bits or more, so their SHA-256 can be stored and looked up. Passwords are hashed by
// package password. Nothing is cached: a role that is taken away, a session that is ended and a key that is deleted are
// without effect from the next request on.
//
// # Guessing
//
// What is counted is a pair of address and account, so nobody can lock the owner of an account out from another address;
// and an address alone, so nobody can try one password on every account. A limiter bounds how often an address may try at
// all, because every attempt costs a hash. Nothing is counted for an account alone: that would be the lock that a stranger
// closes. For an account that does not exist the same is counted, and the same work is done.
//
// # The first admin
//
// While there is no admin, the process has a set-up token in memory, which the command line prints as a link. It is used
// up by the write that creates the admin; the store lets only one such write pass. A restart makes a new one.
//
// # Single sign-on
//
// A provider (package oidc) tells who somebody is; the role comes from a claim. The state of a sign-in under way is in a
// cookie of the browser that began it, and nowhere else. See singlesignon.go.
//
// # What is concurrent
//
// A Service is safe for concurrent use, and has no goroutines. The times of last use that it remembers (recent.go) and
// the set-up token are guarded by a mutex each.
package auth
