// Package kinds lists the kinds of channels of this binary. One more kind is one more line here.
package kinds

//go:generate go run ./docgen ../../..
