// Package recordcreate is the kind of node that creates records of a collection, or updates those that
// are there already. It does not act: it returns the operation, and the engine commits it together with
// the step, so that it happens exactly once. Whether values from data fit the collection is decided there.
package recordcreate
