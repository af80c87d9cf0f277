// Package channels stores the definitions of notification channels. A change of several channels is one transaction: a
// crash leaves all of it or nothing.
//
// The package does not read the configs.
package channels
