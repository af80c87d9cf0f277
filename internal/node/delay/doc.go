// Package delay implements the node kind that waits. It only returns the end of the wait. The engine releases the
// execution until then, so a wait uses no resources and survives restarts.
package delay
