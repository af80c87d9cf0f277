// Package value holds JSON exactly as it was written.
//
// A Value is one JSON text and its kind: nothing is decoded until somebody
// asks, so key order, number text and escapes survive from the wire to
// templates, records and replies. Parse validates a whole text once; after
// that Get, At and the iterators walk the text and hand out slices of it,
// without copying and without checking again.
//
// The zero Value is Missing: what a path that leads nowhere yields. It is told
// apart from null, and printed as null.
//
// Memory: a Value keeps the whole text alive that it is a slice of. Clone cuts
// it loose, for small values that live long.
//
// The package does not change values in place (build a new one with
// ObjectBuilder or ArrayBuilder), does not map JSON to structs (package decode
// does), and imports only the standard library.
package value
