// Package recordcreate is the kind of node that creates a record of a collection. It does not act: it
// returns the operation, and the engine commits it together with the step, so that it happens exactly
// once. Whether the values fit the collection is decided there.
package recordcreate
