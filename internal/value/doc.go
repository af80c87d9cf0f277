// Package value holds JSON exactly as it was written.
//
// A Value is one JSON text and its kind. It decodes nothing until asked, so key order, number text and escapes
// survive from the wire to templates, records and replies. Parse validates a whole text once. After that, Get, At
// and the iterators walk the text and return slices of it, without copying and without validating again.
//
// The zero Value is Missing: the result of a lookup that finds nothing. It is distinct from null, and prints as
// null.
//
// Memory: a Value keeps alive the whole text that it is a slice of. Clone copies it, for small values that live
// long.
//
// The package does not change values in place (build a new one with ObjectBuilder or ArrayBuilder) and does not map
// JSON to structs (package decode does). It imports only the standard library and package decimal.
package value
