// Package expr implements the language of configurations: paths, templates, expressions and rules (SPEC §5 and the
// rule operators of §7).
//
//	$context.data.commits[0].author.name      a path
//	Pushed by {{ $context.data.pusher.name }}  a template
//	$context.data.size > 10 and len($nodes.a) == 0   an expression
//	{and: [{left: ..., op: equal, right: ...}]}      rules
//
// Everything is compiled once, when a workflow is published, into an immutable Template that many executions use
// concurrently. Compiling finds every error that does not depend on the data; Eval fails only for errors that do.
//
// Paths have a syntax of their own: they take keys as senders write them (x-github-event, @attr, 한글). A value that
// is only passed on keeps its exact text.
//
// Expressions have expr-lang's grammar, parsed by expr-lang's own parser. Before that, package lex replaces every
// $root path by a plain variable of the same length, so that offsets in messages remain correct. This package
// evaluates the syntax tree itself instead of using expr-lang's virtual machine. That one wraps integers around,
// converts large integers to float64 when they meet a fraction, works on decoded maps that have lost order and
// number text, and cannot charge for the work inside a predicate. Here every step, byte and element is charged to a
// budget.
//
// Numbers follow one rule. Whole numbers are int64, and overflow is an error. Other numbers are float64 and
// represent the shortest decimal that reads back as them, so 0.1 + 0.2 == 0.3. A number that neither type holds
// exactly can be compared and passed on, but not used in a calculation.
//
// Package function lists the functions; a test compares that list with expr-lang's.
//
// Apart from numbers, the language differs from expr-lang as follows: what does not exist is null, a null array is
// empty and a null condition is false; .name on an array projects; strings are counted and cut in characters, not
// bytes; toJSON does not indent; the pattern of matches must be a literal; now() is refused; the only methods are
// those of dates and durations that expr-lang documents; there are no byte strings.
//
// The work is done in sub-packages. Each imports only those listed before it:
//
//	diag      errors with a position in a text
//	variable  roots, paths, and the Scope that holds the values
//	lex       tokens of a template; paths lifted out of an expression
//	eval      operands, operators, output, and the budget of one evaluation
//	function  the functions that expressions can call
//	compile   expr-lang's syntax tree into closures
//	template  texts with {{ }} and config trees
//	rule      conditions
//
// The package reads no clock and does no I/O: $system.now comes from the Scope. It does not decide where secrets
// are allowed; Options do.
package expr
