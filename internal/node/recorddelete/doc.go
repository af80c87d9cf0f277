// Package recorddelete is the kind of node that deletes the records that a filter selects. It does not
// act: it returns the operation, and the engine commits it together with the step.
package recorddelete
