// Package accounts stores users, their sessions, API keys, and the identities of single sign-on. It sees hashes of
// tokens, keys and passwords only, and checks none of them.
//
// Every change is one transaction, and the rules about several rows are checked in it: an e-mail address is unique, and
// once there is an admin, one remains. When a session or a key was last used is an optional write: it never waits for
// the disk and never makes a caller wait.
package accounts
