// Package kinds lists the node kinds of this binary. To add a kind, add one folder beside this one and one line
// here.
package kinds

//go:generate go run ./docgen ../../..
