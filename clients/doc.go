// Package clients tests Hookline with the client libraries that senders use: Hookline accepts what they sign,
// and refuses it when it was changed. The package contains only tests.
package clients
