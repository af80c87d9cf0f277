// Package delay is the kind of node that waits. It only says until when; the engine lets go of the
// execution until then, so a wait costs nothing and outlives restarts.
package delay
