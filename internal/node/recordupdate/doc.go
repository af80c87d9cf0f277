// Package recordupdate implements the node kind that updates the records that a filter selects. It does not write:
// it returns the operation, and the engine commits that together with the step. So each record is updated exactly
// once, even if many records take several writes.
package recordupdate
