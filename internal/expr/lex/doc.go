// Package lex splits the texts of configurations: a template into literal text and {{ tokens }}, and an expression
// into its paths and a source that expr-lang's parser can read.
//
// Lift replaces each $root.path in an expression by a plain variable with the same number of characters, so that
// the parser's positions still fit the original text.
//
// The package does not compile or evaluate anything.
package lex
