// Package kinds is the list of the node kinds of this binary. One more kind is one folder beside this
// one and one line here.
package kinds

//go:generate go run ./docgen ../../..
