// Package lex takes the texts of configurations apart: a template into literal text and {{ tokens }}, and an
// expression into what expr-lang's parser can read.
//
// Lift replaces each $root.path in an expression by a plain variable with the same number of characters, so the
// parser's positions still fit the text as it was written.
//
// It compiles and evaluates nothing.
package lex
