// Package expr is the language of configurations: paths, templates, expressions
// and rules (SPEC §5 and the rule operators of §7).
//
//	$context.data.commits[0].author.name      a path
//	Pushed by {{ $context.data.pusher.name }}  a template
//	$context.data.size > 10 and len($nodes.a) == 0   an expression
//	{and: [{left: ..., op: equal, right: ...}]}      rules
//
// Everything is compiled once, when a workflow is published, into an immutable
// Template that many executions use at once. What can be wrong is found then;
// Eval only fails for what depends on the data.
//
// Paths are ours: they take keys as senders write them (x-github-event, @attr,
// 한글), and a value that is only passed on keeps its exact text.
//
// Expressions have expr-lang's grammar, read by expr-lang's own parser after
// our lexer has lifted every $root path out and put a plain variable of the
// same length in its place, so that offsets in messages still hold. What the
// parser yields is evaluated here and not by expr-lang's virtual machine,
// because that one wraps integers around, turns large ones into float64 when
// they meet a fraction, works on decoded maps that have lost order and number
// text, and cannot be charged for what it does inside a predicate. Here every
// step, byte and element is charged to a budget, and numbers follow one rule:
// whole ones are int64 and overflow is an error; others are float64 that stand
// for the shortest decimal that names them, so 0.1 + 0.2 == 0.3; a number that
// neither can hold exactly may be compared and passed on, but not calculated
// with. Package function lists the functions; a test compares that list with
// expr-lang's.
//
// Beside numbers, this differs from expr-lang: what does not exist is null, a
// null array is empty and a null condition false; .name on an array projects;
// texts are counted and cut in characters, not bytes; toJSON does not indent;
// the pattern of matches is written out; now() is refused; methods are those of
// dates and durations that expr-lang documents; there are no byte strings.
//
// The work is done in sub-packages, each of which imports only those before it:
//
//	diag      errors that know their place in a text
//	variable  roots, paths, and the Scope that holds the values
//	lex       tokens of a template; paths lifted out of an expression
//	eval      operands, operators, output, and the budget of one evaluation
//	function  what expressions can call
//	compile   expr-lang's syntax tree into closures
//	template  texts with {{ }} and config trees
//	rule      conditions
//
// The package reads no clock and does no I/O: $system.now comes from the Scope.
// It does not decide where secrets may stand; Options say so.
package expr
