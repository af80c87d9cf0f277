// Package compare tells how two documents of a workflow differ: as a list of changes by node and path, for a canvas, and
// as lines of text, for people.
//
// It compares what is written. Whether two documents mean the same, and whether they are valid, it does not know.
package compare
