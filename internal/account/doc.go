// Package account has the nouns of who may do what: users, their sessions, API keys, roles, permissions with the one table
// that connects them, and the Principal on whose behalf a request is made. It does no I/O: passwords, sessions and keys
// are checked elsewhere.
//
// A role has every permission of the roles below it. An operation of the API declares one permission; nothing else in
// the program compares roles.
package account
