// Package compile turns expressions into programs. expr-lang's parser reads the text that package lex has
// prepared; the syntax tree becomes a tree of Go closures (eval.Func). Everything that can be wrong with an
// expression regardless of the data is found here, with its place.
//
// A Compiler gathers what the parts of one template share: the paths they refer to, each once, and the number
// of local variables. It is used by one goroutine, once.
//
// The package reads bare expressions only; tokens and config trees are package template's.
package compile
