// Package diag has the errors of package expr and its sub-packages: what is wrong, and where in the text.
//
// Who finds an error knows its place relative to the text that it reads. At takes that place; Failed leaves it
// open, and whoever knows it adds it (MoveTo, Shift). At the border of package expr, ToFault turns an error into
// a fault.Error that counts characters as people do.
//
// It does not know what templates or expressions are.
package diag
