// Package recordcreate implements the node kind that creates records of a collection, or updates existing ones. It
// does not write: it returns the operation, and the engine commits that together with the step, so that it happens
// exactly once. The commit also checks whether values from data fit the collection.
package recordcreate
