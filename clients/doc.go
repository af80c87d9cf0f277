// Package clients holds Hookline against the client libraries that senders use: they sign, Hookline
// takes the call; somebody tampers, Hookline refuses. It has tests only.
package clients
