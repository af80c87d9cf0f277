// Package hook holds the nouns of the front door: the Request as it came, the Delivery that records
// it, the Context that workflows see, and the Reply. It does no I/O and decides nothing.
package hook
