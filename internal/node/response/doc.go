// Package response implements the node kind that responds to the waiting caller. It builds the whole reply, and the
// engine commits that before sending any of it.
package response
