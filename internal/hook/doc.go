// Package hook defines the types of an incoming call: the Request as it arrived, the Delivery that records it, the
// Context that workflows see, and the Reply. It also holds the rule for reply headers. It does no I/O and makes no
// decisions.
package hook
