// Package parallel implements the node kind that runs all of its branches concurrently. It only sets the mode; the
// engine runs the branches.
package parallel
