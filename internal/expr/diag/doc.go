// Package diag defines the errors of package expr and its sub-packages: what is wrong, and where in the text.
//
// Code that finds an error knows the position relative to the text that it reads. At sets that position. Failed
// leaves it open, and a caller that knows it adds it (MoveTo, Shift). At the border of package expr, ToFault turns
// an error into a fault.Error that counts characters instead of bytes.
//
// The package does not know what templates or expressions are.
package diag
