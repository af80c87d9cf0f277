// Package recorddelete implements the node kind that deletes the records that a filter selects. It does not write:
// it returns the operation, and the engine commits that together with the step.
package recorddelete
