// Package hook defines the types of the front door: the Request as it arrived, the Delivery that records it, the
// Context that workflows see, and the Reply. It also has the one rule for headers of replies. It does no I/O and
// decides nothing.
package hook
