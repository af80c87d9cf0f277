// Package recordupdate is the kind of node that changes the records that a filter selects. It does not
// act: it returns the operation, and the engine commits it together with the step, so that each record
// is changed exactly once, also where many records take several writes.
package recordupdate
