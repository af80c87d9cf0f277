// Package compile turns expressions into programs. expr-lang's parser parses the text that package lex has
// prepared, and this package turns the syntax tree into a tree of Go closures (eval.Func). It finds every error
// that does not depend on the data, with its position.
//
// A Compiler collects what the parts of one template share: the paths they refer to, each once, and the number of
// local variables. One goroutine uses it, for one template.
//
// The package compiles bare expressions only. Package template handles tokens and config trees.
package compile
